"""What an objective would have come to, before anybody saves it: by the judge's own arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.metrics.calendar import HOUR, floor_to
from dashboard.slos.counts import STEP
from dashboard.slos.exclusions import Exclusion
from dashboard.slos.judging import fired
from dashboard.slos.models import Slo
from dashboard.slos.read.measured import measure
from dashboard.slos.read.standings import Status, status_of, window_of


@dataclass(frozen=True, slots=True)
class Preview:
    """How it would stand, and when it would have alerted within its window."""

    status: Status
    alerts: Sequence[tuple[int, int]]
    """Begin and end of each time, Unix times."""

    @property
    def longest(self) -> timedelta:
        """The longest time."""
        return timedelta(seconds=max((end - begin for begin, end in self.alerts), default=0))


def preview(slo: Slo, exclusions: Sequence[Exclusion], now: datetime) -> Preview:
    """Measure an objective, saved or not, over its window."""
    at = int(now.timestamp())
    start = floor_to(window_of(slo, at)[0], HOUR)
    (counts,) = measure([slo], start, floor_to(at, STEP))
    found = status_of(slo, counts, exclusions, at)
    return Preview(found, fired(found.counts, found.objective))
