"""Amazon API Gateway REST APIs, by stage."""

from collections.abc import Sequence

from dashboard.catalog import gateways, tracing
from dashboard.catalog.reading import get
from dashboard.catalog.shape import (
    Billing,
    Call,
    Fact,
    Found,
    Identity,
    Item,
    Listing,
    Relation,
    Service,
    Traced,
)


def identify(item: Item) -> Identity:
    """A stage is known within its API; CloudFormation knows the API by its id."""
    api, stage = item["parent"], item["stageName"]
    arn = f"arn:aws:apigateway:{{region}}::/restapis/{api['id']}/stages/{stage}"
    return Identity(f"{api['id']}/{stage}", f"{api['name']} ({stage})", arn)


def facts(found: Found) -> Sequence[Fact]:
    """What explains latency and refusals."""
    stage, api = found.item, found.item["parent"]
    settings = get(stage, "methodSettings.*/*", {})
    return (
        Fact("Stage", stage["stageName"]),
        Fact("Endpoint", ", ".join(get(api, "endpointConfiguration.types", [])) or None),
        Fact("Throttling, requests per second", settings.get("throttlingRateLimit")),
        Fact("Cache", bool(stage.get("cacheClusterEnabled"))),
        Fact("Tracing", bool(stage.get("tracingEnabled"))),
        Fact("Web ACL", stage.get("webAclArn")),
    )


def relations(found: Found) -> Sequence[Relation]:
    """Functions and queues that the methods integrate, and the web ACL in front."""
    targets: dict[str, None] = {}
    for resource in found.details.get("resources") or ():
        for method in (resource.get("resourceMethods") or {}).values():
            targets.update(dict.fromkeys(gateways.called_by(get(method, "methodIntegration.uri", ""))))
    acl = found.item.get("webAclArn")
    return [
        *(Relation(found.identity.arn, target, "integration") for target in targets),
        *([Relation(acl, found.identity.arn, "protects")] if acl else []),
    ]


SERVICE = Service(
    key="apigateway_rest",
    label="REST APIs",
    noun="API Gateway REST API",
    icon="apigateway_rest",
    namespace="AWS/ApiGateway",
    idles=True,
    cfn_types=("AWS::ApiGateway::RestApi", "AWS::Serverless::Api"),
    cost_name="Amazon API Gateway",
    listing=Listing(
        Call("apigateway", "get_rest_apis", {"limit": 500}),
        "items",
        identify,
        each=Call("apigateway", "get_stages", {"restApiId": "{id}"}, result="item"),
        optional=True,
    ),
    details={
        "resources": Call(
            "apigateway",
            "get_resources",
            {"restApiId": "{parent_id}", "embed": ["methods"], "limit": 500},
            result="items",
            paged=True,
            absent=("NotFoundException",),
        )
    },
    facts=facts,
    relations=relations,
    dimensions=lambda found: {"ApiName": found.item["parent"]["name"], "Stage": found.item["stageName"]},
    metrics=gateways.request_metrics("4XXError", "5XXError"),
    derived=gateways.DERIVED,
    charts=gateways.CHARTS,
    signals=gateways.SIGNALS,
    thresholds=gateways.THRESHOLDS,
    figures=gateways.FIGURES,
    billing=Billing(
        lambda metered: {"rest-requests": metered.of("requests")},
        ("requests",),
        ("cache hours", "data transfer out"),
        stop=(
            "aws apigateway update-stage --rest-api-id {parent_id} --stage-name {last_part}"
            " --region {region} --patch-operations 'op=replace,path=/*/*/throttling/rateLimit,value=0'"
            " 'op=replace,path=/*/*/throttling/burstLimit,value=0'"
        ),
    ),
    actions=("apigateway:GET",),
    console="https://{region}.console.aws.amazon.com/apigateway/main/apis?region={region}",
    traced=Traced(("AWS::ApiGateway::Stage", tracing.REMOTE), tracing.stage_names),
)
