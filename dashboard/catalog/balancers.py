"""What application load balancers and their target groups have in common."""

from dashboard.catalog.metrics import count, keys, percentiles
from dashboard.catalog.shape import Chart, Metric, Severity, Threshold
from dashboard.core.units import Unit

METRICS: tuple[Metric, ...] = (
    count("requests", "RequestCount", "Requests", sparse=True),
    count("errors", "HTTPCode_Target_5XX_Count", "Target 5xx", sparse=True),
    count("client_errors", "HTTPCode_Target_4XX_Count", "Target 4xx", sparse=True),
    *percentiles("latency", "TargetResponseTime", Unit.MILLISECONDS, label="Response", scale=1000),
)
CHARTS = (
    Chart("How much traffic comes in?", ("requests",), "area"),
    Chart("How long do targets take?", keys("latency"), "percentiles"),
    Chart("What share fails?", ("error_rate",)),
)
FIGURES = ("requests", "error_rate", "latency_p95")


def thresholds(volume: str) -> tuple[Threshold, ...]:
    """What is wrong from a volume of 50 on; `volume` is the metric that the error rate is a share of."""
    return (
        Threshold("error_rate", Severity.CRITICAL, "{value} of requests fail with 5xx", above=0.05, floor=(volume, 50)),
        Threshold("latency_p95", Severity.WARNING, "p95 is {value}", above=2000, floor=("requests", 50)),
    )
