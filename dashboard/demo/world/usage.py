"""What each component uses per minute, in the units that AWS bills, and what that costs."""

from collections.abc import Callable, Mapping

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.noise import Floats

_HOUR = 1 / 60.0
_MONTH = 1 / (60.0 * 730)
_GIB = 1024.0**3

PRICES: Mapping[str, float] = {
    "lambda-requests": 0.20e-6,
    "lambda-gb-seconds": 1.33334e-5,
    "rest-requests": 3.50e-6,
    "http-requests": 1.00e-6,
    "websocket-messages": 1.00e-6,
    "dynamodb-read-units": 0.125e-6,
    "dynamodb-write-units": 0.625e-6,
    "s3-gb-months": 0.023,
    "s3-requests": 0.4e-6,
    "sqs-requests": 0.40e-6,
    "sns-requests": 0.50e-6,
    "events": 1.00e-6,
    "kinesis-shard-hours": 0.015,
    "kinesis-put-units": 0.014e-6,
    "firehose-gb": 0.029,
    "rds-instance-hours": 0.252,
    "rds-gb-months": 0.115,
    "aurora-acu-hours": 0.12,
    "proxy-hours": 0.03,
    "cache-node-hours": 0.175,
    "cache-ecpus": 0.0023e-6,
    "cache-gb-hours": 0.084,
    "cognito-months": 92.0,
    "waf-months": 7.0,
    "waf-requests": 0.60e-6,
    "cloudfront-requests": 1.00e-6,
    "cloudfront-gb": 0.085,
    "alb-hours": 0.0252,
    "alb-lcu-hours": 0.008,
    "state-transitions": 25e-6,
}
"""US dollars per unit; one region's list prices are enough for a simulation."""

Usage = Mapping[str, Floats]


def usage_of(component: Component, flow: Flow) -> Usage:
    """Units used per minute, by name."""
    reader = _READERS.get(component.kind)
    return reader(component, flow) if reader else {}


def cost_of(component: Component, flow: Flow) -> Floats:
    """US dollars per minute."""
    total = np.zeros(flow.count)
    for name, amount in usage_of(component, flow).items():
        total = total + amount * PRICES[name]
    return total


def _steady(flow: Flow, amount: float) -> Floats:
    return np.full(flow.count, amount)


def _function(one: Component, flow: Flow) -> Usage:
    invocations = flow.served(one) / float(one.get("batch_size", 1))
    gigabytes = float(one.get("memory", 512)) / 1024
    seconds = flow.time(one)[0] / 1000
    return {"lambda-requests": invocations, "lambda-gb-seconds": invocations * seconds * gigabytes}


def _table(one: Component, flow: Flow) -> Usage:
    reads = float(one.get("read_share", 0.7))
    return {
        "dynamodb-read-units": flow.served(one) * reads * float(one.get("read_units", 0.5)),
        "dynamodb-write-units": flow.served(one) * (1 - reads) * float(one.get("write_units", 1.0)),
    }


def _bucket(one: Component, flow: Flow) -> Usage:
    size = float(one.get("size_bytes", 5e9)) / _GIB
    return {"s3-gb-months": _steady(flow, size * _MONTH), "s3-requests": flow.served(one)}


def _stream(one: Component, flow: Flow) -> Usage:
    shards = float(one.get("shards", 1))
    return {"kinesis-shard-hours": _steady(flow, shards * _HOUR), "kinesis-put-units": flow.served(one)}


def _database(one: Component, flow: Flow) -> Usage:
    storage = float(one.get("storage_gib", 200))
    return {"rds-instance-hours": _steady(flow, _HOUR), "rds-gb-months": _steady(flow, storage * _MONTH)}


def _cluster(one: Component, flow: Flow) -> Usage:
    low, high = float(one.get("min_capacity", 0.5)), float(one.get("max_capacity", 16))
    units = np.clip(high * flow.utilisation(one) * 1.1, low, high) * float(one.get("members", 2))
    return {"aurora-acu-hours": units * _HOUR}


def _serverless_cache(one: Component, flow: Flow) -> Usage:
    return {"cache-ecpus": flow.served(one) * 1.7, "cache-gb-hours": _steady(flow, 2.9 * _HOUR)}


def _acl(one: Component, flow: Flow) -> Usage:
    return {"waf-months": _steady(flow, _MONTH), "waf-requests": flow.served(one)}


def _distribution(one: Component, flow: Flow) -> Usage:
    gigabytes = flow.served(one) * float(one.get("bytes", 46_000)) / _GIB
    return {"cloudfront-requests": flow.served(one), "cloudfront-gb": gigabytes}


def _balancer(one: Component, flow: Flow) -> Usage:
    return {"alb-hours": _steady(flow, _HOUR), "alb-lcu-hours": flow.served(one) / 60 / 25 * _HOUR}


_READERS: Mapping[str, Callable[[Component, Flow], Usage]] = {
    "lambda": _function,
    "apigateway_rest": lambda one, flow: {"rest-requests": flow.served(one)},
    "apigateway_http": lambda one, flow: {"http-requests": flow.served(one)},
    "apigateway_websocket": lambda one, flow: {"websocket-messages": flow.served(one)},
    "dynamodb": _table,
    "s3": _bucket,
    "sqs": lambda one, flow: {"sqs-requests": flow.arrivals(one) * 3 + 14},
    "sns": lambda one, flow: {"sns-requests": flow.served(one)},
    "eventbridge": lambda one, flow: {"events": flow.served(one)},
    "kinesis": _stream,
    "firehose": lambda one, flow: {"firehose-gb": flow.served(one) * 5 * 1024 / _GIB},
    "rds": _database,
    "aurora": _cluster,
    "rds_proxy": lambda one, flow: {"proxy-hours": _steady(flow, 2 * _HOUR)},
    "elasticache": lambda one, flow: {"cache-node-hours": _steady(flow, float(one.get("nodes", 2)) * _HOUR)},
    "elasticache_serverless": _serverless_cache,
    "cognito": lambda one, flow: {"cognito-months": _steady(flow, _MONTH)},
    "waf": _acl,
    "cloudfront": _distribution,
    "alb": _balancer,
    "step_functions": lambda one, flow: {"state-transitions": flow.served(one) * 4},
}
