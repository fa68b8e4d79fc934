"""Reads of the simulated X-Ray that several tests share."""

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from tests.demo.reads import minute_before
from tests.simulated_aws import PRODUCTION, SimulatedAws

Window = dict[str, datetime]


def window(aws: SimulatedAws, ago: int = 10, minutes: int = 5) -> Window:
    """StartTime and EndTime of some minutes that began so many minutes ago."""
    start = minute_before(aws, ago)
    return {"StartTime": start, "EndTime": start + timedelta(minutes=minutes)}


def services(
    aws: SimulatedAws, wanted: Window, *, region: str = "eu-west-1", account: str = PRODUCTION, **more: Any
) -> list[dict[str, Any]]:
    """Every service of a graph, over all pages."""
    pages = aws.client("xray", region, account).get_paginator("get_service_graph").paginate(**wanted, **more)
    return [service for page in pages for service in page["Services"]]


def service(found: list[dict[str, Any]], name: str, kind: str) -> dict[str, Any]:
    """One service by name and type."""
    return next(one for one in found if (one["Name"], one["Type"]) == (name, kind))


def edges(found: list[dict[str, Any]]) -> dict[tuple[str, str, str, str], dict[str, Any]]:
    """Edges by name and type of both ends."""
    numbered = {one["ReferenceId"]: one for one in found}
    return {
        (one["Name"], one["Type"], numbered[edge["ReferenceId"]]["Name"], numbered[edge["ReferenceId"]]["Type"]): edge
        for one in found
        for edge in one["Edges"]
    }


def summaries(
    aws: SimulatedAws, wanted: Window, expression: str = "", *, account: str = PRODUCTION, **more: Any
) -> list[dict[str, Any]]:
    """Every summary that matches, over all pages."""
    asked = {**wanted, **more, **({"FilterExpression": expression} if expression else {})}
    pages = aws.client("xray", account=account).get_paginator("get_trace_summaries").paginate(**asked)
    return [summary for page in pages for summary in page["TraceSummaries"]]


def documents(trace: dict[str, Any], parts: str = "Segments") -> list[dict[str, Any]]:
    """The segment documents of a trace."""
    return [json.loads(one["Document"]) for one in trace[parts]]


def batch(aws: SimulatedAws, ids: list[str]) -> list[list[dict[str, Any]]]:
    """The segment documents of up to five traces."""
    traces = {one["Id"]: one for one in aws.client("xray").batch_get_traces(TraceIds=ids)["Traces"]}
    return [documents(traces[one]) for one in ids]


def annotated(summary: dict[str, Any], name: str) -> Any:
    """An annotation's value, None where there is none."""
    values = summary["Annotations"].get(name)
    return next(iter(values[0]["AnnotationValue"].values())) if values else None


def shares(found: list[dict[str, Any]], name: str) -> dict[Any, float]:
    """How often each value of an annotation occurs."""
    counted = Counter(annotated(one, name) for one in found)
    return {value: number / len(found) for value, number in counted.items()}


def subsegments(document: dict[str, Any]) -> list[dict[str, Any]]:
    """All of them, at any depth."""
    inner = document.get("subsegments", [])
    return [*inner, *(deeper for one in inner for deeper in subsegments(one))]
