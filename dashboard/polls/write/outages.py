"""Watches the collectors: when nothing has come from some for long, that is told, once, and so is its end."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from dashboard.core.times import say_span
from dashboard.inventory.models import Account
from dashboard.notify.message import Event, Fact, Link, Message, Severity
from dashboard.notify.write import enqueue
from dashboard.polls.models import Outage, Target
from dashboard.polls.read.collectors import State, state_of

MOST_NAMED = 10


def watch_targets(now: datetime, patience: timedelta) -> int:
    """Tell about accounts whose targets have been failing or quarantined for longer than `patience`; returns how many.

    A paused account is not watched: what was told of it ends with the pause.
    """
    return sum(_watch(account_id, now, patience) for account_id in Account.objects.values_list("pk", flat=True))


@transaction.atomic
def _watch(account_id: int, now: datetime, patience: timedelta) -> int:
    """The account's row is locked, so that two watchers tell once."""
    account = Account.objects.select_for_update().get(pk=account_id)
    targets = list(Target.objects.filter(account=account).select_related("account"))
    silent = [target for target in targets if _is_silent(target, now, patience)]
    outage = Outage.objects.filter(account=account, ended_at=None).first()
    if silent and outage is None:
        return _begin(account, silent, targets, now)
    if silent and outage and not {_name(target) for target in silent} <= set(outage.parts):
        return _widen(outage, silent, targets, now)
    if outage and not silent:
        return _end(outage, now)
    return 0


def _is_silent(target: Target, now: datetime, patience: timedelta) -> bool:
    """Whether a target fails, or waits in quarantine, and its last success lies far back."""
    since = target.last_success_at or target.account.created_at
    return state_of(target, now) in {State.FAILING, State.QUARANTINED} and now - since > patience + target.every


def _begin(account: Account, silent: Sequence[Target], targets: Sequence[Target], now: datetime) -> int:
    began_at = min(target.last_success_at or account.created_at for target in silent)
    parts = [_name(target) for target in silent]
    outage = Outage.objects.create(account=account, began_at=began_at, told_at=now, parts=parts)
    return enqueue(_opened(outage, silent, targets, now), now)


def _widen(outage: Outage, silent: Sequence[Target], targets: Sequence[Target], now: datetime) -> int:
    """More went silent since: said once for each further part."""
    outage.parts = sorted({*outage.parts, *(_name(target) for target in silent)})
    outage.save(update_fields=["parts"])
    return enqueue(_opened(outage, silent, targets, now), now)


def _end(outage: Outage, now: datetime) -> int:
    outage.ended_at = now
    outage.save(update_fields=["ended_at"])
    return enqueue(_resolved(outage, now), now)


def _opened(outage: Outage, silent: Sequence[Target], targets: Sequence[Target], now: datetime) -> Message:
    whole = len(silent) == len(targets)
    reason = Counter(_reason(target) for target in silent).most_common(1)[0][0]
    where = outage.account.name if whole else f"{len(silent)} of {len(targets)} collectors of {outage.account.name}"
    named = [_name(target) for target in silent[:MOST_NAMED]]
    more = [f"and {len(silent) - MOST_NAMED} more"] if len(silent) > MOST_NAMED else []
    return Message(
        key=f"outage:{outage.pk}:opened:{len(outage.parts)}",
        thread=f"outage:{outage.pk}",
        event=Event.OPENED,
        severity=Severity.CRITICAL if whole else Severity.WARNING,
        title=f"Nothing has been collected from {where} for {say_span(now - outage.began_at)}",
        at=outage.told_at,
        sentences=(reason,),
        facts=(Fact("Silent", ", ".join([*named, *more])),),
        links=_links(),
        account=outage.account.name,
    )


def _resolved(outage: Outage, now: datetime) -> Message:
    return Message(
        key=f"outage:{outage.pk}:resolved",
        thread=f"outage:{outage.pk}",
        event=Event.RESOLVED,
        severity=Severity.INFO,
        title=f"{outage.account.name} is collected again",
        at=now,
        sentences=(f"It had been silent for {say_span(now - outage.began_at)}.",),
        links=_links(),
        account=outage.account.name,
    )


def _links() -> tuple[Link, ...]:
    return (Link("Collectors", f"{settings.SITE_URL}/collectors/"),)


def _name(target: Target) -> str:
    part = f" part {target.part + 1}" if target.part else ""
    return f"{target.region} {target.get_source_display()}{part}"


def _reason(target: Target) -> str:
    return target.paused_reason or target.last_error_text or "Its polls fail."
