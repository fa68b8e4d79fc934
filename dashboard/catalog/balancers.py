"""What application load balancers and their target groups have in common."""

from dashboard.catalog.metrics import count, keys, percentiles
from dashboard.catalog.ratios import error_rate
from dashboard.catalog.shape import Chart, Metric, Severity, Threshold
from dashboard.core.units import Unit

METRICS: tuple[Metric, ...] = (
    count("requests", "RequestCount", "Requests"),
    count("errors", "HTTPCode_Target_5XX_Count", "Target 5xx", sparse=True),
    count("client_errors", "HTTPCode_Target_4XX_Count", "Target 4xx", sparse=True),
    *percentiles("latency", "TargetResponseTime", Unit.MILLISECONDS, label="Response", scale=1000),
)
DERIVED = (error_rate(label="Target error rate"),)
CHARTS = (
    Chart("How much traffic comes in?", ("requests",), "area"),
    Chart("How long do targets take?", keys("latency"), "percentiles"),
    Chart("What share fails?", ("error_rate",)),
)
THRESHOLDS = (
    Threshold("error_rate", Severity.CRITICAL, "{value} of requests fail with 5xx", above=0.05, floor=("requests", 50)),
    Threshold("latency_p95", Severity.WARNING, "p95 is {value}", above=2000, floor=("requests", 50)),
)
FIGURES = ("requests", "error_rate", "latency_p95")
