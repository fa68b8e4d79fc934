"""The alarms that the shop's teams have set up over the years, the forgotten ones too."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.demo.world.blueprints import DATA, PRODUCTION

ABOVE, BELOW = "GreaterThanThreshold", "LessThanThreshold"
WEST, CENTRAL, EAST = "eu-west-1", "eu-central-1", "us-east-1"
FORGOTTEN_DAYS = 34


@dataclass(frozen=True)
class MetricPlan:
    """An alarm on one metric of one component; with `dimensions` on a metric that nothing sends any more."""

    name: str
    component: str
    metric: str
    statistic: str
    threshold: float
    comparison: str = ABOVE
    account_id: str = PRODUCTION
    region: str = WEST
    period: int = 300
    for_periods: int = 3
    of_periods: int = 3
    treat_missing: str = "missing"
    told: bool = True
    """Whether it has an action."""
    description: str = ""
    namespace: str = ""
    dimensions: Mapping[str, str] = field(default_factory=dict)
    silent_days: int = 0
    """Since how many days its metric has been missing; 0: it is there."""


@dataclass(frozen=True)
class CompositePlan:
    """An alarm on other alarms of its account and region."""

    name: str
    children: tuple[str, ...]
    every: bool
    """Whether all of them must be in ALARM; one is enough otherwise."""
    description: str
    account_id: str = PRODUCTION
    region: str = WEST


QUIET = "notBreaching"
METRIC_ALARMS = (
    MetricPlan("checkout-create-order-errors", "checkout-create-order", "Errors", "Sum", 25, treat_missing=QUIET),
    MetricPlan("checkout-create-order-slow", "checkout-create-order", "Duration", "p95", 1500),
    MetricPlan("checkout-get-basket-errors", "checkout-get-basket", "Errors", "Sum", 20, treat_missing=QUIET),
    MetricPlan("checkout-api-5xx", "checkout-api", "5xx", "Sum", 60, treat_missing=QUIET),
    MetricPlan("payments-captures-age", "payments-captures", "ApproximateAgeOfOldestMessage", "Maximum", 300),
    MetricPlan("payments-captures-dlq", "payments-captures-dlq", "ApproximateNumberOfMessagesVisible", "Maximum", 0),
    MetricPlan("orders-fulfilment-age", "orders-fulfilment", "ApproximateAgeOfOldestMessage", "Maximum", 900),
    MetricPlan("orders-fulfil-throttles", "orders-fulfil", "Throttles", "Sum", 10, treat_missing=QUIET),
    MetricPlan("orders-accept-errors", "orders-accept", "Errors", "Sum", 10, treat_missing=QUIET),
    MetricPlan(
        "notifications-email-dlq", "notifications-email-dlq", "ApproximateNumberOfMessagesVisible", "Maximum", 50
    ),
    MetricPlan("catalog-db-cpu", "catalog-db", "CPUUtilization", "Average", 80),
    MetricPlan("catalog-cache-hit-rate", "catalog-cache", "CacheHitRate", "Average", 80, BELOW),
    MetricPlan("storefront-render-errors", "storefront-render", "Errors", "Sum", 60, treat_missing=QUIET),
    MetricPlan("storefront-web-5xx", "storefront-web", "HTTPCode_ELB_5XX_Count", "Sum", 30, treat_missing=QUIET),
    MetricPlan("identity-sign-in-errors", "identity-sign-in", "Errors", "Sum", 20, treat_missing=QUIET),
    MetricPlan("ledger-db-cpu", "ledger-db", "CPUUtilization", "Average", 85, region=CENTRAL),
    MetricPlan("ledger-entries-age", "ledger-entries", "ApproximateAgeOfOldestMessage", "Maximum", 300, region=CENTRAL),
    MetricPlan("recommendations-rank-slow", "recommendations-rank", "Duration", "p95", 1000, region=EAST),
    MetricPlan("shop-edge-5xx", "shop.example.com", "5xxErrorRate", "Average", 2, region=EAST),
    MetricPlan(
        "clickstream-iterator-age", "clickstream-events", "GetRecords.IteratorAgeMilliseconds", "Maximum", 300_000,
        account_id=DATA,
    ),
    MetricPlan(
        "images-thumbnail-runaway", "images-make-thumbnail", "Invocations", "Sum", 10_000, account_id=DATA,
        for_periods=2,
    ),
    MetricPlan(
        "reporting-db-cpu", "reporting-db", "CPUUtilization", "Average", 85, account_id=DATA, region=CENTRAL
    ),
    MetricPlan(
        "checkout-legacy-tax-errors", "", "Errors", "Sum", 5, treat_missing=QUIET, namespace="AWS/Lambda",
        dimensions={"FunctionName": "checkout-legacy-tax"}, silent_days=120,
        description="The tax function was replaced; nobody removed its alarm.",
    ),
    MetricPlan("storefront-search-slow", "storefront-search", "Duration", "p99", 4000, told=False),
    MetricPlan(
        "checkout-abandoned-baskets", "", "BasketsAbandoned", "Sum", 400, namespace="Shop/Checkout",
        dimensions={"Service": "checkout"}, silent_days=FORGOTTEN_DAYS,
    ),
)  # fmt: skip
COMPOSITE_ALARMS = (
    CompositePlan(
        "checkout-is-broken", ("checkout-create-order-errors", "checkout-api-5xx"), every=False,
        description="Customers can't pay.",
    ),
    CompositePlan(
        "orders-are-stuck", ("orders-fulfilment-age", "orders-fulfil-throttles"), every=True,
        description="Parcels wait because the worker is held back.",
    ),
)  # fmt: skip
