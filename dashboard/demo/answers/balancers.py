"""Application load balancers."""

from datetime import UTC, datetime
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import arn, hex_id, target_group_suffix


def _group_arn(balancer: Component) -> str:
    place = f"{balancer.region}:{balancer.account_id}"
    return f"arn:aws:elasticloadbalancing:{place}:{target_group_suffix(balancer)}"


@answers("elbv2", "DescribeLoadBalancers")
def describe_load_balancers(asked: Asked) -> Answer:
    """All, or those named."""
    arns, names = asked.get("LoadBalancerArns"), asked.get("Names")
    found = [
        _balancer(asked, balancer)
        for balancer in asked.components("alb")
        if (not arns or arn(balancer) in arns) and (not names or balancer.name in names)
    ]
    if (arns or names) and not found:
        raise AnswerError("LoadBalancerNotFound", "One or more load balancers not found")
    return {"LoadBalancers": found}


def _balancer(asked: Asked, balancer: Component) -> dict[str, Any]:
    zones = [{"ZoneName": f"{balancer.region}{zone}", "SubnetId": f"subnet-{hex_id(17, zone)}"} for zone in "ab"]
    return {
        "LoadBalancerArn": arn(balancer),
        "DNSName": f"{balancer.name}-1234567890.{balancer.region}.elb.amazonaws.com",
        "CanonicalHostedZoneId": "Z32O12XQLNTSW2",
        "CreatedTime": datetime.fromtimestamp(asked.world.created(balancer), UTC),
        "LoadBalancerName": balancer.name,
        "Scheme": "internet-facing",
        "VpcId": f"vpc-{hex_id(17, balancer.account_id, balancer.region)}",
        "State": {"Code": "active"},
        "Type": "application",
        "AvailabilityZones": zones,
        "SecurityGroups": [f"sg-{hex_id(17, 'sg', balancer.key)}"],
        "IpAddressType": "ipv4",
    }


@answers("elbv2", "DescribeTargetGroups")
def describe_target_groups(asked: Asked) -> Answer:
    """Of one balancer, or all."""
    wanted, arns = asked.get("LoadBalancerArn"), asked.get("TargetGroupArns")
    groups = [
        {
            "TargetGroupArn": _group_arn(balancer),
            "TargetGroupName": f"{balancer.name}-tg",
            "Protocol": "HTTP",
            "Port": 8080,
            "TargetType": "lambda",
            "HealthCheckPath": "/health",
            "HealthCheckEnabled": True,
            "LoadBalancerArns": [arn(balancer)],
        }
        for balancer in asked.components("alb")
        if wanted in {None, arn(balancer)} and (not arns or _group_arn(balancer) in arns)
    ]
    return {"TargetGroups": groups}


@answers("elbv2", "DescribeTargetHealth")
def describe_target_health(asked: Asked) -> Answer:
    """The functions behind a target group."""
    for balancer in asked.components("alb"):
        if _group_arn(balancer) == asked.get("TargetGroupArn"):
            targets = [edge.target for edge in asked.world.plan.out_of(balancer) if edge.target.kind == "lambda"]
            told = [{"Target": {"Id": arn(one)}, "TargetHealth": {"State": "healthy"}} for one in targets]
            return {"TargetHealthDescriptions": told}
    raise AnswerError("TargetGroupNotFound", "One or more target groups not found")


def _listener_arn(balancer: Component) -> str:
    return f"{arn(balancer).replace(':loadbalancer/', ':listener/')}/{hex_id(16, 'listener', balancer.key)}"


@answers("elbv2", "DescribeListeners")
def describe_listeners(asked: Asked) -> Answer:
    """HTTPS, forwarding to the target group."""
    listeners = [
        {
            "ListenerArn": _listener_arn(balancer),
            "LoadBalancerArn": arn(balancer),
            "Port": 443,
            "Protocol": "HTTPS",
            "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": _group_arn(balancer)}],
        }
        for balancer in asked.components("alb")
        if asked.get("LoadBalancerArn") in {None, arn(balancer)}
    ]
    return {"Listeners": listeners}


@answers("elbv2", "DescribeLoadBalancerAttributes")
def describe_load_balancer_attributes(asked: Asked) -> Answer:
    """The usual ones."""
    values = {"idle_timeout.timeout_seconds": "60", "deletion_protection.enabled": "true"}
    return {"Attributes": [{"Key": key, "Value": value} for key, value in values.items()]}


@answers("elbv2", "DescribeTags")
def describe_tags(asked: Asked) -> Answer:
    """By ARN."""
    told = [
        {"ResourceArn": arn(balancer), "Tags": [{"Key": key, "Value": value} for key, value in balancer.tags.items()]}
        for balancer in asked.components("alb")
        if arn(balancer) in asked.get("ResourceArns", [])
    ]
    return {"TagDescriptions": told}
