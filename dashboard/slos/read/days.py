"""What is stored of objectives: their days, and the times that don't count."""

from collections import defaultdict
from collections.abc import Iterable

from dashboard.metrics.calendar import DAY
from dashboard.metrics.packing import unpack_series
from dashboard.notify.matching import Hours
from dashboard.slos.counts import STEP, Counts, nothing_known
from dashboard.slos.exclusions import Exclusion
from dashboard.slos.models import SloDay, SloExclusion

SLOTS_OF_DAY = DAY // STEP


def stored(slo_ids: Iterable[int], start: int, end: int) -> dict[int, Counts]:
    """Counts of objectives over whole UTC days, [start, end), by id; nothing is excluded yet. One query."""
    ids = list(slo_ids)
    found = {pk: nothing_known(start, end) for pk in ids}
    rows = SloDay.objects.filter(slo_id__in=ids, day__gte=start // DAY, day__lt=end // DAY)
    for slo_id, day, total, bad in rows.values_list("slo_id", "day", "total", "bad"):
        first = (day * DAY - start) // STEP
        found[slo_id].total[first : first + SLOTS_OF_DAY] = unpack_series(total)
        found[slo_id].bad[first : first + SLOTS_OF_DAY] = unpack_series(bad)
    return found


def exclusion_of(row: SloExclusion) -> Exclusion:
    """A row, saved or not, as a value."""
    hours = None
    if row.days and row.start is not None and row.end is not None:
        hours = Hours(frozenset(row.days), row.start, row.end, row.time_zone)
    return Exclusion(row.starts_at, row.ends_at, hours)


def exclusions_of(slo_ids: Iterable[int]) -> dict[int, list[Exclusion]]:
    """Exclusions by objective; one query."""
    found: dict[int, list[Exclusion]] = defaultdict(list)
    for row in SloExclusion.objects.filter(slo_id__in=list(slo_ids)):
        found[row.slo_id].append(exclusion_of(row))
    return found
