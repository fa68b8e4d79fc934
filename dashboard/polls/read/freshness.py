"""How fresh the data of accounts are, and why not fresher: for the chips on pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dashboard.polls.models import SIDE_SOURCES, Target
from dashboard.polls.read.collectors import is_late


@dataclass(frozen=True, slots=True)
class Late:
    """A target whose last success is older than two intervals."""

    target_id: int
    account: str
    region: str
    source: str
    label: str
    since: datetime | None
    """Its last success; None when it never had one."""
    reason: str


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh one account's metrics are."""

    newest_at: datetime | None
    """The last success of any of its metrics targets."""
    late: tuple[Late, ...]

    @property
    def stale(self) -> bool:
        """Whether anything is late."""
        return bool(self.late)


def freshness(account_ids: Iterable[int], now: datetime) -> dict[int, Freshness]:
    """The freshness of each of those accounts; one query."""
    ids = list(account_ids)
    return freshness_of(Target.objects.filter(account__in=ids).select_related("account"), ids, now)


def freshness_of(targets: Iterable[Target], account_ids: Iterable[int], now: datetime) -> dict[int, Freshness]:
    """The freshness of each of those accounts from targets that are loaded already, with their accounts.

    Traces and alarms don't count: metrics are as fresh without them, and their pages tell their own age.
    """
    by_account: dict[int, list[Target]] = {account_id: [] for account_id in account_ids}
    for target in targets:
        if target.account_id in by_account and target.source not in SIDE_SOURCES:
            by_account[target.account_id].append(target)
    return {account_id: _one_account(found, now) for account_id, found in by_account.items()}


def _one_account(targets: list[Target], now: datetime) -> Freshness:
    successes = [
        target.last_success_at
        for target in targets
        if target.last_success_at and target.source != Target.Source.INVENTORY
    ]
    late = tuple(_late(target) for target in targets if is_late(target, now))
    return Freshness(max(successes, default=None), late)


def _late(target: Target) -> Late:
    return Late(
        target_id=target.pk,
        account=target.account.name,
        region=target.region,
        source=target.source,
        label=target.get_source_display(),
        since=target.last_success_at,
        reason=_reason(target),
    )


def _reason(target: Target) -> str:
    if target.account.paused_at:
        return "The account is paused."
    if target.paused_at:
        return target.paused_reason or "Paused."
    return target.last_error_text or "Its polls take longer than planned."
