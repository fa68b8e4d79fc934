"""Application Load Balancers."""

from collections.abc import Mapping, Sequence

from dashboard.catalog import balancers
from dashboard.catalog.metrics import count
from dashboard.catalog.ratios import error_rate, total
from dashboard.catalog.shape import (
    Billing,
    Call,
    Chart,
    Derived,
    Fact,
    Found,
    Identity,
    Item,
    Listing,
    Metered,
    Metric,
    Service,
    Severity,
    Signals,
    Threshold,
    Values,
)
from dashboard.core.units import Unit


def identify(item: Item) -> Identity:
    """A load balancer is known by its ARN."""
    return Identity(item["LoadBalancerArn"], item["LoadBalancerName"], item["LoadBalancerArn"])


def facts(found: Found) -> Sequence[Fact]:
    """What explains who can reach it."""
    item = found.item
    return (
        Fact("Scheme", item.get("Scheme")),
        Fact("Address", item.get("DNSName")),
        Fact("Availability Zones", ", ".join(one.get("ZoneName", "") for one in item.get("AvailabilityZones", ()))),
        Fact("State", (item.get("State") or {}).get("Code")),
    )


def usage(metered: Metered) -> Mapping[str, Values]:
    """Hours of the balancer, and its capacity units."""
    return {"alb-hours": metered.steady(1.0), "alb-lcu-hours": metered.of("lcus") * metered.hours}


SERVICE = Service(
    key="alb",
    label="Load balancers",
    noun="Application Load Balancer",
    icon="alb",
    namespace="AWS/ApplicationELB",
    idles=True,
    cfn_types=("AWS::ElasticLoadBalancingV2::LoadBalancer",),
    cost_name="Amazon Elastic Load Balancing",
    listing=Listing(
        Call("elbv2", "describe_load_balancers"),
        "LoadBalancers",
        identify,
        keep=lambda item: item.get("Type") == "application",
    ),
    facts=facts,
    dimensions=lambda found: {"LoadBalancer": found.identity.arn.split(":loadbalancer/", 1)[-1]},
    metrics=(
        *balancers.METRICS,
        count("own_errors", "HTTPCode_ELB_5XX_Count", "Balancer 5xx", sparse=True),
        count("rejected", "RejectedConnectionCount", "Rejected connections", sparse=True),
        count("connections", "ActiveConnectionCount", "Active connections"),
        Metric("lcus", "ConsumedLCUs", "Average", Unit.CAPACITY, "Capacity units"),
    ),
    # The balancer's own errors are mostly requests that never reached a target, which RequestCount leaves out.
    derived=(
        Derived("failures", "Failed", Unit.COUNT, ("errors", "own_errors"), total("errors", "own_errors")),
        Derived("attempts", "Attempts", Unit.COUNT, ("requests", "own_errors"), total("requests", "own_errors")),
        error_rate("failures", "attempts"),
    ),
    charts=(
        *balancers.CHARTS,
        Chart("How many requests fail?", ("errors", "own_errors", "client_errors")),
        Chart("How many connections?", ("connections", "rejected")),
    ),
    signals=Signals(traffic="requests", errors="failures", latency="latency_p95", entry=True),
    thresholds=(
        *balancers.thresholds("attempts"),
        Threshold("rejected", Severity.CRITICAL, "{value} connections were rejected", above=0),
    ),
    figures=balancers.FIGURES,
    billing=Billing(usage, ("hours", "LCU hours"), ("data transfer out",)),
    actions=("elasticloadbalancing:DescribeLoadBalancers",),
    console="https://{region}.console.aws.amazon.com/ec2/home?region={region}#LoadBalancers:search={name}",
)
