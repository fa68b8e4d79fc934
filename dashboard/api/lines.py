"""Lines drawn from their series: stored ones as they are, derived ones computed, empty ones empty."""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from dashboard.api.selection import Line, Selection
from dashboard.catalog import service
from dashboard.catalog.shape import Values
from dashboard.core.windows import Window
from dashboard.metrics.derive import derive
from dashboard.metrics.read import Line as Points
from dashboard.metrics.read import lines as read_lines
from dashboard.metrics.resample import bucket_size, keep_extremes

FINEST = 1_000_000
"""More points than any window holds: shares are computed from what was measured, and thinned out afterwards."""
EMPTY_STEP = 300


@dataclass(frozen=True, slots=True)
class Drawn:
    """Values of one line at start + n × step, epoch seconds; NaN where there is none."""

    id: str
    label: str
    unit: str
    start: int
    step: int
    values: Values


def draw(selection: Selection, window: Window, most: int) -> list[Drawn]:
    """Read all lines with at most `most` points each, in two rounds of reading at most."""
    plain = [line.series.pk for line in selection.lines if line.series and not line.computed_for]
    stored = read_lines(plain, window, most) if plain else {}
    computed = _compute(selection, window)
    return [_draw_one(line, stored, computed, window, most) for line in selection.lines]


def _compute(selection: Selection, window: Window) -> dict[tuple[int, str], Points]:
    """Zeros that AWS leaves out and derived metrics, by resource and metric, from all that was measured."""
    if not selection.inputs:
        return {}
    read = read_lines([series.pk for series in selection.inputs], window, FINEST)
    by_resource: dict[int, dict[str, Points]] = defaultdict(dict)
    for series in selection.inputs:
        if series.resource_id is not None and series.pk in read:
            by_resource[series.resource_id][series.metric] = read[series.pk]
    resources = {line.computed_for.pk: line.computed_for for line in selection.lines if line.computed_for}
    return {
        (pk, key): points
        for pk, resource in resources.items()
        for key, points in derive(service(resource.service), resource.limits, by_resource[pk]).items()
    }


def _draw_one(
    line: Line, stored: Mapping[int, Points], computed: Mapping[tuple[int, str], Points], window: Window, most: int
) -> Drawn:
    points = computed.get((line.computed_for.pk, line.key)) if line.computed_for else None
    if points is not None:
        return _thinned(Drawn(line.id, line.label, line.unit, points.start, points.step, points.values), most)
    points = stored.get(line.series.pk) if line.series else None
    if points is not None:
        return Drawn(line.id, line.label, line.unit, points.start, points.step, points.values)
    return Drawn(line.id, line.label, line.unit, int(window.start.timestamp()), EMPTY_STEP, np.empty(0))


def _thinned(line: Drawn, most: int) -> Drawn:
    """Keep lowest and highest of each bucket; buckets lie on multiples of their length, like those of stored lines."""
    size = bucket_size(len(line.values), most)
    if size == 1:
        return line
    lead = line.start // line.step % size
    padded = np.concatenate((np.full(lead, np.nan), line.values))
    tail = -len(padded) % size
    whole = np.concatenate((padded, np.full(tail, np.nan)))
    values = keep_extremes(whole.reshape(1, -1), size)[0]
    return Drawn(line.id, line.label, line.unit, line.start - lead * line.step, line.step * size // 2, values)


def write_csv(lines: Sequence[Drawn]) -> bytes:
    """A table of all lines: one row per time that any of them has; blank where a line has no value."""
    values: dict[int, dict[str, float]] = {}
    for line in lines:
        for place in np.flatnonzero(~np.isnan(line.values)):
            values.setdefault(line.start + int(place) * line.step, {})[line.id] = float(line.values[place])
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["time (UTC)", *(_safe(f"{line.label} ({line.unit})") for line in lines)])
    for at in sorted(values):
        moment = datetime.fromtimestamp(at, tz=UTC)
        writer.writerow([f"{moment:%Y-%m-%d %H:%M:%S}", *(values[at].get(line.id, "") for line in lines)])
    return text.getvalue().encode()


def _safe(text: str) -> str:
    """A heading that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
