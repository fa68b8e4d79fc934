"""What a threshold would have done: its line laid over the history that is stored, before anybody saves it."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from dashboard.catalog import all_services
from dashboard.catalog.ratios import PERIOD, ceilings
from dashboard.catalog.shape import Threshold, Values
from dashboard.core.windows import Window
from dashboard.health.episodes import Episode, episodes
from dashboard.health.read.overview import FINEST
from dashboard.health.read.past import Asking, past_of, stored_needs
from dashboard.inventory.models import Resource
from dashboard.metrics.derive import derive
from dashboard.metrics.line import Line
from dashboard.metrics.models import Series
from dashboard.metrics.read import Place as Where
from dashboard.metrics.read import draw
from dashboard.thresholds.conditions import condition
from dashboard.thresholds.conditions.shape import Background, Given, Times, steady
from dashboard.thresholds.inheritance import InForce, Place, Rule, applies
from dashboard.thresholds.read import PLACE, in_force_at, rules

HISTORY = timedelta(days=14)
MOST_RESOURCES = 60
"""Resources that a preview looks at: enough to judge noise by, few enough to answer while somebody types."""
QUANTILES = (0.99, 0.995, 0.999, 0.9999)
"""Of the metric's own history: candidates for a line."""


@dataclass(frozen=True, slots=True)
class Previewed:
    """One resource and when the threshold would have fired for it."""

    resource_id: int
    name: str
    stack: str
    threshold: Threshold
    episodes: Sequence[Episode]
    muted: bool
    line: float | None
    """Its line for this resource in the metric's unit; None where it moves with time."""

    @property
    def worst(self) -> float | None:
        """The value furthest beyond the line; None when it was never crossed."""
        values = [one.worst for one in self.episodes]
        low = self.threshold.below is not None and self.threshold.above is None
        return (min(values) if low else max(values)) if values else None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line that history suggests, and how often it would have fired over all resources."""

    value: float
    alerts: int


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole answer: most often fired first."""

    since: datetime
    until: datetime
    rows: Sequence[Previewed]
    in_scope: int
    """Resources that the rule is about; only some are looked at where there are many."""
    suggestions: Sequence[Suggestion]

    @property
    def alerts(self) -> int:
        """How often it would have fired."""
        return sum(len(row.episodes) for row in self.rows)

    @property
    def longest(self) -> timedelta:
        """The longest time."""
        return timedelta(seconds=max((one.seconds for row in self.rows for one in row.episodes), default=0))


def days_of(found: Preview) -> list[tuple[date, int]]:
    """Alerts that would have begun on each whole UTC day, oldest first."""
    first, last = (found.since + timedelta(days=1)).date(), found.until.date()
    days = [first + timedelta(days=number) for number in range((last - first).days)]
    began = Counter(datetime.fromtimestamp(one.start, UTC).date() for row in found.rows for one in row.episodes)
    return [(day, began[day]) for day in days]


@dataclass(frozen=True, slots=True)
class _Subject:
    """A resource that the rule is about."""

    place: Place
    name: str
    stack: str
    limits: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _History:
    """Its values on a grid."""

    of: _Subject
    at: Times
    values: Mapping[str, Values]
    background: Background


def preview(rule: Rule, now: datetime) -> Preview:
    """Lay a rule, saved or not, over the last two weeks of what it is about; fine points only, as the judge has."""
    others = [one for one in rules() if one.id != rule.id]
    subjects = [one for one in _present(rule.service) if applies(rule, one.place)]
    histories = _read(rule, subjects[:MOST_RESOURCES], Window(now - HISTORY, now))
    shaped = [(one, found) for one in histories if (found := _in_force(one.of, rule, others)) is not None]
    judged = _with_past(shaped)
    rows = [_row(history, one) for history, one in judged]
    rows.sort(key=lambda row: (-len(row.episodes), row.name))
    return Preview(
        since=datetime.fromtimestamp(min((int(one.at[0]) for one in histories), default=int(now.timestamp())), UTC),
        until=now,
        rows=rows,
        in_scope=len(subjects),
        suggestions=_suggestions(rows, [history for history, _ in judged]),
    )


def _present(service: str) -> list[_Subject]:
    """Every present resource of the service."""
    rows = Resource.objects.present().filter(service=service).values_list("name", "stack__name", "limits", *PLACE)
    return [_Subject(Place(*columns), name, stack, limits) for name, stack, limits, *columns in rows]


def _read(rule: Rule, subjects: Sequence[_Subject], window: Window) -> list[_History]:
    """The metrics that the rule asks about, derived ones included, as far back as fine points reach."""
    service = all_services()[rule.service]
    floors = [one.floor[0] for one in service.thresholds if one.metric == rule.metric and one.floor]
    needed = stored_needs(service, (rule.metric, *floors, *([rule.floor[0]] if rule.floor else [])))
    stored = _lines(needed, subjects, window)
    histories = []
    for one in subjects:
        whole = derive(service, one.limits, stored.get(one.place.resource_id, {}))
        grid = whole.get(rule.metric)
        if grid is not None and len(grid.values) > 1:
            at = grid.start + grid.step * np.arange(len(grid.values), dtype=np.int64)
            same = {key: line.values for key, line in whole.items() if len(line.values) == len(at)}
            background = Background(ceilings(service.limited, {**one.limits, PERIOD: grid.period}))
            histories.append(_History(one, at, same, background))
    return histories


def _lines(metrics: Iterable[str], subjects: Sequence[_Subject], window: Window) -> dict[int, dict[str, Line]]:
    """Fine lines by resource and metric; resources whose fine points begin together are read together."""
    rows = Series.objects.filter(
        resource_id__in=[one.place.resource_id for one in subjects], metric__in=list(metrics), fine_from__isnull=False
    ).values_list("resource_id", "metric", "pk", "block_id", "position", "block__period", "statistic", "fine_from")
    owners = {pk: (resource_id or 0, metric) for resource_id, metric, pk, *_ in rows}
    begins: dict[int, datetime] = {}
    for resource_id, *_, fine_from in rows:
        begins[resource_id or 0] = max(begins.get(resource_id or 0, window.start), fine_from or window.end)
    together: dict[datetime, list[Where]] = defaultdict(list)
    for resource_id, _, pk, block_id, position, period, statistic, fine_from in rows:
        where = Where(pk, block_id, position, period, statistic, fine_from)
        together[begins[resource_id or 0]].append(where)
    found: dict[int, dict[str, Line]] = defaultdict(dict)
    for start, places in together.items():
        drawn = draw(places, Window(start, window.end), FINEST) if start < window.end else {}
        for pk, line in drawn.items():
            resource_id, metric = owners[pk]
            found[resource_id][metric] = line
    return found


def _in_force(of: _Subject, rule: Rule, others: Sequence[Rule]) -> InForce | None:
    """What the rule comes to among all others; None where it adds nothing."""
    key = (rule.metric, rule.severity)
    found = in_force_at(of.place, [*others, rule])
    return next((one for one in found if (one.threshold.metric, one.threshold.severity) == key), None)


def _with_past(pairs: Iterable[tuple[_History, InForce]]) -> list[tuple[_History, InForce]]:
    """Each history with what its threshold asks of the weeks before; those on one grid are read together."""
    together: dict[tuple[int, int], list[tuple[_History, InForce]]] = defaultdict(list)
    for history, one in pairs:
        together[int(history.at[0]), int(history.at[-1])].append((history, one))
    found = []
    for several in together.values():
        asking = [_asking(history.of, one.threshold) for history, one in several]
        past = past_of(asking, several[0][0].at)
        for history, one in several:
            place = history.of.place
            weeks, deploys = past.weeks.get(place.resource_id, {}), past.deploys.get(place.stack_id, ())
            background = replace(history.background, weeks=weeks, deploys=deploys)
            found.append((replace(history, background=background), one))
    return found


def _asking(of: _Subject, threshold: Threshold) -> Asking:
    service = all_services()[of.place.service]
    return Asking(of.place.resource_id, of.place.stack_id, service, of.limits, (threshold,))


def _row(history: _History, one: InForce) -> Previewed:
    threshold, of = one.threshold, history.of
    found = [] if one.muted else _episodes(history, threshold)
    how, known = condition(threshold.condition), history.background.ceilings
    line = steady(how, threshold.metric, threshold.above, threshold.below, known)
    return Previewed(of.place.resource_id, of.name, of.stack, threshold, found, one.muted, line)


def _suggestions(rows: Sequence[Previewed], histories: Sequence[_History]) -> list[Suggestion]:
    """Lines out of the metric's own history, each with the noise that it would have made; the noisiest first."""
    if not rows:
        return []
    by_id = {one.of.place.resource_id: one for one in histories}
    above = rows[0].threshold.above is not None
    values = np.concatenate([_figure(by_id[row.resource_id], row.threshold, above=above) for row in rows])
    seen = values[~np.isnan(values)]
    if not len(seen) or seen.min() == seen.max():
        return []
    amounts = condition(rows[0].threshold.condition).amounts
    shares = QUANTILES if above or amounts else tuple(1 - one for one in QUANTILES)
    rounded = (_rounded(float(one), up=above or amounts) for one in np.quantile(seen, shares))
    lines = [one for one in dict.fromkeys(rounded) if one > 0 or not amounts]
    found = [
        Suggestion(line, sum(_count(row, by_id[row.resource_id], line, above=above) for row in rows)) for line in lines
    ]
    return sorted(found, key=lambda one: -one.alerts)


def _figure(history: _History, threshold: Threshold, *, above: bool) -> Values:
    """Where lines would just have been reached; an amount downwards is positive too."""
    how = condition(threshold.condition)
    given = Given(history.at, history.values[threshold.metric], threshold.metric, history.background)
    figure = how.figure(given.values, how.basis(given))
    return figure if above or not how.amounts else -figure


def _count(row: Previewed, history: _History, line: float, *, above: bool) -> int:
    changed = replace(row.threshold, above=line if above else None, below=None if above else line, recover=None)
    return len(_episodes(history, changed))


def _episodes(history: _History, threshold: Threshold) -> list[Episode]:
    return episodes(threshold, history.at, history.values, history.background)


def _rounded(value: float, *, up: bool) -> float:
    """Two significant digits, away from the values that are usual."""
    if value == 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return round((math.ceil if up else math.floor)(value / step - (1e-9 if up else -1e-9)) * step, 12)
