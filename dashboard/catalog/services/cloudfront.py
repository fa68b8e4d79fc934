"""Amazon CloudFront distributions: listed in us-east-1, where their metrics live too."""

import re
from collections.abc import Iterator, Mapping, Sequence

from dashboard.catalog.metrics import count
from dashboard.catalog.reading import get
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
    Relation,
    Service,
    Severity,
    Signals,
    Threshold,
    Values,
)
from dashboard.core.units import Unit

HOME = "us-east-1"
API = re.compile(r"^(?P<id>\w+)\.execute-api\.(?P<region>[\w-]+)\.amazonaws\.com$")


def identify(item: Item) -> Identity:
    """A distribution is known by its id; people know it by its first alias or its comment."""
    name = next(iter(get(item, "Aliases.Items", [])), "") or item.get("Comment") or item["DomainName"]
    return Identity(item["Id"], name, item["ARN"])


def facts(found: Found) -> Sequence[Fact]:
    """What explains where requests go."""
    item = found.item
    return (
        Fact("Domain", item.get("DomainName")),
        Fact("Origins", ", ".join(one.get("DomainName", "") for one in get(item, "Origins.Items", [])) or None),
        Fact("Price class", item.get("PriceClass")),
        Fact("Enabled", bool(item.get("Enabled"))),
        Fact("HTTP version", item.get("HttpVersion")),
        Fact("Web ACL", item.get("WebACLId") or None),
    )


def relations(found: Found) -> Sequence[Relation]:
    """Buckets and APIs among its origins, and the web ACL in front."""
    arn = found.identity.arn
    origins = [one for origin in get(found.item, "Origins.Items", []) for one in _candidates(origin)]
    acl = found.item.get("WebACLId", "")
    return [
        *(Relation(arn, origin, "origin") for origin in dict.fromkeys(origins)),
        *([Relation(acl, arn, "protects")] if acl.startswith("arn:") else []),
    ]


def _candidates(origin: Item) -> Iterator[str]:
    """ARNs that an origin may stand for: its domain doesn't say whether an API is a REST or an HTTP one."""
    domain = origin.get("DomainName", "")
    api = API.match(domain)
    if ".s3." in domain or ".s3-" in domain:
        yield f"arn:aws:s3:::{domain.split('.s3', 1)[0]}"
    elif api:
        stage = origin.get("OriginPath", "").strip("/").split("/", 1)[0] or "$default"
        for kind in ("restapis", "apis"):
            yield f"arn:aws:apigateway:{api['region']}::/{kind}/{api['id']}/stages/{stage}"


def usage(metered: Metered) -> Mapping[str, Values]:
    """Requests and gigabytes at the prices of the nearest edges; which edge served no metric tells."""
    return {"cloudfront-requests": metered.of("requests"), "cloudfront-gb": metered.of("bytes") / 1024**3}


SERVICE = Service(
    key="cloudfront",
    label="Distributions",
    noun="CloudFront distribution",
    icon="cloudfront",
    namespace="AWS/CloudFront",
    idles=True,
    cfn_types=("AWS::CloudFront::Distribution",),
    cost_name="Amazon CloudFront",
    listing=Listing(Call("cloudfront", "list_distributions"), "DistributionList.Items", identify),
    facts=facts,
    relations=relations,
    dimensions=lambda found: {"DistributionId": found.identity.physical_id, "Region": "Global"},
    metrics=(
        count("requests", "Requests", "Requests"),
        Metric("bytes", "BytesDownloaded", "Sum", Unit.BYTES, "Bytes downloaded"),
        Metric("error_rate", "5xxErrorRate", "Average", Unit.SHARE, "Server error rate", scale=0.01),
        Metric("client_error_rate", "4xxErrorRate", "Average", Unit.SHARE, "Client error rate", scale=0.01),
        Metric("hit_rate", "CacheHitRate", "Average", Unit.SHARE, "Cache hits", scale=0.01),
        Metric("origin_latency", "OriginLatency", "p95", Unit.MILLISECONDS, "Origin p95"),
    ),
    derived=(
        Derived(
            "errors",
            "Server errors",
            Unit.COUNT,
            ("requests", "error_rate"),
            lambda values, _: values["requests"] * values["error_rate"],
        ),
    ),
    charts=(
        Chart("How much traffic comes in?", ("requests",), "area"),
        Chart("What share fails?", ("error_rate", "client_error_rate")),
        Chart("What does the cache answer?", ("hit_rate",)),
        Chart("How long does the origin take?", ("origin_latency",)),
        Chart("How many bytes go out?", ("bytes",), "area"),
    ),
    signals=Signals(traffic="requests", errors="errors", latency="origin_latency", entry=True),
    thresholds=(
        Threshold(
            "error_rate",
            Severity.CRITICAL,
            "{value} of requests fail with 5xx",
            above=0.05,
            for_periods=3,
            floor=("requests", 100),
        ),
        Threshold(
            "client_error_rate",
            Severity.WARNING,
            "{value} of requests are refused with 4xx",
            above=0.10,
            for_periods=5,
            floor=("requests", 200),
        ),
        Threshold("hit_rate", Severity.INFO, "only {value} comes from the cache", below=0.50, floor=("requests", 500)),
    ),
    figures=("requests", "error_rate", "hit_rate"),
    billing=Billing(
        usage,
        ("HTTPS requests", "GB to viewers"),
        ("which edges served", "invalidations", "functions at the edge"),
    ),
    actions=("cloudfront:ListDistributions",),
    console="https://us-east-1.console.aws.amazon.com/cloudfront/v4/home#/distributions/{physical_id}",
    metric_region=HOME,
    list_region=HOME,
)
