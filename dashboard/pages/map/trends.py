"""How a node or a connection did over the window, as charts and as shares of results."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.core.units import Unit
from dashboard.traces.read.shape import Column, Flow, History


@dataclass(frozen=True, slots=True)
class Result:
    """One way in which requests end."""

    key: str
    label: str
    number: int
    share: float


RESULTS: tuple[tuple[str, str, Callable[[Flow], int]], ...] = (
    ("ok", "answered", lambda flow: flow.ok),
    ("error", "error (4xx)", lambda flow: flow.error),
    ("throttle", "throttled", lambda flow: flow.throttle),
    ("fault", "fault (5xx)", lambda flow: flow.fault),
)


def results_of(flow: Flow | None) -> list[Result]:
    """Results that occurred, in the order of the ring."""
    if flow is None or not flow.total:
        return []
    counted = [(key, label, number(flow)) for key, label, number in RESULTS]
    return [Result(key, label, number, number / flow.total) for key, label, number in counted if number]


def trend_charts(ident: str, history: History | None) -> list[dict[str, Any]]:
    """Requests and failures over the window, as chart cards with their points."""
    if history is None or not history.columns:
        return []
    by_start = {column.at: column for column in history.columns}
    starts = range(history.columns[0].at, history.columns[-1].at + history.step, history.step)
    columns = [by_start.get(at) for at in starts]
    given = {"start": history.columns[0].at, "step": history.step}

    def card(name: str, title: str, unit: Unit, lines: list[tuple[str, str, list[float | None]]]) -> dict[str, Any]:
        return {
            "id": f"map-{name}-{ident}",
            "title": title,
            "kind": "line",
            "unit": unit.value,
            "from_zero": True,
            "series": [{"id": role, "label": label, "role": role} for role, label, _ in lines],
            "points": given | {"series": [{"id": role, "values": values} for role, _, values in lines]},
        }

    return [
        card("requests", "Requests per minute", Unit.COUNT, [
            ("traffic", "Requests", [column.flow.per_minute if column else None for column in columns]),
            ("errors", "Failed", [_bad(column) if column else None for column in columns]),
        ]),
    ]  # fmt: skip


def _bad(column: Column) -> float:
    return column.flow.per_minute * (column.flow.bad_share or 0)
