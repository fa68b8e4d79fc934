"""Web ACLs: regional ones and CloudFront's are the same but for where they live."""

from collections.abc import Callable, Mapping, Sequence

from dashboard.catalog.metrics import count
from dashboard.catalog.ratios import share_of_sum, total
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
    Relation,
    Service,
    Severity,
    Signals,
    Threshold,
    Values,
)
from dashboard.core.units import Unit


def identify_in(scope: str) -> Callable[[Item], Identity]:
    """CloudFormation knows a web ACL as name|id|scope."""

    def identify(item: Item) -> Identity:
        return Identity(f"{item['Name']}|{item['Id']}|{scope}", item["Name"], item["ARN"])

    return identify


def facts(found: Found) -> Sequence[Fact]:
    """What explains what is blocked."""
    acl = get(found.details.get("acl"), "WebACL", {})
    return (
        Fact("Default action", next(iter(acl.get("DefaultAction", {})), None)),
        Fact("Rules", len(acl.get("Rules", ()))),
        Fact("Capacity used", acl.get("Capacity")),
        Fact("Guards", len(_guarded(found)) or None),
    )


def relations(found: Found) -> Sequence[Relation]:
    """What it stands in front of."""
    return [Relation(found.identity.arn, arn, "protects") for arn in _guarded(found)]


def _guarded(found: Found) -> list[str]:
    """ARNs of the load balancers and user pools behind it."""
    answers = (found.details.get(key) or () for key in ("balancers", "pools"))
    return list(dict.fromkeys(arn for answer in answers for arn in answer))


def metric_name(found: Found) -> str:
    """CloudWatch knows an ACL by the metric name in its visibility settings."""
    return str(get(found.details.get("acl"), "WebACL.VisibilityConfig.MetricName", found.identity.name))


HOURS_PER_MONTH = 730


def usage(metered: Metered) -> Mapping[str, Values]:
    """What it looked at, and its fixed price: for itself and each of its rules."""
    return {
        "waf-acl-months": metered.steady(1 / HOURS_PER_MONTH),
        "waf-rule-months": metered.steady(metered.number("Rules") / HOURS_PER_MONTH),
        "waf-requests": metered.of("allowed") + metered.or_zero("blocked"),
    }


def web_acl(
    *,
    key: str,
    scope: str,
    label: str,
    noun: str,
    region: str,
    dimensions: Callable[[Found], Mapping[str, str]],
    extra: Mapping[str, Call],
    actions: tuple[str, ...],
) -> Service:
    """The entry of one scope."""
    return Service(
        key=key,
        label=label,
        noun=noun,
        icon="waf",
        namespace="AWS/WAFV2",
        idles=True,
        cfn_types=("AWS::WAFv2::WebACL",),
        cost_name="AWS WAF",
        listing=Listing(Call("wafv2", "list_web_acls", {"Scope": scope, "Limit": 100}), "WebACLs", identify_in(scope)),
        details={
            "acl": Call(
                "wafv2",
                "get_web_acl",
                {"Name": "{Name}", "Id": "{Id}", "Scope": scope},
                absent=("WAFNonexistentItemException",),
            ),
            **extra,
        },
        facts=facts,
        relations=relations,
        dimensions=dimensions,
        metrics=(
            count("allowed", "AllowedRequests", "Allowed"),
            count("blocked", "BlockedRequests", "Blocked", sparse=True),
            count("counted", "CountedRequests", "Counted", sparse=True),
        ),
        derived=(
            Derived("requests", "Requests", Unit.COUNT, ("allowed", "blocked"), total("allowed", "blocked")),
            Derived("blocked_share", "Blocked", Unit.SHARE, ("blocked", "allowed"), share_of_sum("blocked", "allowed")),
        ),
        charts=(
            Chart("What passes, what is blocked?", ("allowed", "blocked"), "area"),
            Chart("What share is blocked?", ("blocked_share",)),
            Chart("What would be blocked?", ("counted",)),
        ),
        signals=Signals(traffic="requests"),
        thresholds=(
            Threshold(
                "blocked_share",
                Severity.WARNING,
                "{value} of requests are blocked",
                above=0.25,
                floor=("requests", 200),
                hint="An attack, or a rule that blocks your own users: look at the sampled requests.",
            ),
        ),
        figures=("requests", "blocked", "blocked_share"),
        billing=Billing(
            usage, ("requests", "web ACL months", "rule months"), ("capacity units over 1,500", "bot control")
        ),
        actions=("wafv2:ListWebACLs", "wafv2:GetWebACL", *actions),
        console="https://{region}.console.aws.amazon.com/wafv2/homev2/web-acls?region={region}",
        list_region=region,
    )
