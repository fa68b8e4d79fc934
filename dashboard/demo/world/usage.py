"""What each component uses per minute, in the units that AWS bills.

An estimate from CloudWatch should come close. What tells each unit (Sum per period unless said otherwise), and where
AWS's bill differs from its metrics by nature:

- lambda-requests(-arm): Invocations. lambda-gb-seconds(-arm): Duration × MemorySize ÷ 1024; billed time is rounded up
  to the millisecond, and start-up is billed too (one invocation in a thousand), which Duration leaves out.
- rest-, http-requests: Count by stage. websocket-messages: MessageCount; websocket-minutes: no metric, some twelve
  minutes per ConnectCount.
- dynamodb-read/-write-units: Consumed{Read,Write}CapacityUnits of the table and of each index, on demand only.
  dynamodb-read/-write-hours: Provisioned{Read,Write}CapacityUnits, Average. dynamodb-gb-months: no metric;
  DescribeTable's sizes of the table and its indexes.
- s3-gb-months: BucketSizeBytes, Average of the day. s3-writes, s3-reads: PutRequests and GetRequests where the bucket's
  request metrics are on; elsewhere no metric shows them.
- sqs-requests: NumberOfMessagesSent + (NumberOfMessagesReceived + NumberOfMessagesDeleted) ÷ the mapping's BatchSize
  + NumberOfEmptyReceives; every message is below 64 KB.
- sns-requests: NumberOfMessagesPublished; deliveries to queues and functions are free.
- events: MatchedEvents of rules on custom buses; each event matches one rule. Schedules and AWS's events are free.
- kinesis-shard-hours: shards of DescribeStreamSummary. kinesis-put-units: IncomingRecords (each below 25 KB).
  kinesis-retention-hours: shards whose retention is over 24 hours.
- firehose-gb: IncomingRecords × 5 KB: each record is rounded up.
- rds-…-hours: the instance's class, engine and zones. rds-gb-months: allocated storage. aurora-acu-hours:
  ServerlessDatabaseCapacity, Average of each member. aurora-gb-months: VolumeBytesUsed.
- proxy-vcpu-hours: two vCPUs of the instance behind it and as many of its standby. proxy-acu-hours: the capacity of
  the Aurora members behind it, at least 8.
- cache-node-hours: nodes. cache-ecpus: ElastiCacheProcessingUnits. cache-gb-hours: BytesUsedForCache, Average.
- cognito-users: no metric; people who are seen for the first time in the month (billing/standing.py).
- waf-requests: AllowedRequests + BlockedRequests of rule ALL. waf-acl-months, waf-rule-months: the ACL and its rules.
- cloudfront-…-requests, -gb: Requests and BytesDownloaded; which edge served (four in five EU) no metric shows.
- alb-lcu-hours: ConsumedLCUs, Average. alb-hours: the load balancer.
- state-transitions: ExecutionsStarted × (states of the definition + 1 for the start).
- log-gb: what functions write to their logs, some 450 bytes an invocation: no metric of theirs shows it.
"""

from collections.abc import Callable, Mapping

import numpy as np

from dashboard.demo.world.billing.rates import first_price
from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.noise import Floats, stable_number

_HOUR = 1 / 60.0
_MONTH = 1 / (60.0 * 730)
_GIB = 1024.0**3
_EU_SHARE = 0.8
_START_SECONDS, _STARTS = 0.35, 0.001
_LOG_BYTES = 450
_EMPTY_RECEIVES = 14
_CONNECTION_MINUTES, _CONNECTS = 12, 0.04
_LEAST_PROXY_ACUS = 8.0

Usage = Mapping[str, Floats]


def usage_of(component: Component, flow: Flow) -> Usage:
    """Units used per minute, by name."""
    reader = _READERS.get(component.kind)
    return reader(component, flow) if reader else {}


def cost_of(component: Component, flow: Flow) -> Floats:
    """US dollars per minute at list prices, as if nothing were free."""
    total = np.zeros(flow.count)
    for name, amount in usage_of(component, flow).items():
        total = total + amount * first_price(name, component.region)
    return total


def _steady(flow: Flow, amount: float) -> Floats:
    return np.full(flow.count, amount)


def is_arm(function: Component) -> bool:
    """Whether a function runs on Graviton."""
    return bool(stable_number("arch", function.name) % 3)


def _function(one: Component, flow: Flow) -> Usage:
    invocations = flow.served(one) / float(one.get("batch_size", 1))
    gigabytes = float(one.get("memory", 512)) / 1024
    seconds = flow.time(one)[0] / 1000 + 0.0005 + _STARTS * _START_SECONDS
    kind = "-arm" if is_arm(one) else ""
    return {
        f"lambda-requests{kind}": invocations,
        f"lambda-gb-seconds{kind}": invocations * seconds * gigabytes,
        "log-gb": invocations * _LOG_BYTES / _GIB,
    }


def _websocket(one: Component, flow: Flow) -> Usage:
    return {
        "websocket-messages": flow.served(one),
        "websocket-minutes": flow.served(one) * _CONNECTS * _CONNECTION_MINUTES,
    }


def table_bytes(table: Component) -> int:
    """Bytes of a table with its indexes, as DescribeTable tells them."""
    items = 20_000 + stable_number("items", table.name) % 900_000
    return items * (740 + 610 * len(table.get("indexes", ())))


def _table(one: Component, flow: Flow) -> Usage:
    storage = {"dynamodb-gb-months": _steady(flow, table_bytes(one) / _GIB * _MONTH)}
    if one.get("provisioned"):
        hours = [float(units) * (1 + len(one.get("indexes", ()))) * _HOUR for units in one.get("provisioned")]
        return {
            "dynamodb-read-hours": _steady(flow, hours[0]),
            "dynamodb-write-hours": _steady(flow, hours[1]),
            **storage,
        }
    reads = flow.served(one) * float(one.get("read_share", 0.7))
    writes = flow.served(one) * (1 - float(one.get("read_share", 0.7)))
    indexes = len(one.get("indexes", ()))
    return {
        "dynamodb-read-units": reads * (float(one.get("read_units", 0.5)) + 0.25 * indexes),
        "dynamodb-write-units": writes * (float(one.get("write_units", 1.0)) + 0.8 * indexes),
        **storage,
    }


def _bucket(one: Component, flow: Flow) -> Usage:
    days = (np.arange(flow.start, flow.stop) // 1440 * 1440 - flow.origin) / 1440
    size = float(one.get("size_bytes", 5e9)) / _GIB * np.exp(float(one.get("growth_per_day", 0.002)) * days)
    requests = flow.served(one)
    return {"s3-gb-months": size * _MONTH, "s3-writes": requests * 0.2, "s3-reads": requests * 0.8}


def _queue(one: Component, flow: Flow) -> Usage:
    edge = flow.consumer(one)
    sent = flow.arrivals(one) + _EMPTY_RECEIVES
    if edge is None:
        return {"sqs-requests": sent}
    batch = float(edge.target.get("batch_size", 1))
    return {"sqs-requests": sent + flow.drained(one) * (2 - flow.poison_share(edge.target)) / batch}


def _stream(one: Component, flow: Flow) -> Usage:
    shards = float(one.get("shards", 1))
    usage = {"kinesis-shard-hours": _steady(flow, shards * _HOUR), "kinesis-put-units": flow.served(one)}
    if float(one.get("retention_hours", 24)) > 24:
        usage["kinesis-retention-hours"] = _steady(flow, shards * _HOUR)
    return usage


def _database(one: Component, flow: Flow) -> Usage:
    storage, multi = float(one.get("storage_gib", 200)), bool(one.get("multi_az"))
    hours = "rds-large-postgres-multi-hours" if multi else "rds-xl-mysql-hours"
    return {
        hours: _steady(flow, _HOUR),
        "rds-multi-gb-months" if multi else "rds-gb-months": _steady(flow, storage * _MONTH),
    }


def _capacity(cluster: Component, flow: Flow) -> Floats:
    """ACUs of all members, in half ones as they scale."""
    low, high = float(cluster.get("min_capacity", 0.5)), float(cluster.get("max_capacity", 16))
    each = np.ceil(np.clip(high * flow.utilisation(cluster) * 1.1, low, high) * 2) / 2
    result: Floats = each * float(cluster.get("members", 2))
    return result


def _cluster(one: Component, flow: Flow) -> Usage:
    stored = float(one.get("bytes", 42 * _GIB)) / _GIB
    return {
        "aurora-acu-hours": _capacity(one, flow) * _HOUR,
        "aurora-gb-months": _steady(flow, stored * _MONTH),
    }


def _proxy(one: Component, flow: Flow) -> Usage:
    behind = next((edge.target for edge in flow.plan.out_of(one)), None)
    if behind is not None and behind.kind == "aurora":
        return {"proxy-acu-hours": np.maximum(_capacity(behind, flow), _LEAST_PROXY_ACUS) * _HOUR}
    return {"proxy-vcpu-hours": _steady(flow, 4 * _HOUR)}


def _serverless_cache(one: Component, flow: Flow) -> Usage:
    return {"cache-ecpus": flow.served(one) * 1.7, "cache-gb-hours": _steady(flow, 3.1e9 / _GIB * _HOUR)}


def _acl(one: Component, flow: Flow) -> Usage:
    return {
        "waf-acl-months": _steady(flow, _MONTH),
        "waf-rule-months": _steady(flow, 2 * _MONTH),
        "waf-requests": flow.served(one),
    }


def _distribution(one: Component, flow: Flow) -> Usage:
    requests = flow.served(one)
    gigabytes = requests * float(one.get("bytes", 46_000)) / _GIB
    return {
        "cloudfront-eu-requests": requests * _EU_SHARE,
        "cloudfront-us-requests": requests * (1 - _EU_SHARE),
        "cloudfront-eu-gb": gigabytes * _EU_SHARE,
        "cloudfront-us-gb": gigabytes * (1 - _EU_SHARE),
    }


def _balancer(one: Component, flow: Flow) -> Usage:
    return {"alb-hours": _steady(flow, _HOUR), "alb-lcu-hours": flow.served(one) / 60 / 25 * 0.4 * _HOUR}


def _rule(one: Component, flow: Flow) -> Usage:
    return {"events": flow.served(one)} if one.get("bus", "default") != "default" else {}


def _machine(one: Component, flow: Flow) -> Usage:
    states = sum(edge.kind == "task" for edge in flow.plan.out_of(one))
    return {"state-transitions": flow.served(one) * (states + 1)}


_READERS: Mapping[str, Callable[[Component, Flow], Usage]] = {
    "lambda": _function,
    "apigateway_rest": lambda one, flow: {"rest-requests": flow.served(one)},
    "apigateway_http": lambda one, flow: {"http-requests": flow.served(one)},
    "apigateway_websocket": _websocket,
    "dynamodb": _table,
    "s3": _bucket,
    "sqs": _queue,
    "sns": lambda one, flow: {"sns-requests": flow.served(one)},
    "eventbridge": _rule,
    "kinesis": _stream,
    "firehose": lambda one, flow: {"firehose-gb": flow.served(one) * 5 * 1024 / _GIB},
    "rds": _database,
    "aurora": _cluster,
    "rds_proxy": _proxy,
    "elasticache": lambda one, flow: {"cache-node-hours": _steady(flow, float(one.get("nodes", 2)) * _HOUR)},
    "elasticache_serverless": _serverless_cache,
    "waf": _acl,
    "cloudfront": _distribution,
    "alb": _balancer,
    "step_functions": _machine,
}
