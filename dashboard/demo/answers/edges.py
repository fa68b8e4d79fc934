"""CloudFront and WAF."""

from datetime import UTC, datetime
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import acl_id, arn, distribution_id, uuid_of

_RULES = ("RateLimit", "AWSCommonRules")


def _distributions(asked: Asked) -> list[Component]:
    every = asked.world.plan.components
    return [one for one in every if one.kind == "cloudfront" and one.account_id == asked.account_id]


@answers("cloudfront", "ListDistributions")
def list_distributions(asked: Asked) -> Answer:
    """All of the account, wherever it is asked."""
    items = [_summary(asked, one) for one in _distributions(asked)]
    listed: dict[str, Any] = {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": len(items)}
    return {"DistributionList": {**listed, "Items": items} if items else listed}


def _find(asked: Asked) -> Component:
    for one in _distributions(asked):
        if distribution_id(one) == asked.get("Id"):
            return one
    raise AnswerError("NoSuchDistribution", "The specified distribution does not exist.", 404)


@answers("cloudfront", "GetDistribution")
def get_distribution(asked: Asked) -> Answer:
    """One distribution."""
    one = _find(asked)
    return {
        "Distribution": {
            "Id": distribution_id(one),
            "ARN": arn(one),
            "Status": "Deployed",
            "LastModifiedTime": datetime.fromtimestamp(asked.world.last_change(one), UTC),
            "InProgressInvalidationBatches": 0,
            "DomainName": f"d{distribution_id(one)[1:].lower()}.cloudfront.net",
            "DistributionConfig": _config(asked, one),
        },
        "ETag": distribution_id(one)[::-1],
    }


@answers("cloudfront", "GetDistributionConfig")
def get_distribution_config(asked: Asked) -> Answer:
    """Its configuration alone."""
    one = _find(asked)
    return {"DistributionConfig": _config(asked, one), "ETag": distribution_id(one)[::-1]}


@answers("cloudfront", "GetMonitoringSubscription")
def get_monitoring_subscription(asked: Asked) -> Answer:
    """Whether the extra metrics are on."""
    for one in _distributions(asked):
        if distribution_id(one) == asked.get("DistributionId") and one.get("extra_metrics"):
            wanted = {"RealtimeMetricsSubscriptionStatus": "Enabled"}
            return {"MonitoringSubscription": {"RealtimeMetricsSubscriptionConfig": wanted}}
    raise AnswerError("NoSuchMonitoringSubscription", "The monitoring subscription doesn't exist.", 404)


@answers("cloudfront", "ListTagsForResource")
def list_tags_for_resource(asked: Asked) -> Answer:
    """By ARN."""
    wanted = asked.get("Resource")
    tags = next((one.tags for one in _distributions(asked) if arn(one) == wanted), {})
    return {"Tags": {"Items": [{"Key": key, "Value": value} for key, value in tags.items()]}}


def _parts(asked: Asked, one: Component) -> dict[str, Any]:
    """What a summary and a configuration share."""
    origins = [
        {
            "Id": "assets",
            "DomainName": f"{edge.target.name}.s3.{edge.target.region}.amazonaws.com",
            "OriginPath": "",
            "ConnectionAttempts": 3,
            "ConnectionTimeout": 10,
            "CustomHeaders": {"Quantity": 0},
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        }
        for edge in asked.world.plan.out_of(one)
        if edge.target.kind == "s3"
    ][:1]
    functions = [
        {"LambdaFunctionARN": f"{arn(edge.target)}:1", "EventType": "viewer-request", "IncludeBody": False}
        for edge in asked.world.plan.out_of(one)
        if edge.target.kind == "lambda"
    ][:1]
    behaviour: dict[str, Any] = {
        "TargetOriginId": "assets",
        "ViewerProtocolPolicy": "redirect-to-https",
        "CachePolicyId": uuid_of("cache-policy"),
        "Compress": True,
        "LambdaFunctionAssociations": {"Quantity": len(functions), **({"Items": functions} if functions else {})},
    }
    acls = [edge.source for edge in asked.world.plan.into(one) if edge.source.kind == "waf"]
    return {
        "Aliases": {"Quantity": 1, "Items": [one.name]},
        "Origins": {"Quantity": len(origins), "Items": origins},
        "DefaultCacheBehavior": behaviour,
        "CacheBehaviors": {"Quantity": 0},
        "CustomErrorResponses": {"Quantity": 0},
        "Comment": one.name,
        "PriceClass": "PriceClass_100",
        "Enabled": True,
        "ViewerCertificate": {"CloudFrontDefaultCertificate": False, "MinimumProtocolVersion": "TLSv1.2_2021"},
        "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
        "WebACLId": arn(acls[0]) if acls else "",
        "HttpVersion": "http2and3",
        "IsIPV6Enabled": True,
    }


def _config(asked: Asked, one: Component) -> dict[str, Any]:
    return {**_parts(asked, one), "CallerReference": distribution_id(one)}


def _summary(asked: Asked, one: Component) -> dict[str, Any]:
    return {
        **_parts(asked, one),
        "Id": distribution_id(one),
        "ARN": arn(one),
        "Status": "Deployed",
        "LastModifiedTime": datetime.fromtimestamp(asked.world.last_change(one), UTC),
        "DomainName": f"d{distribution_id(one)[1:].lower()}.cloudfront.net",
        "Staging": False,
    }


def _acls(asked: Asked) -> list[Component]:
    scope = asked.get("Scope")
    if scope == "CLOUDFRONT" and asked.region != "us-east-1":
        message = "Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT"
        raise AnswerError("WAFInvalidParameterException", message)
    return [acl for acl in asked.components("waf") if acl.get("scope") == scope]


@answers("wafv2", "ListWebACLs")
def list_web_acls(asked: Asked) -> Answer:
    """Of one scope."""
    acls = [
        {"Name": acl.name, "Id": acl_id(acl), "Description": "", "LockToken": uuid_of("lock", acl.key), "ARN": arn(acl)}
        for acl in _acls(asked)
    ]
    return {"WebACLs": acls}


@answers("wafv2", "GetWebACL")
def get_web_acl(asked: Asked) -> Answer:
    """Rules and the names of the metrics."""
    wanted = {asked.get("Id"), asked.get("ARN")}
    every = asked.components("waf") if asked.get("ARN") else _acls(asked)
    for acl in every:
        if acl_id(acl) in wanted or arn(acl) in wanted:
            return {"WebACL": _acl(acl), "LockToken": uuid_of("lock", acl.key)}
    raise AnswerError("WAFNonexistentItemException", "AWS WAF couldn't perform the operation: no such resource.")


def _visible(name: str) -> dict[str, Any]:
    return {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": name}


def _acl(acl: Component) -> dict[str, Any]:
    limit = {"RateBasedStatement": {"Limit": 2000, "AggregateKeyType": "IP"}}
    group = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}
    return {
        "Name": acl.name,
        "Id": acl_id(acl),
        "ARN": arn(acl),
        "DefaultAction": {"Allow": {}},
        "Rules": [
            {
                "Name": _RULES[0],
                "Priority": 0,
                "Statement": limit,
                "Action": {"Block": {}},
                "VisibilityConfig": _visible(_RULES[0]),
            },
            {
                "Name": _RULES[1],
                "Priority": 1,
                "Statement": group,
                "OverrideAction": {"None": {}},
                "VisibilityConfig": _visible(_RULES[1]),
            },
        ],
        "VisibilityConfig": _visible(acl.name),
        "Capacity": 702,
        "ManagedByFirewallManager": False,
    }


@answers("wafv2", "ListResourcesForWebACL")
def list_resources_for_web_acl(asked: Asked) -> Answer:
    """What a regional web ACL guards."""
    for acl in asked.components("waf"):
        if arn(acl) == asked.get("WebACLArn"):
            return {"ResourceArns": [arn(edge.target) for edge in asked.world.plan.out_of(acl)]}
    raise AnswerError("WAFNonexistentItemException", "AWS WAF couldn't perform the operation: no such resource.")


@answers("wafv2", "ListTagsForResource")
def list_waf_tags(asked: Asked) -> Answer:
    """By ARN."""
    wanted = asked.get("ResourceARN")
    tags = next((acl.tags for acl in asked.components("waf") if arn(acl) == wanted), {})
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"TagInfoForResource": {"ResourceARN": wanted, "TagList": listed}}
