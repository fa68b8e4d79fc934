"""API Gateway: REST (apigateway), HTTP and WebSocket (apigatewayv2)."""

from datetime import UTC, datetime
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import api_id, arn, hex_id

_V2 = ("apigateway_http", "apigateway_websocket")


def _find(asked: Asked, wanted: str, *kinds: str) -> Component:
    for api in asked.components(*kinds):
        if api_id(api) == wanted:
            return api
    raise AnswerError("NotFoundException", "Invalid API identifier specified", 404)


def _created(asked: Asked, api: Component) -> datetime:
    return datetime.fromtimestamp(asked.world.created(api), UTC)


def _targets(asked: Asked, api: Component) -> list[Component]:
    return [edge.target for edge in asked.world.plan.out_of(api) if edge.target.kind == "lambda"]


def _invocation_uri(function: Component) -> str:
    path = f"2015-03-31/functions/{arn(function)}/invocations"
    return f"arn:aws:apigateway:{function.region}:lambda:path/{path}"


@answers("apigateway", "GetRestApis")
def get_rest_apis(asked: Asked) -> Answer:
    """REST APIs by id and name."""
    page, token = page_of(asked.components("apigateway_rest"), asked.get("position"), int(asked.get("limit", 25)))
    return {"items": [_rest_api(asked, api) for api in page], "position": token}


@answers("apigateway", "GetRestApi")
def get_rest_api(asked: Asked) -> Answer:
    """One REST API."""
    return _rest_api(asked, _find(asked, str(asked.get("restApiId")), "apigateway_rest"))


def _rest_api(asked: Asked, api: Component) -> dict[str, Any]:
    return {
        "id": api_id(api),
        "name": api.name,
        "createdDate": _created(asked, api),
        "apiKeySource": "HEADER",
        "endpointConfiguration": {"types": ["REGIONAL"]},
        "tags": dict(api.tags),
        "disableExecuteApiEndpoint": False,
    }


@answers("apigateway", "GetStages")
def get_stages(asked: Asked) -> Answer:
    """The stages of a REST API; ours have one each."""
    api = _find(asked, str(asked.get("restApiId")), "apigateway_rest")
    return {"item": [_rest_stage(asked, api)]}


@answers("apigateway", "GetStage")
def get_stage(asked: Asked) -> Answer:
    """One stage."""
    api = _find(asked, str(asked.get("restApiId")), "apigateway_rest")
    if asked.get("stageName") != api.get("stage"):
        raise AnswerError("NotFoundException", "Invalid stage identifier specified", 404)
    return _rest_stage(asked, api)


def _rest_stage(asked: Asked, api: Component) -> dict[str, Any]:
    everything = {
        "metricsEnabled": True,
        "loggingLevel": "ERROR",
        "dataTraceEnabled": False,
        "throttlingBurstLimit": 5000,
        "throttlingRateLimit": 10000.0,
        "cachingEnabled": bool(api.get("cached")),
    }
    return {
        "stageName": str(api.get("stage")),
        "deploymentId": hex_id(6, "deployment", api.key),
        "cacheClusterEnabled": bool(api.get("cached")),
        "cacheClusterStatus": "AVAILABLE" if api.get("cached") else "NOT_AVAILABLE",
        "methodSettings": {"*/*": everything},
        "tracingEnabled": bool(api.get("traced")),
        "createdDate": _created(asked, api),
        "lastUpdatedDate": datetime.fromtimestamp(asked.world.last_change(api), UTC),
        "tags": dict(api.tags),
    }


@answers("apigateway", "GetResources")
def get_resources(asked: Asked) -> Answer:
    """Paths with their methods and, when embedded, their integrations."""
    api = _find(asked, str(asked.get("restApiId")), "apigateway_rest")
    root = hex_id(10, "root", api.key)
    items: list[dict[str, Any]] = [{"id": root, "path": "/"}]
    for function in _targets(asked, api):
        integration = {
            "type": "AWS_PROXY",
            "httpMethod": "POST",
            "uri": _invocation_uri(function),
            "timeoutInMillis": 29000,
        }
        method = {"httpMethod": "GET", "authorizationType": "NONE", "methodIntegration": integration}
        part = function.name.split("-", 1)[-1]
        ident = hex_id(10, "path", function.key)
        methods = {"GET": method if "methods" in asked.get("embed", []) else {}}
        items.append({"id": ident, "parentId": root, "pathPart": part, "path": f"/{part}", "resourceMethods": methods})
    page, token = page_of(items, asked.get("position"), int(asked.get("limit", 25)))
    return {"items": page, "position": token}


@answers("apigateway", "GetAccount")
def get_account(asked: Asked) -> Answer:
    """The account's throttle in this region."""
    return {"throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0}, "features": ["UsagePlans"]}


@answers("apigateway", "GetUsagePlans")
def get_usage_plans(asked: Asked) -> Answer:
    """None are used."""
    return {"items": []}


@answers("apigatewayv2", "GetApis")
def get_apis(asked: Asked) -> Answer:
    """HTTP and WebSocket APIs together."""
    page, token = page_of(asked.components(*_V2), asked.get("NextToken"), int(asked.get("MaxResults", 25)))
    return {"Items": [_api(asked, api) for api in page], "NextToken": token}


@answers("apigatewayv2", "GetApi")
def get_api(asked: Asked) -> Answer:
    """One of them."""
    return _api(asked, _find(asked, str(asked.get("ApiId")), *_V2))


def _api(asked: Asked, api: Component) -> dict[str, Any]:
    socket = api.kind == "apigateway_websocket"
    scheme = "wss" if socket else "https"
    return {
        "ApiId": api_id(api),
        "Name": api.name,
        "ApiEndpoint": f"{scheme}://{api_id(api)}.execute-api.{api.region}.amazonaws.com",
        "ProtocolType": "WEBSOCKET" if socket else "HTTP",
        "RouteSelectionExpression": "$request.body.action" if socket else "$request.method $request.path",
        "ApiKeySelectionExpression": "$request.header.x-api-key",
        "CreatedDate": _created(asked, api),
        "DisableExecuteApiEndpoint": False,
        "Tags": dict(api.tags),
    }


@answers("apigatewayv2", "GetStages")
def get_v2_stages(asked: Asked) -> Answer:
    """The stages of an API."""
    api = _find(asked, str(asked.get("ApiId")), *_V2)
    return {"Items": [_stage(asked, api)]}


@answers("apigatewayv2", "GetStage")
def get_v2_stage(asked: Asked) -> Answer:
    """One stage."""
    api = _find(asked, str(asked.get("ApiId")), *_V2)
    return _stage(asked, api)


def _stage(asked: Asked, api: Component) -> dict[str, Any]:
    return {
        "StageName": str(api.get("stage")),
        "AutoDeploy": True,
        "CreatedDate": _created(asked, api),
        "LastUpdatedDate": datetime.fromtimestamp(asked.world.last_change(api), UTC),
        "DefaultRouteSettings": {
            "DetailedMetricsEnabled": False,
            "ThrottlingBurstLimit": 5000,
            "ThrottlingRateLimit": 10000.0,
        },
        "RouteSettings": {},
        "Tags": dict(api.tags),
    }


@answers("apigatewayv2", "GetIntegrations")
def get_integrations(asked: Asked) -> Answer:
    """One per function behind the API."""
    api = _find(asked, str(asked.get("ApiId")), *_V2)
    socket = api.kind == "apigateway_websocket"
    items = [
        {
            "IntegrationId": hex_id(7, "integration", function.key),
            "IntegrationType": "AWS_PROXY",
            "IntegrationMethod": "POST",
            "IntegrationUri": _invocation_uri(function) if socket else arn(function),
            "ConnectionType": "INTERNET",
            "PayloadFormatVersion": "1.0" if socket else "2.0",
            "TimeoutInMillis": 29000 if socket else 30000,
        }
        for function in _targets(asked, api)
    ]
    return {"Items": items}


@answers("apigatewayv2", "GetRoutes")
def get_routes(asked: Asked) -> Answer:
    """One per function behind the API."""
    api = _find(asked, str(asked.get("ApiId")), *_V2)
    socket = api.kind == "apigateway_websocket"
    items = [
        {
            "RouteId": hex_id(7, "route", function.key),
            "RouteKey": function.name.split("-", 1)[-1] if socket else f"GET /{function.name.split('-', 1)[-1]}",
            "AuthorizationType": "NONE",
            "ApiKeyRequired": False,
            "Target": f"integrations/{hex_id(7, 'integration', function.key)}",
        }
        for function in _targets(asked, api)
    ]
    return {"Items": items}
