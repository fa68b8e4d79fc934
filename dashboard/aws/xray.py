"""X-Ray: service graphs, trace summaries, whole traces."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard.aws import classify
from dashboard.aws.calls import Caller
from dashboard.aws.trace_values import (
    Durations,
    XrayEdge,
    XrayGroup,
    XrayRootCause,
    XrayService,
    XrayServiceId,
    XrayStatistics,
    XraySummaries,
    XraySummary,
    XrayTrace,
)
from dashboard.core.windows import Window

MOST_IN_BATCH = 5
"""Ids of one BatchGetTraces (AWS X-Ray API Reference; botocore's model does not say)."""
MOST_IN_RETRIEVAL = 100
"""Ids of one StartTraceRetrieval (botocore's model)."""
RETRIEVAL_POLLS, RETRIEVAL_PAUSE = 20, 0.5
"""How often and after how many seconds a retrieval is asked whether it is done."""


def service_graph(caller: Caller, window: Window, group: str = "") -> list[XrayService]:
    """Everything that was called in a window of at most six hours, with who called it. Raises AwsError."""
    asked: dict[str, Any] = {"StartTime": window.start, "EndTime": window.end}
    if group:
        asked["GroupName"] = group
    pages = caller.pages("xray", "get_service_graph", asked, ("Services",))
    return [_service(one) for page in pages for one in page["Services"]]


def _service(raw: Mapping[str, Any]) -> XrayService:
    names = tuple(str(name) for name in raw.get("Names") or ())
    return XrayService(
        reference=int(raw["ReferenceId"]),
        name=str(raw.get("Name") or next(iter(names), "")),
        names=names,
        account_id=str(raw.get("AccountId") or ""),
        type=str(raw.get("Type") or ""),
        root=bool(raw.get("Root")),
        statistics=_statistics(raw.get("SummaryStatistics")),
        times=_durations(raw.get("ResponseTimeHistogram")),
        edges=tuple(_edge(one) for one in raw.get("Edges") or ()),
    )


def _edge(raw: Mapping[str, Any]) -> XrayEdge:
    return XrayEdge(
        reference=int(raw["ReferenceId"]),
        statistics=_statistics(raw.get("SummaryStatistics")),
        times=_durations(raw.get("ResponseTimeHistogram")),
        kind=str(raw.get("EdgeType") or ""),
        ages=_durations(raw.get("ReceivedEventAgeHistogram")),
        aliases=tuple(str(one.get("Name") or "") for one in raw.get("Aliases") or ()),
    )


def _statistics(raw: Mapping[str, Any] | None) -> XrayStatistics:
    """Counts; a summary that X-Ray leaves out counts nothing."""
    if not raw:
        return XrayStatistics()
    errors = raw.get("ErrorStatistics") or {}
    faults = raw.get("FaultStatistics") or {}
    return XrayStatistics(
        ok=_count(raw.get("OkCount")),
        error=_count(errors.get("OtherCount")),
        throttle=_count(errors.get("ThrottleCount")),
        fault=_count(faults.get("TotalCount")),
        seconds=_seconds(raw.get("TotalResponseTime")),
    )


def _durations(raw: Iterable[Mapping[str, Any]] | None) -> Durations:
    return tuple((_seconds(one["Value"]), _count(one["Count"])) for one in raw or ())


def _count(raw: Any) -> int:
    """A number of things. Raises ValueError for less than none."""
    number = int(raw or 0)
    if number < 0:
        raise ValueError("it counts less than nothing")
    return number


def _seconds(raw: Any) -> float:
    """A duration. Raises ValueError for what is none."""
    seconds = float(raw or 0.0)
    if not 0.0 <= seconds < float("inf"):
        raise ValueError(f"{seconds} is no duration")
    return seconds


def groups(caller: Caller) -> list[XrayGroup]:
    """Named filters; the default one among them. Raises AwsError."""
    return [
        XrayGroup(str(one["GroupName"]), str(one.get("GroupARN") or ""), str(one.get("FilterExpression") or ""))
        for page in caller.pages("xray", "get_groups", {}, ("Groups",))
        for one in page["Groups"]
    ]


def segment_destination(caller: Caller) -> str:
    """Where segments go: 'XRay', or 'CloudWatchLogs' with Transaction Search. Raises AwsError."""
    answer = caller.call("xray", "get_trace_segment_destination", {}, ("Destination",))
    return str(answer["Destination"])


def trace_summaries(
    caller: Caller, window: Window, filter_expression: str = "", *, most: int, share: float = 1.0
) -> XraySummaries:
    """Up to `most` summaries of a window of at most a day; `share` below 1 asks for a random sample.

    An empty page does not end the answer; a missing token does. Raises AwsError.
    """
    asked: dict[str, Any] = {"StartTime": window.start, "EndTime": window.end, "Sampling": share < 1}
    if share < 1:
        asked["SamplingStrategy"] = {"Name": "FixedRate", "Value": share}
    if filter_expression:
        asked["FilterExpression"] = filter_expression
    found: list[XraySummary] = []
    scanned = 0
    for page in caller.pages("xray", "get_trace_summaries", asked, ("TraceSummaries",)):
        processed = _count(page.get("TracesProcessedCount"))
        caller.meter.charge("xray:GetTraceSummaries", processed)
        scanned += processed
        found += [_summary(one) for one in page["TraceSummaries"]]
        if len(found) > most or (len(found) == most and page.get("NextToken")):
            return XraySummaries(tuple(found[:most]), scanned, more=True)
    return XraySummaries(tuple(found), scanned, more=False)


def _summary(raw: Mapping[str, Any]) -> XraySummary:
    http = raw.get("Http") or {}
    entry = raw.get("EntryPoint")
    return XraySummary(
        id=str(raw["Id"]),
        started_at=raw["StartTime"],
        duration=_seconds(raw.get("Duration")),
        response_time=_seconds(raw.get("ResponseTime")),
        fault=bool(raw.get("HasFault")),
        error=bool(raw.get("HasError")),
        throttle=bool(raw.get("HasThrottle")),
        partial=bool(raw.get("IsPartial")),
        url=str(http.get("HttpURL") or ""),
        method=str(http.get("HttpMethod") or ""),
        status=int(http["HttpStatus"]) if http.get("HttpStatus") else None,
        client_ip=str(http.get("ClientIp") or ""),
        user_agent=str(http.get("UserAgent") or ""),
        annotations={str(key): _annotated(values) for key, values in (raw.get("Annotations") or {}).items()},
        users=tuple(str(one["UserName"]) for one in raw.get("Users") or () if one.get("UserName")),
        zones=tuple(str(one["Name"]) for one in raw.get("AvailabilityZones") or () if one.get("Name")),
        services=tuple(_service_id(one) for one in raw.get("ServiceIds") or ()),
        entry=_service_id(entry) if entry else None,
        fault_causes=_causes(raw.get("FaultRootCauses")),
        error_causes=_causes(raw.get("ErrorRootCauses")),
        slow_causes=_causes(raw.get("ResponseTimeRootCauses")),
    )


def _annotated(values: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Distinct values as text: a truth value as true or false, a number without a useless .0."""
    return tuple(dict.fromkeys(_text(one.get("AnnotationValue") or {}) for one in values))


def _text(value: Mapping[str, Any]) -> str:
    if "BooleanValue" in value:
        return "true" if value["BooleanValue"] else "false"
    if "NumberValue" in value:
        return f"{value['NumberValue']:.15g}"
    return str(value.get("StringValue") or "")


def _service_id(raw: Mapping[str, Any]) -> XrayServiceId:
    return XrayServiceId(str(raw.get("Name") or ""), str(raw.get("Type") or ""), str(raw.get("AccountId") or ""))


def _causes(raw: Iterable[Mapping[str, Any]] | None) -> tuple[XrayRootCause, ...]:
    """Root causes of a kind: the path of services, and the exceptions at its end."""
    return tuple(_cause(one.get("Services") or ()) for one in raw or ())


def _cause(services: Sequence[Mapping[str, Any]]) -> XrayRootCause:
    path = services[-1].get("EntityPath") or () if services else ()
    exceptions = tuple(
        f"{one.get('Name') or 'Error'}: {one.get('Message') or ''}".removesuffix(": ")
        for entity in path
        for one in entity.get("Exceptions") or ()
    )
    return XrayRootCause(tuple(_service_id(one) for one in services), tuple(dict.fromkeys(exceptions)))


def traces(caller: Caller, ids: Sequence[str]) -> list[XrayTrace]:
    """Whole traces by id, five to a call; those that X-Ray does not give are left out. Raises AwsError."""
    found = []
    for start in range(0, len(ids), MOST_IN_BATCH):
        some = list(ids[start : start + MOST_IN_BATCH])
        pages = caller.pages("xray", "batch_get_traces", {"TraceIds": some}, ("Traces",))
        found += [_trace(one) for page in pages for one in page["Traces"]]
        caller.meter.charge("xray:BatchGetTraces", len(some))
    return _joined(found)


def _trace(raw: Mapping[str, Any], parts: str = "Segments") -> XrayTrace:
    documents = tuple(str(one["Document"]) for one in raw.get(parts) or ())
    return XrayTrace(str(raw["Id"]), documents, bool(raw.get("LimitExceeded")))


def _joined(parts: Iterable[XrayTrace]) -> list[XrayTrace]:
    """One per id: a trace may be spread over pages."""
    whole: dict[str, XrayTrace] = {}
    for part in parts:
        before = whole.get(part.id, XrayTrace(part.id, ()))
        whole[part.id] = XrayTrace(part.id, before.documents + part.documents, before.limited or part.limited)
    return list(whole.values())


def retrieved_traces(caller: Caller, ids: Sequence[str], window: Window) -> list[XrayTrace]:
    """Whole traces of an account with Transaction Search: retrieval is started, then asked until it is done.

    Raises AwsError, also when the retrieval fails or does not end in time.
    """
    found: list[XrayTrace] = []
    for start in range(0, len(ids), MOST_IN_RETRIEVAL):
        some = list(ids[start : start + MOST_IN_RETRIEVAL])
        asked = {"TraceIds": some, "StartTime": window.start, "EndTime": window.end}
        token = caller.call("xray", "start_trace_retrieval", asked, ("RetrievalToken",))["RetrievalToken"]
        found += _finished(caller, token)
        caller.meter.charge("xray:ListRetrievedTraces", len(some))
    return _joined(found)


def _finished(caller: Caller, token: str) -> list[XrayTrace]:
    asked = {"RetrievalToken": token, "TraceFormat": "XRAY"}
    for _ in range(RETRIEVAL_POLLS):
        pages = list(caller.pages("xray", "list_retrieved_traces", asked, ("RetrievalStatus",)))
        status = pages[-1]["RetrievalStatus"]
        if status == "COMPLETE":
            return [_trace(one, "Spans") for page in pages for one in page.get("Traces") or ()]
        if status not in {"SCHEDULED", "RUNNING"}:
            raise classify.invalid("xray:ListRetrievedTraces", f"the retrieval ended as {status}")
        time.sleep(RETRIEVAL_PAUSE)
    raise classify.invalid("xray:ListRetrievedTraces", "the retrieval did not end in time")
