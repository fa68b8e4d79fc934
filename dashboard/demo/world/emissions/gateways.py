"""AWS/ApiGateway: REST, HTTP and WebSocket APIs have different names for the same things."""

from collections.abc import Mapping

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow, Moments
from dashboard.demo.world.identity import api_id
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.series import Emitter, Series


def emit_rest(api: Component) -> list[Series]:
    """By API name and stage, and by API name alone."""
    whole = {"ApiName": api.name}
    names = ("Count", "4XXError", "5XXError")
    return _requests(api, {**whole, "Stage": str(api.get("stage"))}, *names) + _requests(api, whole, *names)


def emit_http(api: Component) -> list[Series]:
    """By API id and stage, and by API id alone."""
    whole = {"ApiId": api_id(api)}
    names = ("Count", "4xx", "5xx")
    return _requests(api, {**whole, "Stage": str(api.get("stage"))}, *names) + _requests(api, whole, *names)


def emit_websocket(api: Component) -> list[Series]:
    """Connections and messages."""
    to = Emitter(api, "AWS/ApiGateway", {"ApiId": api_id(api), "Stage": str(api.get("stage"))})
    to.events("ConnectCount", lambda flow: flow.served(api) * 0.04)
    to.events("MessageCount", lambda flow: flow.served(api))
    to.events("IntegrationError", lambda flow: flow.served(api) * flow.fault_share(api), lambda flow: flow.served(api))
    to.events("ClientError", lambda flow: flow.served(api) * 0.003, lambda flow: flow.served(api))
    to.events("ExecutionError", lambda flow: flow.served(api) * 0.0001, lambda flow: flow.served(api))
    to.times("IntegrationLatency", lambda flow: flow.served(api), lambda flow: flow.time(api), ceiling=29_000)
    return to.series


def _requests(api: Component, dimensions: Mapping[str, str], count: str, client: str, server: str) -> list[Series]:
    to = Emitter(api, "AWS/ApiGateway", dimensions)

    def requests(flow: Flow) -> Floats:
        return flow.served(api)

    to.events(count, requests, requests)
    to.events(client, lambda flow: requests(flow) * float(api.get("client_error_share", 0.012)), requests)
    to.events(server, lambda flow: requests(flow) * flow.fault_share(api), requests)
    to.times("Latency", requests, lambda flow: flow.time(api), ceiling=29_000)
    to.times("IntegrationLatency", requests, lambda flow: _integration(api, flow), ceiling=29_000)
    if count == "Count" and client == "4xx":
        to.per_minute("DataProcessed", lambda flow: requests(flow) * float(api.get("bytes", 2400)))
    if api.get("cached"):
        to.events("CacheHitCount", lambda flow: requests(flow) * 0.61)
        to.events("CacheMissCount", lambda flow: requests(flow) * 0.39)
    return to.series


def _integration(api: Component, flow: Flow) -> Moments:
    mean, variance = flow.time(api)
    own, own_variance = flow.own_time(api)
    return np.maximum(mean - own, 0.1), np.maximum(variance - own_variance, 0.01)
