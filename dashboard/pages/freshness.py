"""How old the data behind a figure is, and why it is old: what the freshness chip shows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from dashboard.inventory.models import Stack
from dashboard.polls.models import Target
from dashboard.polls.read import Freshness, Late
from dashboard.polls.read.collectors import is_late

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


def say_what_is_missing(targets: Iterable[Target], account_ids: Collection[int], now: datetime) -> list[str]:
    """One sentence for each account and reason that data is late or failing, for the banner on top of a page."""
    groups: dict[tuple[str, str], list[Target]] = {}
    for target in targets:
        if target.account_id in account_ids and (target.failures or is_late(target, now)):
            reason = target.last_error_text or target.paused_reason or "It has not been collected in time."
            groups.setdefault((target.account.name, reason), []).append(target)
    return [_sentence(account, reason, found) for (account, reason), found in groups.items()]


def _sentence(account: str, reason: str, targets: list[Target]) -> str:
    regions = ", ".join(dict.fromkeys(target.region for target in targets))
    sources = " and ".join(dict.fromkeys(target.get_source_display() for target in targets))
    return f"{account}, {regions}: no new data from {sources}. {reason}"


def _first_reason(late: Iterable[Late]) -> str:
    return next((one.reason for one in late), "waiting for the first collection")
