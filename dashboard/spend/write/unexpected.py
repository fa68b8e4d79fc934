"""Unexpected spend looked for in what was billed, kept as rows and handed on as findings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import transaction
from django.urls import reverse

from dashboard.access.roles import EVERYTHING
from dashboard.catalog.shape import Severity
from dashboard.core.units import Unit
from dashboard.core.windows import Window
from dashboard.inventory.models import Account, Deploy, Stack
from dashboard.metrics.models import Series
from dashboard.spend.amounts import SCALE, unpack
from dashboard.spend.found import Cut, Driver, Unexpected
from dashboard.spend.models import CostMonth, CostReading, UnexpectedRule, UnexpectedSpend
from dashboard.spend.read.anomalies import unexpected
from dashboard.spend.read.days import Span, add
from dashboard.spend.unexpected import Amounts, Bill, Limits, Rise, rises
from dashboard.spend.write.metering import hours_of
from dashboard.thresholds.finding import Finding, Outcome, Subject

KIND = "spend"
METRIC = "unexpected_spend"
LEARNT = timedelta(days=90)
JUDGED = timedelta(days=14)
"""Days looked at anew each time: AWS may still change them."""
TOLD = timedelta(days=4)
"""Rises that are older are history, and no alert."""


def judge_spend(account: Account, now: datetime) -> list[Finding]:
    """Look for unexpected spend in the account's last days; returns a finding for each cause that is not over."""
    limits, today = limits_of(account), now.date()
    since = today - JUDGED
    found = {} if limits is None else {
        currency: rises(bill, limits, since) for currency, bill in bills(account, today).items()
    }  # fmt: skip
    _store(account, found, since, now)
    CostReading.objects.filter(account=account).update(judged_at=now)
    return findings(account, today, limits.share if limits else 0.0)


def limits_of(account: Account) -> Limits | None:
    """The account's own rule, else the one for all, else what is usual; None: nothing is looked for."""
    rules = {row.account_id: row for row in UnexpectedRule.objects.filter(account=account)}
    general = UnexpectedRule.objects.filter(account=None).first()
    rule = rules.get(account.pk) or general or UnexpectedRule()
    return None if rule.muted else Limits(rule.share / 100, float(rule.floor))


def bills(account: Account, today: date) -> dict[str, Bill]:
    """What was billed in the last quarter, by currency."""
    span = Span(today - LEARNT, today + timedelta(days=1))
    usage, stacks = (_parts(account, pair, span) for pair in (CostMonth.Pair.USAGE_TYPE, CostMonth.Pair.STACK_USAGE))
    return {currency: Bill(span.days, parts, stacks.get(currency, {})) for currency, parts in usage.items()}


def _parts(account: Account, pair: CostMonth.Pair, span: Span) -> dict[str, dict[tuple[str, str], Amounts]]:
    rows = CostMonth.objects.filter(account=account, pair=pair, month__in=span.months)
    sums: defaultdict[str, dict[tuple[str, str], Any]] = defaultdict(dict)
    for first, second, currency, month, packed in rows.values_list("first", "second", "currency", "month", "unblended"):
        units = sums[currency].setdefault((first, second), np.zeros(len(span.days), np.int64))
        add(units, unpack(packed), month, span)
    return {currency: {key: units / float(SCALE) for key, units in parts.items()} for currency, parts in sums.items()}


@transaction.atomic
def _store(account: Account, found: Mapping[str, Sequence[Rise]], since: date, now: datetime) -> None:
    """Write what was found; of days looked at anew, what is no rise any more goes, unless AWS says so too."""
    Account.objects.select_for_update().get(pk=account.pk)
    stacks = {
        one.name: one for one in Stack.objects.filter(account=account, source=Stack.Source.CLOUDFORMATION, gone_at=None)
    }
    kept = [_write(account, currency, rise, stacks, now).pk for currency, those in found.items() for rise in those]
    rows = UnexpectedSpend.objects.filter(account=account, day__gte=since)
    rows.filter(from_aws=False).exclude(pk__in=kept).delete()


def _write(account: Account, currency: str, rise: Rise, stacks: Mapping[str, Stack], now: datetime) -> UnexpectedSpend:
    place = {"account": account, "day": rise.day, "currency": currency}
    service = rise.drivers[0].service if rise.drivers else ""
    named = [stacks[name] for name in _names(rise) if name in stacks]
    deploys = Deploy.objects.filter(stack__in=named, started_at__date=rise.day).order_by("started_at")
    told: dict[str, Any] = {
        "amount": Decimal(f"{rise.amount:.10f}"),
        "normal": Decimal(f"{rise.normal:.10f}"),
        "drivers": [_driver(one) for one in rise.drivers],
        "deploys": list(deploys.values_list("pk", flat=True)),
        "traffic_change": traffic_change(named, rise.day),
    }
    row, _ = UnexpectedSpend.objects.update_or_create(
        **place, cut=rise.cut, where=rise.where[:255], defaults=told, create_defaults={**told, "found_at": now}
    )
    theirs = UnexpectedSpend.objects.filter(**place, cut=Cut.SERVICE, where=service[:255], from_aws=True)
    if theirs.exclude(pk=row.pk).delete()[0]:
        row.from_aws = True
        row.save(update_fields=("from_aws",))
    return row


def _names(rise: Rise) -> list[str]:
    """Stacks that the rise is about, the one with most of it first."""
    names = [rise.where] if rise.cut is Cut.STACK else []
    return list(dict.fromkeys([*names, *(one.stack for one in rise.drivers if one.stack)]))


def _driver(one: Driver) -> dict[str, str | float]:
    return {
        "usage_type": one.usage_type, "service": one.service, "region": one.region, "stack": one.stack,
        "extra": str(one.extra), "share": one.share,
    }  # fmt: skip


def traffic_change(stacks: Iterable[Stack], day: date) -> float | None:
    """How the requests of a day stand to those of the same weekday a week before; None where either is not known."""
    ids = list(Series.objects.filter(stack__in=list(stacks), metric="traffic").values_list("pk", flat=True))
    came, before = (_requests(ids, one) for one in (day, day - timedelta(days=7)))
    return came / before - 1 if came and before else None


def _requests(ids: Sequence[int], day: date) -> float:
    start = datetime.combine(day, time(), UTC)
    hours = hours_of(ids, Window(start, start + timedelta(days=1)))
    return float(sum(np.nansum(values) for values in hours.values()))


def findings(account: Account, today: date, share: float) -> list[Finding]:
    """One for each cause of the last days, of its newest day; `share` over normal is what the rule allows."""
    ids = dict(UnexpectedSpend.objects.filter(account=account, day__gt=today - TOLD).values_list("pk", "where"))
    newest: dict[tuple[Cut, str, str], Unexpected] = {}
    for one in unexpected(EVERYTHING, today - TOLD + timedelta(days=1), today + timedelta(days=1)):
        if one.id in ids:
            newest.setdefault((one.cut, one.where, one.currency), one)
    stacks = dict(Stack.objects.filter(account=account, gone_at=None).values_list("name", "pk"))
    return [
        _finding(account, one, stacks.get(one.where) if one.cut is Cut.STACK else None, share)
        for one in newest.values()
    ]


def _finding(account: Account, one: Unexpected, stack_id: int | None, share: float) -> Finding:
    key = f"{KIND}:{account.pk}:{one.cut}:{one.where}:{one.currency}"
    subject = Subject(key[:200], account.pk, f"Spend of {one.where}"[:300], stack_id, money=True, page=reverse("spend"))
    return Finding(
        subject,
        METRIC,
        Severity.WARNING,
        Outcome.BROKEN,
        reason=one.sentence,
        value=one.share,
        line=share,
        unit=Unit.SHARE,
        since=int(datetime.combine(one.day, time(), UTC).timestamp()),
        hint="Open Spend to see which usage rose, and what was deployed that day.",
    )
