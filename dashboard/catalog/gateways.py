"""What the three kinds of API Gateway have in common."""

import re
from collections.abc import Iterator

from dashboard.catalog.metrics import count, keys, percentiles
from dashboard.catalog.ratios import share
from dashboard.catalog.shape import Chart, Derived, Metric, Severity, Signals, Threshold
from dashboard.core.units import Unit

SIGNALS = Signals(traffic="requests", errors="errors", latency="latency_p95", entry=True)
FIGURES = ("requests", "error_rate", "latency_p95")
QUEUE = re.compile(
    r"^arn:(?P<partition>[\w-]+):apigateway:(?P<region>[\w-]+):sqs:path/(?P<account>\d{12})/(?P<name>.+)$"
)


def called_by(uri: str) -> Iterator[str]:
    """The ARN of the function or queue that an integration's URI leads to; nothing for other URIs."""
    queue = QUEUE.match(uri)
    if "/functions/arn:" in uri:
        yield uri.split("/functions/", 1)[1].removesuffix("/invocations")
    elif queue:
        yield f"arn:{queue['partition']}:sqs:{queue['region']}:{queue['account']}:{queue['name']}"
    elif uri.startswith("arn:") and ":apigateway:" not in uri:
        yield uri


def request_metrics(client_errors: str, server_errors: str) -> tuple[Metric, ...]:
    """Requests, errors and latencies; REST and HTTP APIs spell the errors differently."""
    return (
        count("requests", "Count", "Requests"),
        count("client_errors", client_errors, "Client errors (4xx)"),
        count("errors", server_errors, "Server errors (5xx)"),
        *percentiles("latency", "Latency", Unit.MILLISECONDS, label="Latency"),
        *percentiles("integration", "IntegrationLatency", Unit.MILLISECONDS, label="Integration"),
    )


DERIVED = (
    Derived("error_rate", "Server error rate", Unit.SHARE, ("errors", "requests"), share("errors", "requests")),
    Derived(
        "client_error_rate",
        "Client error rate",
        Unit.SHARE,
        ("client_errors", "requests"),
        share("client_errors", "requests"),
    ),
    Derived(
        "own_latency",
        "Gateway's own p95",
        Unit.MILLISECONDS,
        ("latency_p95", "integration_p95"),
        lambda values, _: values["latency_p95"] - values["integration_p95"],
    ),
)
CHARTS = (
    Chart("How much traffic comes in?", ("requests",), "area"),
    Chart("How long do callers wait?", keys("latency"), "percentiles"),
    Chart("What share fails?", ("error_rate", "client_error_rate")),
    Chart("How many requests fail?", ("errors", "client_errors")),
    Chart("How long does the backend take?", keys("integration"), "percentiles"),
    Chart("How much does the gateway add?", ("own_latency",)),
)
THRESHOLDS = (
    Threshold(
        "error_rate",
        Severity.CRITICAL,
        "{value} of requests fail with 5xx",
        above=0.02,
        floor=("requests", 50),
        hint="Compare the integration's errors and the last deploy.",
    ),
    Threshold(
        "client_error_rate",
        Severity.WARNING,
        "{value} of requests are refused with 4xx",
        above=0.10,
        for_periods=5,
        floor=("requests", 100),
        hint="Authorisation, limits or validation: look at the access log by status.",
    ),
    Threshold(
        "latency_p95",
        Severity.WARNING,
        "p95 is {value}",
        above=2500,
        for_periods=3,
        floor=("requests", 50),
        hint="If the integration is as slow, the cause is behind the gateway.",
    ),
)
