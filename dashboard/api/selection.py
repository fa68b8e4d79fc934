"""Which lines a request asks for: series by id, by resource or stack and metric, derived ones included.

A line's id is a series' number, or 'r12.error_rate' (metric of resource 12), or 's3.traffic' (signal of stack 3).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404

from dashboard.access.roles import Scope
from dashboard.catalog import all_services
from dashboard.inventory.models import Resource, Stack
from dashboard.metrics.models import Series

MOST = 200
"""Lines per request."""
SIGNALS = {"traffic": "Requests", "errors": "Errors", "latency": "p95", "saturation": "Fullest"}
"""What a stack's golden signals are called."""
_KEYED = re.compile(r"(?P<kind>[rs])(?P<owner>\d{1,18})\.(?P<metric>.{1,255})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was asked for.

    `series` is where it is stored; without one it is derived or still empty. `computed_for` is the resource whose
    other metrics are needed: for derived ones, and for those that AWS leaves out while they are zero.
    """

    id: str
    key: str
    label: str
    unit: str
    series: Series | None = None
    computed_for: Resource | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Lines in the order in which they were asked for; `inputs` are all series of resources of computed lines."""

    lines: Sequence[Line]
    inputs: Sequence[Series]

    @property
    def newest_at(self) -> int | None:
        """Epoch seconds of the newest value of any series; None while there is none."""
        stored = [line.series for line in self.lines if line.series] + list(self.inputs)
        return max((series.block.newest_at for series in stored if series.block.newest_at), default=None)


def select_lines(scope: Scope, ids: Sequence[str]) -> Selection:
    """Find the lines of these ids. Raises Http404 when any is unknown or belongs to somebody else."""
    if not ids or len(ids) > MOST:
        raise Http404(f"Ask for 1 to {MOST} lines.")
    keyed = {text: match for text in ids if (match := _KEYED.fullmatch(text))}
    numbered = {text for text in ids if text not in keyed}
    if not all(text.isascii() and text.isdigit() and len(text) <= 18 for text in numbered):
        raise Http404("A line is a number, r<resource>.<metric> or s<stack>.<metric>.")
    resources = _resources(scope, (match for match in keyed.values() if match["kind"] == "r"))
    stacks = _stacks(scope, (match for match in keyed.values() if match["kind"] == "s"))
    found = _series(scope, numbered, resources, stacks)
    lines = [_line(text, keyed.get(text), resources, found) for text in dict.fromkeys(ids)]
    computed = {line.computed_for.pk for line in lines if line.computed_for}
    return Selection(lines, [series for series in found if series.resource_id in computed])


def _resources(scope: Scope, matches: Iterable[re.Match[str]]) -> dict[int, Resource]:
    wanted = {int(match["owner"]) for match in matches}
    rows = Resource.objects.visible_to(scope).filter(pk__in=wanted) if wanted else ()
    found = {row.pk: row for row in rows}
    if wanted - found.keys():
        raise Http404("There is no such resource.")
    return found


def _stacks(scope: Scope, matches: Iterable[re.Match[str]]) -> frozenset[int]:
    wanted = frozenset(int(match["owner"]) for match in matches)
    if wanted and Stack.objects.visible_to(scope).filter(pk__in=wanted).count() < len(wanted):
        raise Http404("There is no such stack.")
    return wanted


def _series(scope: Scope, numbers: set[str], resources: Mapping[int, Resource], stacks: frozenset[int]) -> list[Series]:
    """All stored series that may be needed, in one query."""
    wanted = Q(resource__in=resources.keys()) | Q(stack__in=stacks)
    if numbers:
        visible = Q() if scope.everything else _visible(scope)
        wanted |= Q(pk__in=numbers) & visible
    return list(Series.objects.filter(wanted).select_related("block"))


def _visible(scope: Scope) -> Q:
    return Q(stack__team__in=scope.team_ids) | Q(resource__stack__team__in=scope.team_ids)


def _line(text: str, match: re.Match[str] | None, resources: Mapping[int, Resource], found: Sequence[Series]) -> Line:
    if match is None:
        return _numbered_line(text, found)
    if match["kind"] == "r":
        return _resource_line(text, resources[int(match["owner"])], match["metric"], found)
    return _stack_line(text, int(match["owner"]), match["metric"], found)


def _numbered_line(text: str, found: Sequence[Series]) -> Line:
    series = next((one for one in found if one.pk == int(text)), None)
    if series is None:
        raise Http404("There is no such series.")
    return Line(text, series.metric, label_of(series), series.unit, series)


def _resource_line(text: str, resource: Resource, key: str, found: Sequence[Series]) -> Line:
    series = next((one for one in found if one.resource_id == resource.pk and one.metric == key), None)
    service = all_services().get(resource.service)
    metric = next((one for one in service.metrics if one.key == key), None) if service else None
    if metric:
        computed_for = resource if metric.absent_is_zero else None
        return Line(text, key, metric.label or metric.name, metric.unit, series, computed_for)
    derived = next((one for one in service.derived if one.key == key), None) if service else None
    if derived:
        return Line(text, key, derived.label, derived.unit, None, resource)
    if series:
        return Line(text, key, label_of(series), series.unit, series)
    raise Http404(f"{resource.name} has no metric {key[:64]!r}.")


def _stack_line(text: str, stack_id: int, key: str, found: Sequence[Series]) -> Line:
    series = next((one for one in found if one.stack_id == stack_id and one.metric == key), None)
    return Line(text, key, SIGNALS.get(key, key[:64]), series.unit if series else "count", series)


def label_of(series: Series, service_key: str = "") -> str:
    """What a line is called: the catalogue's label, or the metric's own name."""
    service = all_services().get(service_key)
    if service:
        for metric in service.metrics:
            if metric.key == series.metric:
                return metric.label or metric.name
    return SIGNALS.get(series.metric, series.metric) if series.stack_id else series.name or series.metric
