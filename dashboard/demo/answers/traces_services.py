"""A service graph as X-Ray writes it: services with their edges, numbered for one answer alone."""

import itertools
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson

from dashboard.demo.answers.traces_window import Window, moment
from dashboard.demo.outgoing import Raw
from dashboard.demo.pages import read_token, write_token
from dashboard.demo.world.noise import stable_number
from dashboard.demo.world.tracing.chance import Codes
from dashboard.demo.world.tracing.graph import Connection, Graph, Tally, histogram, seconds_of
from dashboard.demo.world.tracing.places import CLIENT, Node
from dashboard.demo.world.tracing.stories import story_of

JSON = "application/json"
_PAGE = 100
_TURNS = 1 << 20
_answers = itertools.count(1)


class Numbering:
    """ReferenceIds of one answer: another answer numbers the same services differently."""

    def __init__(self, graph: Graph, turn: int) -> None:
        self.nodes = sorted(graph.nodes, key=lambda node: stable_number("reference", turn, node.name, node.type))
        self._numbers = {node: number + turn % 7 for number, node in enumerate(self.nodes)}

    def of(self, node: Node) -> int:
        """The number of a service."""
        return self._numbers[node]


def page_of_services(graph: Graph, window: Window, token: str | None) -> tuple[list[dict[str, Any]], str | None]:
    """A page of services and the token of the next; all pages share one numbering."""
    position, turn = divmod(read_token(token), _TURNS)
    turn = turn or next(_answers) % _TURNS or 1
    numbering = Numbering(graph, turn)
    edges: dict[Node, list[dict[str, Any]]] = {}
    for connection, tally in graph.edges.items():
        edges.setdefault(connection[0], []).append(_edge(connection, tally, numbering, window))
    for connection, tally in graph.links.items():
        if connection[0] in graph.nodes:
            edges.setdefault(connection[0], []).append(_link(connection, tally, numbering, window))
    page = numbering.nodes[position : position + _PAGE]
    services = [_service(node, graph, numbering, edges.get(node, []), window) for node in page]
    following = position + _PAGE
    return services, write_token(following * _TURNS + turn) if following < len(numbering.nodes) else None


def quick(answer: Mapping[str, Any], listed: str) -> Raw:
    """The answer written at once, with a sample of it to be checked against the model."""
    there = {key: value for key, value in answer.items() if value is not None}
    sample = {**there, listed: [_shortened(one) for one in there[listed][:3]]}
    return Raw(orjson.dumps(there), JSON, _dated(sample))


def _service(
    node: Node, graph: Graph, numbering: Numbering, edges: list[dict[str, Any]], window: Window
) -> dict[str, Any]:
    tally = graph.nodes[node]
    service: dict[str, Any] = {
        "ReferenceId": numbering.of(node),
        "Name": node.name,
        "Names": [node.name],
        "Type": node.type,
        "State": "unknown" if node.type == CLIENT else "active",
        "StartTime": window[0],
        "EndTime": window[1],
        "Edges": edges,
    }
    if node.account_id:
        service["AccountId"] = node.account_id
    if node in graph.roots and node.type != CLIENT:
        service["Root"] = True
    if node.type != CLIENT:
        times = histogram_of(tally.times)
        service |= {
            "SummaryStatistics": statistics_of(tally),
            "DurationHistogram": times,
            "ResponseTimeHistogram": times,
        }
    return service


def _edge(connection: Connection, tally: Tally, numbering: Numbering, window: Window) -> dict[str, Any]:
    source, target = connection
    return {
        "ReferenceId": numbering.of(target),
        "StartTime": window[0],
        "EndTime": window[1],
        "SummaryStatistics": statistics_of(tally),
        "ResponseTimeHistogram": histogram_of(tally.times),
        "Aliases": _aliases(source, target),
    }


def _link(connection: Connection, tally: Tally, numbering: Numbering, window: Window) -> dict[str, Any]:
    """Over a queue: response times are of synchronous edges alone, ages of links alone (API_Edge)."""
    return {
        "ReferenceId": numbering.of(connection[1]),
        "StartTime": window[0],
        "EndTime": window[1],
        "SummaryStatistics": statistics_of(tally),
        "ResponseTimeHistogram": [],
        "Aliases": [],
        "EdgeType": "link",
        "ReceivedEventAgeHistogram": histogram_of(tally.ages),
    }


def _aliases(source: Node, target: Node) -> list[dict[str, Any]]:
    """A stage is called by the name of its domain."""
    host = urlsplit(story_of(target.name.split("/")[0]).url).hostname
    if source.type != CLIENT or target.type != "AWS::ApiGateway::Stage" or not host:
        return []
    return [{"Name": host, "Names": [host], "Type": target.type}]


def statistics_of(tally: Tally) -> dict[str, Any]:
    """Counts by result."""
    return {
        "OkCount": tally.ok,
        "ErrorStatistics": {
            "ThrottleCount": tally.throttle,
            "OtherCount": tally.error - tally.throttle,
            "TotalCount": tally.error,
        },
        "FaultStatistics": {"OtherCount": tally.fault, "TotalCount": tally.fault},
        "TotalCount": tally.total,
        "TotalResponseTime": round(tally.seconds, 3),
    }


def histogram_of(times: list[Codes]) -> list[dict[str, Any]]:
    """Durations and how many requests took them."""
    codes, counts = histogram(times)
    return [{"Value": seconds_of(code), "Count": count} for code, count in zip(codes, counts, strict=True)]


def _shortened(value: Mapping[str, Any]) -> dict[str, Any]:
    """With no more than a few entries in every list."""
    return {
        key: [_shortened(one) if isinstance(one, Mapping) else one for one in inner[:3]]
        if isinstance(inner, list)
        else inner
        for key, inner in value.items()
    }


_TIMES = frozenset({"StartTime", "EndTime", "ApproximateTime", "MatchedEventTime", "Timestamp"})


def _dated(value: Any, key: str = "") -> Any:
    """With times as the model has them."""
    if isinstance(value, Mapping):
        return {name: _dated(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_dated(inner) for inner in value]
    return moment(value) if key in _TIMES and not isinstance(value, datetime) else value
