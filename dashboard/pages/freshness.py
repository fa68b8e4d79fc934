"""How old the data behind a figure is, and why it is old: what the freshness chip shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from dashboard.inventory.models import Stack
from dashboard.polls.models import Target
from dashboard.polls.read import Freshness, Late

METRICS = (Target.Source.METRICS_1M, Target.Source.METRICS_5M)


@dataclass(frozen=True, slots=True)
class Fresh:
    """What the freshness chip shows."""

    at: datetime | None
    state: str
    """fresh, stale or never."""
    reason: str = ""
    source: str = ""


def of_stack(stack: Stack, by_account: Mapping[int, Freshness]) -> Fresh:
    """Freshness of a stack's points: stale when a source of them in its region is late."""
    found = by_account.get(stack.account_id)
    if found is None or found.newest_at is None:
        return Fresh(None, "never", _first_reason(found.late if found else ()))
    late = [one for one in found.late if one.source in METRICS and (not stack.region or one.region == stack.region)]
    if not late:
        return Fresh(found.newest_at, "fresh")
    oldest = min(late, key=lambda one: (one.since is not None, one.since))
    return Fresh(oldest.since, "stale" if oldest.since else "never", oldest.reason, oldest.label)


def say_what_is_missing(by_account: Iterable[Freshness]) -> list[str]:
    """One sentence for each account, region and reason that is late, for the banner on top of a page."""
    groups: dict[tuple[str, str], list[Late]] = {}
    for freshness in by_account:
        for late in freshness.late:
            groups.setdefault((late.account, late.reason), []).append(late)
    return [_sentence(account, reason, late) for (account, reason), late in groups.items()]


def _sentence(account: str, reason: str, late: list[Late]) -> str:
    regions = ", ".join(dict.fromkeys(one.region for one in late))
    sources = ", ".join(dict.fromkeys(one.label for one in late))
    return f"{account}, {regions}: {sources} late. {reason}"


def _first_reason(late: Iterable[Late]) -> str:
    return next((one.reason for one in late), "waiting for the first collection")
