"""Segment documents of one request, as X-Ray gives them back (xray-api-segmentdocuments in the developer guide)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.demo.world.identity import api_id, arn, uuid_of
from dashboard.demo.world.tracing import annotations, people
from dashboard.demo.world.tracing.calls import Slot
from dashboard.demo.world.tracing.chance import told_apart
from dashboard.demo.world.tracing.failures import failure_of, statuses
from dashboard.demo.world.tracing.ids import write_id
from dashboard.demo.world.tracing.places import FACADE, FUNCTION, node_name
from dashboard.demo.world.tracing.requests import Requests
from dashboard.demo.world.tracing.routes import routes, routes_of
from dashboard.demo.world.tracing.stories import story_of
from dashboard.demo.world.tracing.subsegments import cause_of, subsegment
from dashboard.demo.world.tracing.timeline import lead, offsets
from dashboard.demo.world.tracing.views import View

Document = dict[str, Any]
_SEGMENT, _INNER, _CALL, _INFERRED, _INVOCATION, _OVERHEAD, _INIT = range(7)


@dataclass(frozen=True)
class Span:
    """One call in Unix seconds, as its caller sees it, and from when to when the callee's own code ran."""

    begun: float
    ended: float
    inner: float
    returned: float


class Teller:
    """Tells one request, as far as a region saw it, in segments; `now` leaves open what hasn't ended yet."""

    def __init__(
        self, view: View, requests: Requests, position: int, now: float, links: Sequence[tuple[str, str]] = ()
    ) -> None:
        self.view, self.requests, self.position, self.now, self.links = view, requests, position, now, links
        self.spans = spans_of(requests, position)
        self.trace_id = trace_id_of(requests, position)

    def segments(self) -> Iterator[Document]:
        """Every segment, parents first."""
        for seen in self.view.seen:
            span = self.spans.get(seen.slot.number)
            if span is None or span.begun > self.now:
                continue
            if not seen.slot.runs or not seen.local:
                yield self._inferred(seen.slot, span)
            elif seen.slot.function:
                yield self._facade(seen.slot, span)
                if not self._refused(seen.slot):
                    yield self._function(seen.slot, span)
            else:
                yield self._service(seen.slot, span)

    def ident(self, slot: Slot, purpose: int) -> str:
        """A segment's id."""
        return _ident(self.requests, self.position, slot, purpose)

    def _refused(self, slot: Slot) -> bool:
        return bool(self.requests.columns[slot.number].throttle[self.position])

    def _begun(self, slot: Slot, purpose: int, name: str, span: tuple[float, float]) -> Document:
        document: Document = {
            "id": self.ident(slot, purpose),
            "name": name,
            "start_time": round(span[0], 6),
            "trace_id": self.trace_id,
        }
        if span[1] > self.now:
            document["in_progress"] = True
        else:
            document["end_time"] = round(span[1], 6)
        return document

    def _parent(self, slot: Slot) -> Document:
        """Who called; nobody for the first segment."""
        return {"parent_id": self._caller(slot)} if slot.number else {}

    def _caller(self, slot: Slot) -> str:
        """The subsegment of the call, wherever that is kept; or the topic or bus that passed the request on."""
        caller = self.requests.entry.slots[slot.parent]
        if caller.runs or caller.number == 0:
            return self.ident(slot, _CALL)
        return self.ident(caller, _INFERRED)

    def _flags(self, slot: Slot) -> Document:
        column, at = self.requests.columns[slot.number], self.position
        flags = {"fault": column.fault[at], "error": column.error[at], "throttle": column.throttle[at]}
        return {name: True for name, value in flags.items() if value}

    def _facade(self, slot: Slot, span: Span) -> Document:
        """The segment of the Lambda service."""
        function = slot.callee
        return {
            **self._begun(slot, _SEGMENT, function.name, (span.begun, span.ended)),
            **self._parent(slot),
            **self._flags(slot),
            "http": {"response": {"status": int(statuses(self.requests, slot)[self.position])}},
            "aws": {"request_id": self._request_id(slot), "account_id": function.account_id},
            "origin": FACADE,
            "resource_arn": arn(function),
            **self._links(slot),
        }

    def _function(self, slot: Slot, span: Span) -> Document:
        """The function's own segment, with what its code recorded."""
        function = slot.callee
        document = {
            **self._begun(slot, _INNER, function.name, (span.inner, span.returned)),
            "parent_id": self.ident(slot, _SEGMENT),
            **self._flags(slot),
            "aws": {
                "account_id": function.account_id,
                "function_arn": arn(function),
                "request_id": self._request_id(slot),
                "resource_names": [function.name],
                "cold_start": self._cold(slot) > 0,
                "xray": {"sdk": "X-Ray for Python", "sdk_version": "2.14.0"},
            },
            "origin": FUNCTION,
            "resource_arn": arn(function),
            **self._failed(slot),
            **self._told(slot),
        }
        if self._lost(slot):
            document.pop("end_time", None)
            document["in_progress"] = True
        document["subsegments"] = list(self._inside(slot, span))
        return document

    def _inside(self, slot: Slot, span: Span) -> Iterator[Document]:
        cold = self._cold(slot)
        if cold:
            yield self._part(slot, _INIT, "Initialization", (span.inner - cold, span.inner))
        invocation = self._part(slot, _INVOCATION, "Invocation", (span.inner, span.returned))
        calls = [self._call(other) for other in self._calls(slot)]
        yield {**invocation, **self._flags(slot), "subsegments": calls}
        yield self._part(slot, _OVERHEAD, "Overhead", (span.returned, span.returned + 0.0004))

    def _part(self, slot: Slot, purpose: int, name: str, span: tuple[float, float]) -> Document:
        part = self._begun(slot, purpose, name, span)
        del part["trace_id"]
        return part

    def _calls(self, slot: Slot) -> list[Slot]:
        return [
            other
            for other in self.requests.entry.slots
            if other.parent == slot.number and other.number in self.spans and self.spans[other.number].begun <= self.now
        ]

    def _call(self, slot: Slot) -> Document:
        """A call as its caller recorded it."""
        span = self.spans[slot.number]
        begun = self._part(slot, _CALL, "", (span.begun, span.ended))
        return {**subsegment(self.requests, slot, self.position, begun), **self._flags(slot)}

    def _service(self, slot: Slot, span: Span) -> Document:
        """A REST stage or a state machine."""
        component = slot.callee
        document = {
            **self._begun(slot, _SEGMENT, node_name(component), (span.begun, span.ended)),
            **self._parent(slot),
            **self._flags(slot),
            "aws": {"account_id": component.account_id, "request_id": self._request_id(slot)},
            "origin": self._type(slot),
            "resource_arn": arn(component),
            "subsegments": [self._call(other) for other in self._calls(slot)],
        }
        if component.kind == "apigateway_rest":
            document["http"] = self._http(slot)
            document["aws"]["api_gateway"] = {
                "account_id": component.account_id,
                "rest_api_id": api_id(component),
                "stage": str(component.get("stage")),
                "request_id": self._request_id(slot),
            }
        return {**document, **self._user()}

    def _inferred(self, slot: Slot, span: Span) -> Document:
        """What X-Ray makes of a call to something that sends no segments, or sends them elsewhere."""
        call = self._call(slot)
        document = {
            **self._begun(slot, _INFERRED, call["name"], (span.begun, span.ended)),
            **self._flags(slot),
            "inferred": True,
        }
        document["parent_id"] = self._caller(slot)
        for part in ("http", "aws", "sql"):
            if part in call:
                document[part] = call[part]
        if slot.component is not None:
            document["name"] = self._name(slot)
            document["origin"] = self._type(slot)
        if slot.number == 0:
            del document["parent_id"], document["inferred"]
            document["subsegments"] = [self._call(other) for other in self._calls(slot)]
        return document

    def _name(self, slot: Slot) -> str:
        return next(seen.service.name for seen in self.view.seen if seen.slot is slot)

    def _type(self, slot: Slot) -> str:
        return next(seen.service.type for seen in self.view.seen if seen.slot is slot)

    def _cold(self, slot: Slot) -> float:
        cold = self.requests.columns[slot.number].cold
        return float(cold[self.position]) if len(cold) else 0.0

    def _lost(self, slot: Slot) -> bool:
        return bool(self.requests.lost(slot)[self.position])

    def _request_id(self, slot: Slot) -> str:
        return uuid_of("request", self.ident(slot, _SEGMENT))

    def _failed(self, slot: Slot) -> Document:
        failure = failure_of(self.requests, slot, self.position)
        if failure is None or not self.requests.columns[slot.number].fault[self.position]:
            return {}
        return {"cause": cause_of(self.ident(slot, _INNER), failure, story_of(slot.callee.name).labels)}

    def _told(self, slot: Slot) -> Document:
        """Annotations, user and metadata that the code of the first function recorded."""
        seen = annotations.annotating(self.view, self.requests, self.position)
        if seen is None or seen.slot is not slot:
            return {}
        told = annotations.of(self.requests, self.position)
        seconds = float(self.requests.columns[slot.number].seconds[self.position])
        document: Document = {
            "annotations": told,
            "metadata": {"shop": {"release": told["version"], "milliseconds": round(seconds * 1000, 1)}},
            **self._user(),
        }
        if story_of(self.requests.entry.component.name).url and slot.number == 0:
            document["http"] = self._http(slot)
        return document

    def _user(self) -> Document:
        name = people.user(self.requests, people.every(people.drawn(self.requests)[0])[self.position])
        return {"user": name} if name else {}

    def _http(self, slot: Slot) -> Document:
        _, where, browser, _ = (people.every(part)[self.position] for part in people.drawn(self.requests))
        method, url = routes_of(self.requests.entry)[int(routes(self.requests)[self.position])]
        request = {
            "method": method,
            "url": url,
            "client_ip": people.address(where),
            "user_agent": people.browser(browser),
            "x_forwarded_for": True,
        }
        return {"request": request, "response": {"status": int(statuses(self.requests, slot)[self.position])}}

    def _links(self, slot: Slot) -> Document:
        """The traces whose messages are worked on."""
        if slot.number or not self.links:
            return {}
        attributes = {"aws.xray.reserved.reference_type": "parent"}
        return {"links": [{"trace_id": trace, "id": one, "attributes": attributes} for trace, one in self.links]}


def spans_of(requests: Requests, position: int) -> dict[int, Span]:
    """Spans by slot number, of the calls that happened."""
    started = float(requests.started()[position])
    spans = {}
    for slot, offset in zip(requests.entry.slots, offsets(requests), strict=True):
        column = requests.columns[slot.number]
        if column.present[position]:
            begun = started + float(offset[position])
            inner = begun + float(lead(requests, slot)[position])
            ended, returned = begun + float(column.outer[position]), inner + float(column.seconds[position])
            spans[slot.number] = Span(begun, ended, inner, returned)
    return spans


def segment_id(requests: Requests, position: int, slot: Slot) -> str:
    """The id of the segment from which a slot's calls go out."""
    return _ident(requests, position, slot, _INNER if slot.function else _SEGMENT if slot.runs else _INFERRED)


def _ident(requests: Requests, position: int, slot: Slot, purpose: int) -> str:
    drawn = told_apart(requests.hashes[position : position + 1], 1000 + slot.number * 8 + purpose)
    return f"{int(drawn[0]):016x}"


def trace_id_of(requests: Requests, position: int) -> str:
    """The id of one request's trace."""
    started = float(requests.started()[position])
    return write_id(requests.entry.number, int(requests.numbers[position]), started, requests.hashes[position])
