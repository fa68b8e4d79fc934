"""Segments as OpenTelemetry spans, as Transaction Search keeps them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Span = dict[str, Any]
_KINDS = {"remote": "CLIENT", "aws": "CLIENT"}


def spans_of(segments: Sequence[Mapping[str, Any]]) -> Iterator[Span]:
    """A span for each segment and subsegment that was sent; inferred ones are X-Ray's own and don't exist here."""
    for segment in segments:
        if not segment.get("inferred"):
            yield from _spans(segment, segment, str(segment.get("parent_id", "")))


def _spans(part: Mapping[str, Any], segment: Mapping[str, Any], parent: str) -> Iterator[Span]:
    yield _span(part, segment, parent)
    for inner in part.get("subsegments", ()):
        yield from _spans(inner, segment, str(part["id"]))


def _span(part: Mapping[str, Any], segment: Mapping[str, Any], parent: str) -> Span:
    span: Span = {
        "traceId": str(segment["trace_id"])[2:].replace("-", ""),
        "spanId": part["id"],
        "parentSpanId": parent or None,
        "name": part["name"],
        "kind": _KINDS.get(str(part.get("namespace", "")), "SERVER" if part is segment else "INTERNAL"),
        "startTimeUnixNano": _nanoseconds(part["start_time"]),
        "status": {"code": "ERROR" if part.get("fault") or part.get("error") else "UNSET"},
        "attributes": _attributes(part, segment),
        "resource": {"attributes": {"service.name": segment["name"], "cloud.platform": "aws_lambda"}},
    }
    if "end_time" in part:
        span["endTimeUnixNano"] = _nanoseconds(part["end_time"])
        span["durationNano"] = span["endTimeUnixNano"] - span["startTimeUnixNano"]
    exceptions = part.get("cause", {}).get("exceptions", ())
    span["events"] = [
        {"name": "exception", "attributes": {"exception.type": one["type"], "exception.message": one["message"]}}
        for one in exceptions
    ]
    return span


def _attributes(part: Mapping[str, Any], segment: Mapping[str, Any]) -> dict[str, Any]:
    http, sql, aws = part.get("http", {}), part.get("sql", {}), part.get("aws", {})
    named = {
        "aws.local.service": segment["name"],
        "http.request.method": http.get("request", {}).get("method"),
        "url.full": http.get("request", {}).get("url"),
        "http.response.status_code": http.get("response", {}).get("status"),
        "db.query.text": sql.get("sanitized_query"),
        "db.user": sql.get("user"),
        "rpc.method": aws.get("operation"),
        "enduser.id": part.get("user"),
        **part.get("annotations", {}),
    }
    return {name: value for name, value in named.items() if value is not None}


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1_000_000) * 1000
