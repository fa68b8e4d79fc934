"""AWS WAF web ACLs of a region: in front of load balancers, APIs, user pools."""

from dashboard.catalog.firewalls import metric_name, web_acl
from dashboard.catalog.shape import Call

SERVICE = web_acl(
    key="waf",
    scope="REGIONAL",
    label="Firewalls",
    noun="WAF web ACL",
    region="",
    dimensions=lambda found: {"WebACL": metric_name(found), "Region": found.region, "Rule": "ALL"},
    extra={
        "protects": Call(
            "wafv2",
            "list_resources_for_web_acl",
            {"WebACLArn": "{arn}", "ResourceType": "APPLICATION_LOAD_BALANCER"},
            result="ResourceArns",
            paged=True,
            optional=True,
            absent=("WAFNonexistentItemException",),
        )
    },
    actions=("wafv2:ListResourcesForWebACL",),
)
