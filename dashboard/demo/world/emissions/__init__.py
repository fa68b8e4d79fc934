"""Which CloudWatch metrics each kind of component emits, and how they follow from the flow."""

from collections.abc import Callable

from dashboard.demo.world.components import Component
from dashboard.demo.world.emissions import (
    balancers,
    caches,
    custom,
    databases,
    edges,
    functions,
    gateways,
    identities,
    messages,
    storage,
    streams,
    workflows,
)
from dashboard.demo.world.series import Series

_EMITTERS: dict[str, Callable[[Component], list[Series]]] = {
    "lambda": functions.emit_function,
    "apigateway_rest": gateways.emit_rest,
    "apigateway_http": gateways.emit_http,
    "apigateway_websocket": gateways.emit_websocket,
    "dynamodb": storage.emit_table,
    "s3": storage.emit_bucket,
    "eventbridge": messages.emit_rule,
    "sqs": messages.emit_queue,
    "sns": messages.emit_topic,
    "kinesis": streams.emit_stream,
    "firehose": streams.emit_delivery,
    "rds": databases.emit_instance,
    "aurora": databases.emit_cluster,
    "rds_proxy": databases.emit_proxy,
    "elasticache": caches.emit_group,
    "elasticache_serverless": caches.emit_serverless,
    "cognito": identities.emit_pool,
    "waf": edges.emit_acl,
    "cloudfront": edges.emit_distribution,
    "alb": balancers.emit_balancer,
    "step_functions": workflows.emit_machine,
    "custom": custom.emit_custom,
}


def series_of(component: Component) -> list[Series]:
    """Every metric of a component; none for kinds that CloudWatch doesn't measure."""
    emitter = _EMITTERS.get(component.kind)
    return emitter(component) if emitter else []
