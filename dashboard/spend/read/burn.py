"""What everything costs per hour now, for pages and mails: one or two queries each."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from dashboard.access.roles import Scope
from dashboard.catalog import all_services
from dashboard.inventory.models import Resource, Stack
from dashboard.spend.live import Burn, Runaway, together, weighed
from dashboard.spend.models import BurnStanding, BurnTally, RunawayCost

CURRENCY = "USD"
CURRENT = timedelta(hours=2)
"""What is older isn't what something costs now."""
Errors = Mapping[tuple[int, str], float]
"""By account and service."""


def burns_of_stacks(stack_ids: Collection[int], now: datetime) -> dict[int, Burn]:
    """What stacks cost per hour; stacks of which nothing is known are left out."""
    rows = _standings(now).filter(resource__stack__in=stack_ids)
    costs: dict[int, list[tuple[float | None, Decimal]]] = defaultdict(list)
    errors = _errors()
    for stack_id, account_id, service, per_hour in rows.values_list(
        "resource__stack_id", "resource__account_id", "resource__service", "per_hour"
    ):
        costs[stack_id].append((_error(errors, account_id, service), per_hour))
    wholes = _standings(now).filter(stack__in=stack_ids)
    return {one.stack_id or 0: _burn(one, weighed(costs[one.stack_id or 0])) for one in wholes}


def burns_of_resources(resource_ids: Collection[int] | QuerySet[Resource], now: datetime) -> dict[int, Burn]:
    """What resources cost per hour; those of which nothing is known are left out."""
    rows = _standings(now).filter(resource__in=resource_ids).select_related("resource")
    errors = _errors()
    found = {}
    for one in rows:
        if one.resource:
            error = _error(errors, one.resource.account_id, one.resource.service)
            found[one.resource.pk] = _burn(one, error)
    return found


def burns_by_service(scope: Scope, now: datetime) -> dict[str, Burn]:
    """What each service costs per hour, by the catalogue's key, dearest first; empty without the right to see money."""
    if not scope.money:
        return {}
    visible = Resource.objects.visible_to(scope).present()
    rows = _standings(now).filter(resource__in=visible).select_related("resource")
    errors = _errors()
    several: dict[str, list[Burn]] = defaultdict(list)
    for one in rows:
        if one.resource:
            error = _error(errors, one.resource.account_id, one.resource.service)
            several[one.resource.service].append(_burn(one, error))
    summed = {key: whole for key, burns in several.items() if (whole := together(burns))}
    return dict(sorted(summed.items(), key=lambda one: -one[1].per_hour))


def burn_total(scope: Scope, now: datetime) -> Burn | None:
    """What everything that the user may see costs per hour; None without figures or without the right."""
    return together(list(burns_by_service(scope, now).values()))


def runaways(scope: Scope, now: datetime, stacks: Iterable[int] | None = None) -> list[Runaway]:
    """Runaway cost of stacks that the user may see, dearest first."""
    if not scope.money:
        return []
    rows = RunawayCost.objects.filter(resource__stack__in=Stack.objects.visible_to(scope), resource__gone_at=None)
    if stacks is not None:
        rows = rows.filter(resource__stack__in=list(stacks))
    return [_runaway(row) for row in rows.select_related("resource__stack").order_by("-per_hour")]


def _runaway(row: RunawayCost) -> Runaway:
    return Runaway(
        resource_id=row.resource.pk,
        resource=row.resource.name,
        stack_id=row.resource.stack_id,
        stack=row.resource.stack.name,
        since=row.since,
        per_hour=row.per_hour,
        normal_per_hour=row.normal_per_hour,
        by_tomorrow=row.by_tomorrow,
        by_month_end=row.by_month_end,
        growth=row.growth,
        loop=tuple(row.loop),
        command=row.command,
        sentence=row.sentence,
    )


def _standings(now: datetime) -> QuerySet[BurnStanding]:
    return BurnStanding.objects.filter(at__gte=now - CURRENT)


def _errors() -> Errors:
    rows = BurnTally.objects.values_list("account_id", "calibration")
    return {(pk, service): float(one["error"]) for pk, calibration in rows for service, one in calibration.items()}


def _error(errors: Errors, account_id: int, service: str) -> float | None:
    known = all_services().get(service)
    return errors.get((account_id, known.cost_name)) if known else None


def _burn(row: BurnStanding, error: float | None) -> Burn:
    return Burn(
        per_hour=row.per_hour,
        today=row.today,
        normal_per_hour=row.normal_per_hour,
        currency=CURRENCY,
        at=row.at,
        error=error,
        missing=tuple(row.missing),
        per_thousand=row.per_thousand,
    )
