"""AWS WAF web ACLs of a region: in front of load balancers, APIs, user pools."""

from dashboard.catalog.firewalls import metric_name, web_acl
from dashboard.catalog.shape import Call

GUARDED = {"balancers": "APPLICATION_LOAD_BALANCER", "pools": "COGNITO_USER_POOL"}
"""What is asked for; REST APIs name their web ACL themselves."""

SERVICE = web_acl(
    key="waf",
    scope="REGIONAL",
    label="Firewalls",
    noun="WAF web ACL",
    region="",
    dimensions=lambda found: {"WebACL": metric_name(found), "Region": found.region, "Rule": "ALL"},
    extra={
        key: Call(
            "wafv2",
            "list_resources_for_web_acl",
            {"WebACLArn": "{arn}", "ResourceType": kind},
            result="ResourceArns",
            absent=("WAFNonexistentItemException",),
            optional=True,
        )
        for key, kind in GUARDED.items()
    },
    actions=("wafv2:ListResourcesForWebACL",),
)
