"""Golden signals of stacks over a period, as arrays; what they come to in a span."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from dashboard.catalog.shape import Values
from dashboard.core.windows import Window
from dashboard.metrics.line import Line
from dashboard.metrics.models import Series
from dashboard.metrics.read import Place, draw

WANTED = ("traffic", "errors", "latency")
FINE = timedelta(days=2)
"""Longer periods are read by the hour."""
HOUR = 3600
EVERY_POINT = 1_000_000
EMPTY: Values = np.empty(0)


@dataclass(frozen=True, slots=True)
class Span:
    """What one stack's signals come to in a span; None where nothing came. Latency is the median of the p95, in ms."""

    requests: float | None
    errors: float | None
    latency: float | None

    @property
    def error_rate(self) -> float | None:
        """Failed requests as a share of all."""
        return self.errors / self.requests if self.requests and self.errors is not None else None


@dataclass(frozen=True, slots=True)
class Signals:
    """Lines by stack and signal."""

    lines: Mapping[int, Mapping[str, Line]]

    @property
    def hourly(self) -> bool:
        """Whether there are hours alone."""
        return any(line.step >= HOUR for found in self.lines.values() for line in found.values())

    def span(self, stack_id: int, start: datetime, end: datetime) -> Span:
        """One stack from `start` to `end`."""
        found = self.lines.get(stack_id, {})
        cut = {name: _cut(line, start.timestamp(), end.timestamp()) for name, line in found.items()}
        latency = cut.get("latency", EMPTY)
        seen = latency[~np.isnan(latency)]
        return Span(_sum(cut.get("traffic")), _sum(cut.get("errors")), float(np.median(seen)) if len(seen) else None)

    def added(self, name: str, window: Window, step: int) -> Values:
        """One signal of all stacks together in whole steps of a window; NaN where nothing came."""
        first, count = int(window.start.timestamp()), max(int(window.length.total_seconds()) // step, 1)
        total, seen = np.zeros(count), np.zeros(count, bool)
        for found in self.lines.values():
            line = found.get(name)
            if line is None:
                continue
            at = (line.start + line.step * np.arange(len(line.values)) - first) // step
            there = ~np.isnan(line.values) & (at >= 0) & (at < count)
            np.add.at(total, at[there].astype(np.int64), line.values[there])
            seen[at[there].astype(np.int64)] = True
        return np.where(seen, total, np.nan)


def read_signals(stack_ids: Iterable[int], window: Window) -> Signals:
    """Signals of those stacks; a query for where they lie, and few for the values."""
    rows = Series.objects.filter(stack_id__in=list(stack_ids), metric__in=WANTED).values_list(
        "stack_id", "metric", "pk", "block_id", "position", "block__period", "statistic", "fine_from"
    )
    owners: dict[int, tuple[int, str]] = {}
    places: list[Place] = []
    for stack_id, metric, pk, block_id, position, period, statistic, fine_from in rows:
        owners[pk] = (stack_id or 0, metric)
        places.append(Place(pk, block_id, position, period, statistic, fine_from))
    found: defaultdict[int, dict[str, Line]] = defaultdict(dict)
    for pk, line in draw(places, window, EVERY_POINT, FINE).items():
        stack_id, metric = owners[pk]
        found[stack_id][metric] = line
    return Signals(found)


def as_shares(errors: Values, requests: Values) -> Sequence[float | None]:
    """Errors as a share of requests, None where there was none."""
    share = np.divide(errors, requests, out=np.full_like(requests, np.nan), where=requests > 0)
    return [None if np.isnan(value) else value for value in share.tolist()]


def _cut(line: Line, start: float, end: float) -> Values:
    """Values that lie wholly within."""
    at = line.start + line.step * np.arange(len(line.values))
    return line.values[(at >= start) & (at + line.step <= end)]


def _sum(values: Values | None) -> float | None:
    if values is None or np.isnan(values).all():
        return None
    return float(np.nansum(values))
