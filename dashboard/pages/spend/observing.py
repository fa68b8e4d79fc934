"""What this product's own calls of AWS cost: by account against the cap, by API and by day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Sum

from dashboard.inventory.models import Account
from dashboard.pages.collectors import Cost, costs
from dashboard.polls.models import ApiUsage, Target

DAYS = 14
MOST = 8
"""APIs with a row of their own; the dearest."""
OTHERS = "all others"


@dataclass(slots=True)
class Api:
    """Calls of one API over the days shown."""

    api: str
    calls: int = 0
    cost: Decimal = Decimal(0)
    daily: list[float] = field(default_factory=lambda: [0.0] * DAYS)


@dataclass(frozen=True, slots=True)
class Observing:
    """All of it."""

    accounts: Sequence[Cost]
    apis: Sequence[Api]

    @property
    def calls(self) -> int:
        """Calls of all APIs."""
        return sum(one.calls for one in self.apis)

    @property
    def cost(self) -> Decimal:
        """Their price, USD."""
        return sum((one.cost for one in self.apis), Decimal(0))


def observing(accounts: Sequence[Account], targets: Iterable[Target], now: datetime) -> Observing:
    """Read the usage of those accounts: two queries."""
    if not accounts:
        return Observing((), ())
    first = now.date() - timedelta(days=DAYS - 1)
    rows = ApiUsage.objects.filter(account__in=accounts, day__gte=first, day__lte=now.date()).order_by()
    summed = rows.values_list("api", "day").annotate(all_calls=Sum("calls"), price=Sum("cost"))
    return Observing(costs(accounts, targets, now), dearest(summed, first))


def dearest(rows: Iterable[tuple[str, date, int, Decimal]], first: date) -> list[Api]:
    """The dearest APIs of (API, day, calls, cost), the rest as one."""
    found: dict[str, Api] = {}
    for name, day, calls, cost in rows:
        _add(found.setdefault(name, Api(name)), calls, cost, (day - first).days)
    ordered = sorted(found.values(), key=lambda one: (-one.cost, -one.calls, one.api))
    if len(ordered) <= MOST + 1:
        return ordered
    rest = Api(OTHERS)
    for one in ordered[MOST:]:
        rest.calls += one.calls
        rest.cost += one.cost
        rest.daily = [before + more for before, more in zip(rest.daily, one.daily, strict=True)]
    return [*ordered[:MOST], rest]


def _add(api: Api, calls: int, cost: Decimal, at: int) -> None:
    api.calls += calls
    api.cost += cost
    api.daily[at] += float(cost)
