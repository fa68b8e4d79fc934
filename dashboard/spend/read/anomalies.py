"""Unexpected spend for pages and mails, each with its reason in a sentence."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from dashboard.access.roles import Scope
from dashboard.inventory.models import Deploy, Stack
from dashboard.spend.found import Cut, Driver, Unexpected
from dashboard.spend.models import UnexpectedSpend
from dashboard.spend.sentences import say_rise


def unexpected(scope: Scope, start: date, end: date) -> list[Unexpected]:
    """What was found of the days from `start` to before `end`, the newest first; of own stacks for team members."""
    if not scope.money:
        return []
    rows = UnexpectedSpend.objects.filter(day__gte=start, day__lt=end).select_related("account")
    if not scope.everything:
        rows = rows.filter(cut=Cut.STACK, where__in=Stack.objects.visible_to(scope).values("name"))
    found = list(rows.order_by("-day", "-amount"))
    deploys = _deploys(found)
    newest: dict[tuple[int, str, str], date] = {}
    for row in found:
        newest.setdefault((row.account_id, row.cut, row.where), row.day)
    return [_shown(row, deploys, newest[row.account_id, row.cut, row.where], end) for row in found]


Told = tuple[str, int, datetime]


def _deploys(rows: Sequence[UnexpectedSpend]) -> Mapping[int, Told]:
    ids = [pk for row in rows for pk in row.deploys]
    found = Deploy.objects.filter(pk__in=ids).values_list("pk", "stack__name", "stack_id", "started_at")
    return {pk: (name, stack_id, started_at) for pk, name, stack_id, started_at in found}


def _shown(row: UnexpectedSpend, deploys: Mapping[int, Told], last: date, end: date) -> Unexpected:
    drivers = tuple(_driver(one) for one in row.drivers)
    extra = row.amount - row.normal
    share = float(extra / row.normal) if row.normal else 1.0
    made = Unexpected(
        id=row.pk,
        day=row.day,
        account=row.account.name,
        where=row.where or row.account.name,
        cut=Cut(row.cut),
        amount=row.amount,
        normal=row.normal,
        extra=extra,
        currency=row.currency,
        share=share,
        drivers=drivers,
        deploys=tuple(deploys[pk] for pk in row.deploys if pk in deploys),
        traffic_change=row.traffic_change,
        from_aws=row.from_aws,
        sentence="",
        resolved=(end - last).days > RESOLVED_AFTER,
    )
    return _with_sentence(made)


RESOLVED_AFTER = 3
"""Days without a rise after which it is over; the newest days may still be unsettled."""


def _with_sentence(made: Unexpected) -> Unexpected:
    values = {name: getattr(made, name) for name in made.__slots__}
    return Unexpected(**{**values, "sentence": say_rise(made)})


def _driver(raw: Mapping[str, str | float]) -> Driver:
    return Driver(
        usage_type=str(raw["usage_type"]),
        service=str(raw["service"]),
        region=str(raw["region"]),
        stack=str(raw["stack"]),
        extra=Decimal(str(raw["extra"])),
        share=float(raw["share"]),
    )
