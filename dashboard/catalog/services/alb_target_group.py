"""Target groups of Application Load Balancers: who is healthy behind them."""

from collections.abc import Sequence

from dashboard.catalog import balancers
from dashboard.catalog.ratios import error_rate
from dashboard.catalog.reading import arns_in
from dashboard.catalog.shape import (
    Billing,
    Call,
    Chart,
    Fact,
    Found,
    Identity,
    Item,
    Listing,
    Metric,
    Relation,
    Service,
    Severity,
    Signals,
    Threshold,
)
from dashboard.core.units import Unit


def identify(item: Item) -> Identity:
    """A target group is known by its ARN."""
    return Identity(item["TargetGroupArn"], item["TargetGroupName"], item["TargetGroupArn"])


def facts(found: Found) -> Sequence[Fact]:
    """What explains when a target counts as healthy."""
    item = found.item
    return (
        Fact("Target type", item.get("TargetType")),
        Fact("Protocol", item.get("Protocol")),
        Fact("Health check", item.get("HealthCheckPath")),
        Fact("Health check every", item.get("HealthCheckIntervalSeconds"), Unit.SECONDS),
        Fact("Targets", len(found.details.get("targets") or ())),
    )


def relations(found: Found) -> Sequence[Relation]:
    """From the balancer to the group, and on to functions."""
    arn = found.identity.arn
    targets = [one.get("Target", {}).get("Id", "") for one in found.details.get("targets") or ()]
    return [
        *(Relation(balancer, arn, "target_group") for balancer in found.item.get("LoadBalancerArns", ())),
        *(Relation(arn, target, "target") for target in arns_in(targets)),
    ]


def dimensions(found: Found) -> dict[str, str]:
    """Both the balancer and the group; none for a group that no balancer uses."""
    balancers_of = found.item.get("LoadBalancerArns") or ()
    if not balancers_of:
        return {}
    return {
        "LoadBalancer": balancers_of[0].split(":loadbalancer/", 1)[-1],
        "TargetGroup": found.identity.arn.rsplit(":", 1)[-1],
    }


SERVICE = Service(
    key="alb_target_group",
    label="Target groups",
    noun="ALB target group",
    icon="alb",
    namespace="AWS/ApplicationELB",
    cfn_types=("AWS::ElasticLoadBalancingV2::TargetGroup",),
    cost_name="Amazon Elastic Load Balancing",
    listing=Listing(Call("elbv2", "describe_target_groups"), "TargetGroups", identify),
    details={
        "targets": Call(
            "elbv2",
            "describe_target_health",
            {"TargetGroupArn": "{arn}"},
            result="TargetHealthDescriptions",
            absent=("TargetGroupNotFound", "TargetGroupNotFoundException"),
        )
    },
    facts=facts,
    relations=relations,
    dimensions=dimensions,
    metrics=(
        *balancers.METRICS,
        Metric("healthy", "HealthyHostCount", "Minimum", Unit.COUNT, "Healthy targets"),
        Metric("unhealthy", "UnHealthyHostCount", "Maximum", Unit.COUNT, "Unhealthy targets"),
    ),
    derived=(error_rate(label="Error rate"),),
    charts=(
        Chart("How many targets are healthy?", ("healthy", "unhealthy")),
        *balancers.CHARTS,
        Chart("How many requests fail?", ("errors", "client_errors")),
    ),
    signals=Signals(traffic="requests", errors="errors", latency="latency_p95"),
    thresholds=(
        *balancers.thresholds("requests"),
        Threshold("unhealthy", Severity.CRITICAL, "{value} targets fail their health check", above=0),
    ),
    figures=("healthy", "unhealthy", "latency_p95"),
    billing=Billing(lambda metered: {}, ()),
    actions=("elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth"),
    console="https://{region}.console.aws.amazon.com/ec2/home?region={region}#TargetGroups:search={name}",
    carries=True,
)
