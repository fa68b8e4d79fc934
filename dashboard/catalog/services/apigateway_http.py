"""Amazon API Gateway HTTP APIs, by stage."""

from collections.abc import Sequence

from dashboard.catalog import gateways, tracing
from dashboard.catalog.reading import arns_in, get
from dashboard.catalog.shape import (
    Billing,
    Call,
    Chart,
    Fact,
    Found,
    Identity,
    Item,
    Listing,
    Metric,
    Relation,
    Service,
    Traced,
)
from dashboard.core.units import Unit


def identify(item: Item) -> Identity:
    """A stage is known within its API; CloudFormation knows the API by its id."""
    api, stage = item["parent"], item["StageName"]
    arn = f"arn:aws:apigateway:{{region}}::/apis/{api['ApiId']}/stages/{stage}"
    return Identity(f"{api['ApiId']}/{stage}", f"{api['Name']} ({stage})", arn)


def facts(found: Found) -> Sequence[Fact]:
    """What explains latency and refusals."""
    stage, api = found.item, found.item["parent"]
    return (
        Fact("Stage", stage["StageName"]),
        Fact("Protocol", api.get("ProtocolType")),
        Fact("Endpoint", api.get("ApiEndpoint")),
        Fact("Throttling, requests per second", get(stage, "DefaultRouteSettings.ThrottlingRateLimit")),
        Fact("Automatic deployment", bool(stage.get("AutoDeploy"))),
    )


def relations(found: Found) -> Sequence[Relation]:
    """Functions and services that the routes integrate."""
    targets: dict[str, None] = {}
    for one in found.details.get("integrations") or ():
        parameters = one.get("RequestParameters", {})
        called = (*gateways.called_by(one.get("IntegrationUri", "")), *arns_in(parameters), parameters.get("QueueUrl"))
        targets.update(dict.fromkeys(target for target in called if target))
    return [Relation(found.identity.arn, target, "integration") for target in targets]


def listing(protocol: str) -> Listing:
    """Stages of the APIs of one protocol."""
    return Listing(
        Call("apigatewayv2", "get_apis"),
        "Items",
        identify,
        keep=lambda item: item["parent"].get("ProtocolType") == protocol,
        each=Call("apigatewayv2", "get_stages", {"ApiId": "{ApiId}"}, result="Items"),
        optional=True,
    )


DETAILS = {
    "integrations": Call(
        "apigatewayv2",
        "get_integrations",
        {"ApiId": "{parent_id}"},
        result="Items",
        paged=True,
        absent=("NotFoundException",),
    )
}

SERVICE = Service(
    key="apigateway_http",
    label="HTTP APIs",
    noun="API Gateway HTTP API",
    icon="apigateway_http",
    namespace="AWS/ApiGateway",
    idles=True,
    cfn_types=("AWS::ApiGatewayV2::Api", "AWS::Serverless::HttpApi"),
    cost_name="Amazon API Gateway",
    listing=listing("HTTP"),
    details=DETAILS,
    facts=facts,
    relations=relations,
    dimensions=lambda found: {"ApiId": found.item["parent"]["ApiId"], "Stage": found.item["StageName"]},
    metrics=(
        *gateways.request_metrics("4xx", "5xx"),
        Metric("data_processed", "DataProcessed", "Sum", Unit.BYTES, "Bytes processed"),
    ),
    derived=gateways.DERIVED,
    charts=(*gateways.CHARTS, Chart("How many bytes go through?", ("data_processed",), "area")),
    signals=gateways.SIGNALS,
    thresholds=gateways.THRESHOLDS,
    figures=gateways.FIGURES,
    billing=Billing(
        lambda metered: {"http-requests": metered.of("requests")},
        ("requests, each below 512 KB",),
        ("data transfer out",),
        stop=(
            "aws apigatewayv2 update-stage --api-id {parent_id} --stage-name {last_part}"
            " --region {region} --default-route-settings ThrottlingRateLimit=0,ThrottlingBurstLimit=0"
        ),
    ),
    actions=("apigateway:GET",),
    console="https://{region}.console.aws.amazon.com/apigateway/main/apis?region={region}",
    traced=Traced((tracing.REMOTE,), tracing.stage_names),
)
