"""Subsegments: a call to AWS, to a database, to somebody else, as the caller's SDK records it."""

from typing import Any

from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import arn, queue_url, uuid_of
from dashboard.demo.world.tracing.calls import Slot, is_database
from dashboard.demo.world.tracing.failures import Failure, failure_of, statuses
from dashboard.demo.world.tracing.places import database_host, database_name
from dashboard.demo.world.tracing.requests import Requests
from dashboard.demo.world.tracing.stories import Remote

Document = dict[str, Any]

_CLIENTS = {
    "dynamodb": "DynamoDB",
    "s3": "S3",
    "sns": "SNS",
    "sqs": "SQS",
    "kinesis": "Kinesis",
    "firehose": "Firehose",
    "event_bus": "EventBridge",
    "cognito": "CognitoIdentityProvider",
    "lambda": "Lambda",
    "step_functions": "StepFunctions",
}
_OPERATIONS = {
    "s3": "PutObject",
    "sns": "Publish",
    "sqs": "SendMessage",
    "kinesis": "PutRecords",
    "firehose": "PutRecordBatch",
    "event_bus": "PutEvents",
    "cognito": "InitiateAuth",
    "lambda": "Invoke",
    "step_functions": "StartExecution",
}
_QUERIES = (
    "SELECT id, name, price_cents, updated_at FROM products WHERE id = $1",
    "SELECT id, name FROM products WHERE category_id = $1 ORDER BY rank LIMIT $2",
    "SELECT sku, quantity FROM stock WHERE sku = ANY($1)",
    "UPDATE stock SET quantity = $1, counted_at = now() WHERE sku = $2",
)


def subsegment(requests: Requests, slot: Slot, position: int, begun: Document) -> Document:
    """The call as a subsegment; `begun` has its id and its times."""
    if slot.remote is not None:
        document = _remote(requests, slot, slot.remote, position)
    elif is_database(slot):
        document = _sql(requests, slot, position)
    else:
        document = _aws(requests, slot, position, begun["id"])
    failure = failure_of(requests, slot, position)
    if failure is not None and not slot.runs:
        document["cause"] = cause_of(begun["id"], failure, ("send",))
    return {**begun, **document}


def cause_of(ident: str, failure: Failure, labels: tuple[str, ...]) -> Document:
    """An exception with its stack, innermost call first."""
    frames = [
        {"path": "app.py" if label == "handler" else f"shop/{label}.py", "line": 20 + len(label) * 7, "label": label}
        for label in reversed(labels)
    ]
    exception = {
        "id": f"{int(ident, 16) ^ 0x5DEECE66D:016x}",
        "type": failure.type,
        "message": failure.message,
        "remote": failure.remote,
        "stack": frames,
    }
    return {"working_directory": "/var/task", "paths": ["/var/task", "/opt/python"], "exceptions": [exception]}


def _remote(requests: Requests, slot: Slot, remote: Remote, position: int) -> Document:
    document: Document = {
        "name": remote.host,
        "namespace": "remote",
        "http": {"request": {"method": remote.method, "url": f"https://{remote.host}{remote.path}"}},
    }
    if not requests.columns[slot.number].fault[position]:
        document["http"]["response"] = {"status": 200, "content_length": 180 + _number(requests, slot, position) % 900}
    return document


def _sql(requests: Requests, slot: Slot, position: int) -> Document:
    database = slot.callee
    host, name = database_host(database), database_name(database)
    return {
        "name": f"{name}@{host}",
        "namespace": "remote",
        "sql": {
            "url": f"postgresql://{host}:5432/{name}",
            "preparation": "statement",
            "database_type": "PostgreSQL",
            "database_version": "16.4",
            "driver_version": "psycopg 3.2",
            "user": "catalog_app",
            "sanitized_query": _QUERIES[_number(requests, slot, position) % len(_QUERIES)],
        },
    }


def _aws(requests: Requests, slot: Slot, position: int, ident: str) -> Document:
    target = slot.callee
    number = _number(requests, slot, position)
    details: Document = {
        "operation": slot.operation or _operation(target, number),
        "region": target.region,
        "request_id": uuid_of("call", ident),
        "retries": 1 if number % 100 == 0 else 0,
        **_resource(target),
    }
    if target.account_id != requests.entry.slots[slot.parent].place.account_id:
        details["account_id"] = target.account_id
    length = 60 + number % 2400
    response = {"status": int(statuses(requests, slot)[position]), "content_length": length}
    return {
        "name": _CLIENTS[target.kind],
        "namespace": "aws",
        "http": {"response": response},
        "aws": details,
    }


def _operation(target: Component, number: int) -> str:
    if target.kind == "dynamodb":
        reads = number % 1000 < float(target.get("read_share", 0.7)) * 1000
        return (("GetItem", "Query") if reads else ("PutItem", "UpdateItem"))[number // 1000 % 4 == 0]
    return _OPERATIONS[target.kind]


def _resource(target: Component) -> Document:
    """What the call was about, under the keys of the SDK's whitelist."""
    fields: dict[str, Document] = {
        "dynamodb": {"table_name": target.name, "resource_names": [target.name]},
        "s3": {"bucket_name": target.name, "resource_names": [target.name]},
        "sns": {"topic_arn": arn(target)},
        "sqs": {"queue_url": queue_url(target)},
        "kinesis": {"stream_name": target.name},
        "firehose": {"delivery_stream_name": target.name},
        "event_bus": {"event_bus_name": target.name},
        "lambda": {"function_name": target.name, "function_arn": arn(target)},
        "step_functions": {"state_machine_arn": arn(target)},
    }
    return fields.get(target.kind, {})


def _number(requests: Requests, slot: Slot, position: int) -> int:
    """Something to choose by."""
    return (int(requests.hashes[position]) >> 8) * (slot.number + 1) % 1_000_003
