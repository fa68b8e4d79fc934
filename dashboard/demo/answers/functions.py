"""Lambda."""

from datetime import UTC, datetime
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.components import Component, Edge
from dashboard.demo.world.identity import arn, hex_id, uuid_of
from dashboard.demo.world.members import mapping_id
from dashboard.demo.world.noise import stable_number
from dashboard.demo.world.usage import is_arm

_RUNTIMES = ("python3.12", "nodejs22.x", "python3.12", "nodejs20.x", "java21")
_SOURCES = {"queue": "sqs", "stream": "kinesis"}


def _function(asked: Asked) -> Component:
    wanted = str(asked.get("FunctionName", "")).rsplit(":", 1)[-1]
    for function in asked.components("lambda"):
        if function.name == wanted:
            return function
    resource = f"arn:aws:lambda:{asked.region}:{asked.account_id}:function:{wanted}"
    raise AnswerError("ResourceNotFoundException", f"Function not found: {resource}", 404)


def _configuration(asked: Asked, function: Component) -> dict[str, Any]:
    changed = asked.world.last_change(function)
    return {
        "FunctionName": function.name,
        "FunctionArn": arn(function),
        "Runtime": _RUNTIMES[stable_number("runtime", function.name) % len(_RUNTIMES)],
        "Role": f"arn:aws:iam::{function.account_id}:role/{function.stack or 'ops'}-{function.logical_id}Role",
        "Handler": "app.handler",
        "CodeSize": 400_000 + stable_number("size", function.name) % 6_000_000,
        "Description": "",
        "Timeout": int(function.get("timeout_seconds", 30)),
        "MemorySize": int(function.get("memory", 512)),
        "LastModified": datetime.fromtimestamp(changed, UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "CodeSha256": hex_id(44, "code", function.name, changed),
        "Version": "$LATEST",
        "TracingConfig": {"Mode": "Active" if function.get("traced") else "PassThrough"},
        "RevisionId": uuid_of("revision", function.key, changed),
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["arm64" if is_arm(function) else "x86_64"],
        "EphemeralStorage": {"Size": 512},
    }


def _concurrency(asked: Asked, function: Component) -> int | None:
    """Reserved concurrency as it is now: incidents may have changed it."""
    if "reserved_concurrency" not in function.settings:
        return None
    minute = asked.now // 60
    flow = asked.world.flow(minute - 1, minute)
    value = flow.parameter(function, "reserved_concurrency", 0.0)
    return round(float(value if isinstance(value, float) else value[-1]))


@answers("lambda", "ListFunctions")
def list_functions(asked: Asked) -> Answer:
    """Fifty a page."""
    page, token = page_of(asked.components("lambda"), asked.get("Marker"), int(asked.get("MaxItems", 50)))
    return {"Functions": [_configuration(asked, function) for function in page], "NextMarker": token}


@answers("lambda", "GetFunction")
def get_function(asked: Asked) -> Answer:
    """Configuration, tags and reserved concurrency."""
    function = _function(asked)
    reserved = _concurrency(asked, function)
    answer: dict[str, Any] = {
        "Configuration": _configuration(asked, function),
        "Code": {"RepositoryType": "S3", "Location": "https://awslambda.invalid/code.zip"},
        "Tags": dict(function.tags),
    }
    if reserved is not None:
        answer["Concurrency"] = {"ReservedConcurrentExecutions": reserved}
    return answer


@answers("lambda", "GetFunctionConfiguration")
def get_function_configuration(asked: Asked) -> Answer:
    """Configuration alone."""
    return _configuration(asked, _function(asked))


@answers("lambda", "GetFunctionConcurrency")
def get_function_concurrency(asked: Asked) -> Answer:
    """Empty when none is reserved."""
    reserved = _concurrency(asked, _function(asked))
    return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}


@answers("lambda", "GetAccountSettings")
def get_account_settings(asked: Asked) -> Answer:
    """Quotas and use of the region."""
    functions = asked.components("lambda")
    reserved = sum(_concurrency(asked, function) or 0 for function in functions)
    return {
        "AccountLimit": {
            "TotalCodeSize": 80_530_636_800,
            "CodeSizeUnzipped": 262_144_000,
            "CodeSizeZipped": 52_428_800,
            "ConcurrentExecutions": 1000,
            "UnreservedConcurrentExecutions": 1000 - reserved,
        },
        "AccountUsage": {"TotalCodeSize": 210_000_000, "FunctionCount": len(functions)},
    }


@answers("lambda", "ListEventSourceMappings")
def list_event_source_mappings(asked: Asked) -> Answer:
    """From queues and streams to functions."""
    edges = [
        edge
        for function in asked.components("lambda")
        for edge in asked.world.plan.into(function)
        if edge.kind in _SOURCES and asked.get("FunctionName", function.name) in {function.name, arn(function)}
    ]
    wanted = asked.get("EventSourceArn")
    edges = [edge for edge in edges if not wanted or arn(edge.source) == wanted]
    page, token = page_of(edges, asked.get("Marker"), 100)
    return {"EventSourceMappings": [_mapping(asked, edge) for edge in page], "NextMarker": token}


def _mapping(asked: Asked, edge: Edge) -> dict[str, Any]:
    mapping: dict[str, Any] = {
        "UUID": mapping_id(edge),
        "BatchSize": int(edge.target.get("batch_size", 1)),
        "MaximumBatchingWindowInSeconds": 0,
        "EventSourceArn": arn(edge.source),
        "FunctionArn": arn(edge.target),
        "LastModified": datetime.fromtimestamp(asked.world.last_change(edge.target), UTC),
        "State": "Enabled",
        "StateTransitionReason": "USER_INITIATED",
    }
    if edge.kind == "stream":
        mapping |= {"StartingPosition": "LATEST", "ParallelizationFactor": 1, "MaximumRetryAttempts": -1}
    return mapping
