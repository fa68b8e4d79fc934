"""X-Ray's service graphs: of a window, of some traces, and one part of them over time."""

from typing import Any

import numpy as np

from dashboard.demo.answers.traces_documents import ids_asked, request_of
from dashboard.demo.answers.traces_services import histogram_of, page_of_services, quick, statistics_of
from dashboard.demo.answers.traces_settings import filter_of_group
from dashboard.demo.answers.traces_window import Window, invalid, moment, place_asked, window_asked
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.tracing.filter_syntax import FilterError, Passed, parse
from dashboard.demo.world.tracing.graph import Connection, Graph, added
from dashboard.demo.world.tracing.places import CLIENT

_HOURS = 6
_MOST_TRACES = 100
_PERIOD = 60
_PERIODS = 200


@answers("xray", "GetServiceGraph")
def get_service_graph(asked: Asked) -> Answer:
    """Nodes and connections of at most six hours."""
    window = window_asked(asked, _HOURS)
    services, token = page_of_services(_graph(asked, window), window, asked.get("NextToken"))
    answer = {
        "StartTime": window[0],
        "EndTime": window[1],
        "Services": services,
        "ContainsOldGroupVersions": False,
        "NextToken": token,
    }
    return quick(answer, "Services")


@answers("xray", "GetTraceGraph")
def get_trace_graph(asked: Asked) -> Answer:
    """Nodes and connections of some traces."""
    graph, window = graph_of(asked, ids_asked(asked, _MOST_TRACES))
    services, token = page_of_services(graph, window, asked.get("NextToken"))
    return quick({"Services": services, "NextToken": token}, "Services")


@answers("xray", "GetTimeSeriesServiceStatistics")
def get_time_series_service_statistics(asked: Asked) -> Answer:
    """Per period: of the service or connection that is selected, else of all connections of clients."""
    start, end = window_asked(asked, _HOURS)
    period = int(asked.get("Period", _PERIOD))
    if period < _PERIOD or period % _PERIOD:
        raise invalid("Period must be a multiple of 60")
    selected = _selected(str(asked.get("EntitySelectorExpression", "")).strip())
    begins = np.arange(start // period * period, end, period).tolist()
    page, token = page_of(begins, asked.get("NextToken"), _PERIODS)
    rows = [_row(asked, selected, (max(at, start), min(at + period, end)), at) for at in page]
    return {"TimeSeriesServiceStatistics": rows, "ContainsOldGroupVersions": False, "NextToken": token}


def graph_of(asked: Asked, trace_ids: list[str]) -> tuple[Graph, Window]:
    """The graph of some traces, and from when to when they went."""
    graph = Graph()
    begun, ended = [], []
    for one in trace_ids:
        found = request_of(asked, one)
        if found is not None:
            graph.add(found.view, found.requests, None)
            started = float(found.requests.started()[found.position])
            begun.append(started)
            ended.append(started + float(found.requests.columns[found.view.root.number].outer[found.position]))
    return graph, (min(begun, default=0.0), max(ended, default=0.0))


def _graph(asked: Asked, window: Window) -> Graph:
    matching = filter_of_group(asked)
    return asked.world.traces.graph(place_asked(asked), *window, matching) if window[0] < window[1] else Graph()


def _selected(expression: str) -> Passed | None:
    if not expression:
        return None
    try:
        tree = parse(expression)
    except FilterError as error:
        raise invalid(str(error)) from error
    if not isinstance(tree, Passed) or tree.condition is not None:
        raise invalid("EntitySelectorExpression must select one service or one edge")
    return tree


def _row(asked: Asked, selected: Passed | None, window: Window, at: float) -> dict[str, Any]:
    graph = _graph(asked, window)
    if selected is not None and selected.target is None:
        kind, tallies = "Service", [tally for node, tally in graph.nodes.items() if selected.source.fits(node)]
    else:
        kind, tallies = "Edge", [tally for edge, tally in graph.edges.items() if _is_selected(edge, selected)]
    tally = added(tallies)
    return {
        "Timestamp": moment(at),
        f"{kind}SummaryStatistics": statistics_of(tally),
        "ResponseTimeHistogram": histogram_of(tally.times),
    }


def _is_selected(connection: Connection, selected: Passed | None) -> bool:
    source, target = connection
    if selected is None or selected.target is None:
        return source.type == CLIENT
    return selected.source.fits(source) and selected.target.fits(target)
