"""Amazon API Gateway WebSocket APIs, by stage."""

from dashboard.catalog.metrics import count, keys, percentiles
from dashboard.catalog.ratios import error_rate, share
from dashboard.catalog.services.apigateway_http import DETAILS, facts, listing, relations
from dashboard.catalog.shape import (
    Billing,
    Chart,
    Derived,
    Service,
    Severity,
    Signals,
    Threshold,
)
from dashboard.core.units import Unit

SERVICE = Service(
    key="apigateway_websocket",
    label="WebSocket APIs",
    noun="API Gateway WebSocket API",
    icon="apigateway_websocket",
    namespace="AWS/ApiGateway",
    idles=True,
    cfn_types=("AWS::ApiGatewayV2::Api",),
    cost_name="Amazon API Gateway",
    listing=listing("WEBSOCKET"),
    details=DETAILS,
    facts=facts,
    relations=relations,
    dimensions=lambda found: {"ApiId": found.item["parent"]["ApiId"], "Stage": found.item["StageName"]},
    metrics=(
        count("requests", "MessageCount", "Messages"),
        count("connections", "ConnectCount", "Connections opened"),
        count("errors", "IntegrationError", "Integration errors"),
        count("execution_errors", "ExecutionError", "Execution errors"),
        count("client_errors", "ClientError", "Client errors"),
        *percentiles("integration", "IntegrationLatency", Unit.MILLISECONDS, label="Integration"),
    ),
    derived=(
        error_rate(label="Integration error rate"),
        Derived(
            "client_error_rate",
            "Client error rate",
            Unit.SHARE,
            ("client_errors", "requests"),
            share("client_errors", "requests"),
        ),
    ),
    charts=(
        Chart("How many messages come and go?", ("requests", "connections"), "area"),
        Chart("How long does the backend take?", keys("integration"), "percentiles"),
        Chart("What share fails?", ("error_rate", "client_error_rate")),
        Chart("How many fail?", ("errors", "execution_errors", "client_errors")),
    ),
    signals=Signals(traffic="requests", errors="errors", latency="integration_p95", entry=True),
    thresholds=(
        Threshold(
            "error_rate",
            Severity.CRITICAL,
            "{value} of messages fail in the integration",
            above=0.05,
            floor=("requests", 50),
        ),
        Threshold(
            "integration_p95", Severity.WARNING, "p95 of the integration is {value}", above=2000, floor=("requests", 50)
        ),
    ),
    figures=("requests", "error_rate", "integration_p95"),
    billing=Billing(
        lambda metered: {"websocket-messages": metered.of("requests")},
        ("messages, each below 32 KB",),
        ("connection minutes", "data transfer out"),
        stop=(
            "aws apigatewayv2 update-stage --api-id {parent_id} --stage-name {last_part}"
            " --region {region} --default-route-settings ThrottlingRateLimit=0,ThrottlingBurstLimit=0"
        ),
    ),
    actions=("apigateway:GET",),
    console="https://{region}.console.aws.amazon.com/apigateway/main/apis?region={region}",
)
