"""Traces in short, as GetTraceSummaries lists them; times are Unix seconds."""

import math
from typing import Any

import numpy as np

from dashboard.demo.world.identity import arn
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.tracing import annotations, facts, people
from dashboard.demo.world.tracing.causes import root_causes
from dashboard.demo.world.tracing.chance import Flags
from dashboard.demo.world.tracing.failures import statuses
from dashboard.demo.world.tracing.ids import write_id
from dashboard.demo.world.tracing.places import CLIENT, Node
from dashboard.demo.world.tracing.requests import Requests
from dashboard.demo.world.tracing.routes import routes, routes_of
from dashboard.demo.world.tracing.timeline import offsets
from dashboard.demo.world.tracing.views import View

Summary = dict[str, Any]


class Summaries:
    """Summaries of an entry's requests, as one region saw them until `now`."""

    def __init__(self, view: View, requests: Requests, now: float = float("inf")) -> None:
        self.view, self.requests = view, requests
        self._offset = offsets(requests)[view.root.number]
        self.started = requests.started()
        self.people = [people.every(part) for part in people.drawn(requests)]
        self.flags = {name: flags_of(view, requests, name) for name in ("fault", "error", "throttle")}
        self.duration = duration_of(view, requests)
        self.statuses: list[int] = statuses(requests, view.root).tolist()
        self.partial = partial_of(view, requests) | (self.started + self._offset + self.duration > now)
        self._routes, self._route = routes_of(requests.entry), people.every(routes(requests))
        self._resources = [(seen.slot.number, arn(seen.slot.callee)) for seen in view.seen if seen.slot.runs]
        self._ids: dict[Node, dict[str, Any]] = {}

    def at(self, position: int) -> Summary:
        """One summary."""
        requests, view = self.requests, self.view
        root = requests.columns[view.root.number]
        started = float(self.started[position])
        begun = math.floor((started + float(self._offset[position])) * 1000) / 1000
        summary: Summary = {
            "Id": write_id(requests.entry.number, int(requests.numbers[position]), started, requests.hashes[position]),
            "StartTime": begun,
            "Duration": round(float(self.duration[position]), 3),
            "ResponseTime": round(float(root.outer[position]), 3),
            "HasFault": bool(self.flags["fault"][position]),
            "HasError": bool(self.flags["error"][position]),
            "HasThrottle": bool(self.flags["throttle"][position]),
            "IsPartial": bool(self.partial[position]),
            "Http": self._http(position),
            "Annotations": self._annotations(position),
            "Users": self._users(position),
            "ServiceIds": [self.service_id(node) for node in self._nodes(position)],
            "ResourceARNs": [{"ARN": one} for one in self._arns(position)],
            "InstanceIds": [],
            "AvailabilityZones": self._zones(position),
            "EntryPoint": self.service_id(view.seen[0].service),
            "Revision": 1,
            "MatchedEventTime": begun,
            **root_causes(view, requests, position),
        }
        return summary

    def service_id(self, node: Node) -> dict[str, Any]:
        """A service as summaries name it."""
        if node not in self._ids:
            ident = {"Name": node.name, "Names": [node.name], "Type": node.type}
            self._ids[node] = {**ident, "AccountId": node.account_id} if node.account_id else ident
        return self._ids[node]

    def _nodes(self, position: int) -> list[Node]:
        nodes: dict[Node, None] = {}
        for seen in self.view.seen:
            column = self.requests.columns[seen.slot.number]
            if column.present[position]:
                if seen.caller is not None and seen.caller.type == CLIENT and not self.view.feeds:
                    nodes[seen.caller] = None
                nodes[seen.service] = None
                if seen.function is not None and not column.throttle[position]:
                    nodes[seen.function] = None
        return list(nodes)

    def _arns(self, position: int) -> list[str]:
        columns = self.requests.columns
        return list(dict.fromkeys(one for number, one in self._resources if columns[number].present[position]))

    def _http(self, position: int) -> dict[str, Any]:
        method, url = self._routes[self._route[position]]
        status = self.statuses[position]
        if not url or not self.view.complete:
            return {"HttpStatus": status}
        return {
            "HttpURL": url,
            "HttpStatus": status,
            "HttpMethod": method,
            "UserAgent": people.browser(self.people[2][position]),
            "ClientIp": people.address(self.people[1][position]),
        }

    def _annotations(self, position: int) -> dict[str, list[dict[str, Any]]]:
        seen = annotations.annotating(self.view, self.requests, position)
        if seen is None or seen.function is None:
            return {}
        ids = [self.service_id(seen.function)]
        told = annotations.of(self.requests, position)
        return {name: [{"AnnotationValue": _typed(value), "ServiceIds": ids}] for name, value in told.items()}

    def _users(self, position: int) -> list[dict[str, Any]]:
        name = people.user(self.requests, self.people[0][position])
        if not name or self.requests.refused[position]:
            return []
        return [{"UserName": name, "ServiceIds": [self.service_id(self.view.seen[0].service)]}]

    def _zones(self, position: int) -> list[dict[str, str]]:
        return [{"Name": people.zone(self.view.place.region, self.people[3][position])}]


def _typed(value: facts.Value) -> dict[str, facts.Value]:
    if isinstance(value, bool):
        return {"BooleanValue": value}
    return {"StringValue": value} if isinstance(value, str) else {"NumberValue": value}


def flags_of(view: View, requests: Requests, name: str) -> Flags:
    """Whether each trace carries a flag: faults and errors are the first segment's, throttles anybody's."""
    if name != "throttle":
        flags: Flags = getattr(requests.columns[view.root.number], name)
        return flags
    found = np.zeros(len(requests), dtype=np.bool_)
    for seen in view.seen:
        column = requests.columns[seen.slot.number]
        found = found | (column.throttle & column.present)
    return found


def partial_of(view: View, requests: Requests) -> Flags:
    """Whether a segment of each trace was never closed."""
    found = np.zeros(len(requests), dtype=np.bool_)
    for seen in view.seen:
        if seen.function is not None:
            found = found | (requests.lost(seen.slot) & requests.columns[seen.slot.number].present)
    return found


def duration_of(view: View, requests: Requests) -> Floats:
    """Seconds from the first segment's start to the last one's end, with what nobody waited for."""
    ends = _ends(requests)
    root = requests.columns[view.root.number]
    begun = ends[view.root.number] - root.outer
    last = ends[view.root.number]
    for seen in view.seen:
        there = requests.columns[seen.slot.number].present
        last = np.where(there, np.maximum(last, ends[seen.slot.number]), last)
    result: Floats = last - begun
    return result


def _ends(requests: Requests) -> list[Floats]:
    """When each call ends, in seconds from the request's start."""
    return [begun + column.outer for begun, column in zip(offsets(requests), requests.columns, strict=True)]
