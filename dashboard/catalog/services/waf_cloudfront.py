"""AWS WAF web ACLs in front of CloudFront: they live in us-east-1, and their metrics carry no region."""

from dashboard.catalog.firewalls import metric_name, web_acl

SERVICE = web_acl(
    key="waf_cloudfront",
    scope="CLOUDFRONT",
    label="Edge firewalls",
    noun="WAF web ACL of CloudFront",
    region="us-east-1",
    dimensions=lambda found: {"WebACL": metric_name(found), "Rule": "ALL"},
    extra={},
    actions=(),
)
