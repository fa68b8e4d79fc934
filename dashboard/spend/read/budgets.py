"""Budgets for pages, mails and rules: what is spent, what is expected, and the day on which the cap is hit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from dashboard.access.roles import Scope
from dashboard.inventory.models import Account, Stack
from dashboard.spend.asking import CHARGES
from dashboard.spend.forecast import Forecast, forecast
from dashboard.spend.found import BudgetPath, BudgetStatus
from dashboard.spend.models import AwsBudget, Budget
from dashboard.spend.projection import Hit, cap_hit, period_of
from dashboard.spend.read.bill import Bill, Days, Limits
from dashboard.spend.read.days import Span
from dashboard.spend.sentences import say_cap

SETTLES = timedelta(days=2)
LEARNT = timedelta(days=63)
WARN_DAYS = 3
"""Of AWS's budgets, which say nothing of days."""
USAGE = ("IncludeSubscription", "IncludeUpfront", "IncludeRecurring", "IncludeOtherSubscription", "IncludeDiscount")
OTHER_BASES = ("UseBlended", "UseAmortized")
"""Cost types of AWS's budgets that we have no rows of: left out, or counted in another way."""
STACK_FILTER = "TAG:aws:cloudformation:stack-name"


def budget_statuses(scope: Scope, now: datetime) -> list[BudgetStatus]:
    """Every budget that the user may see: AWS's for those who see everything, own ones of own stacks and teams."""
    if not scope.money:
        return []
    rows: list[AwsBudget | Budget] = [*_aws(scope), *_own(scope)]
    return [status_of(row, now, bills) for row, bills in _with_bills(rows, now.date())]


def budget_status(scope: Scope, ident: str, now: datetime) -> BudgetStatus | None:
    """One budget by its id; None when it is not there for this user."""
    return next((one for one in budget_statuses(scope, now) if one.id == ident), None)


def _aws(scope: Scope) -> Iterable[AwsBudget]:
    return AwsBudget.objects.select_related("account") if scope.everything else ()


def _own(scope: Scope) -> Iterable[Budget]:
    rows = Budget.objects.select_related("account", "stack", "team")
    if scope.everything:
        return rows
    return [row for row in rows if (row.team_id or (row.stack.team_id if row.stack else None)) in scope.team_ids]


def _with_bills(
    rows: Sequence[AwsBudget | Budget], today: date
) -> Iterable[tuple[AwsBudget | Budget, Mapping[str, Days]]]:
    """Budgets with the days of what they are about, by currency; one read of the bill for all of them."""
    if not rows:
        return []
    earliest = min(period_of(today, row.period)[0] for row in rows)
    span = Span(min(earliest, today - LEARNT), today + timedelta(days=1))
    stacks = _stacks(rows)
    about = [limits_of(row, stacks) for row in rows]
    bill = Bill(span, today - SETTLES, about)
    return [(row, bill.of(limits)) for row, limits in zip(rows, about, strict=True)]


class _Stack(NamedTuple):
    """What budgets choose stacks by."""

    pk: int
    team_id: int | None
    environment: str
    name: str


def _stacks(rows: Sequence[AwsBudget | Budget]) -> Sequence[_Stack]:
    """All stacks that are billed by their name, if a budget is about some of them."""
    if not any(isinstance(row, Budget) and _chooses_stacks(row) for row in rows):
        return ()
    found = Stack.objects.filter(source=Stack.Source.CLOUDFORMATION)
    return [_Stack(*columns) for columns in found.values_list(*_Stack._fields)]


def _chooses_stacks(row: Budget) -> bool:
    return bool(row.stack_id or row.team_id or row.environment)


def limits_of(row: AwsBudget | Budget, stacks: Sequence[_Stack]) -> Limits:
    """What a budget is about; `stacks` are all that are billed by their name."""
    if isinstance(row, AwsBudget):
        return _limits_of_filters(row)
    accounts = frozenset({row.account_id}) if row.account_id else frozenset()
    services = frozenset({row.service}) if row.service else frozenset()
    if not _chooses_stacks(row):
        return Limits(accounts, services)
    chosen = frozenset(
        one.name
        for one in stacks
        if row.stack_id in {None, one.pk}
        and row.team_id in {None, one.team_id}
        and row.environment in {"", one.environment}
    )
    return Limits(accounts, services, chosen)


def _limits_of_filters(row: AwsBudget) -> Limits:
    values = {key: frozenset(found) for key, found in row.filters.items()}
    stacks = values.get(STACK_FILTER)
    plain = set(values) <= {"SERVICE"}
    return Limits(
        accounts=frozenset({row.account_id}),
        services=values.get("SERVICE", frozenset()),
        stacks=stacks,
        linked=values.get("LINKED_ACCOUNT", frozenset()),
        regions=values.get("REGION", frozenset()),
        charges=frozenset(name for name in CHARGES if row.cost_types.get(f"Include{name}", True)) if plain else None,
    )


def known_filters(row: AwsBudget) -> bool:
    """Whether we can add up ourselves what the budget is about."""
    known = {"SERVICE", "LINKED_ACCOUNT", "REGION", STACK_FILTER}
    there = {key for key, values in row.filters.items() if values}
    usual = all(row.cost_types.get(name, True) for name in USAGE) and not any(map(row.cost_types.get, OTHER_BASES))
    return usual and there <= known and len(there - {"SERVICE"}) <= 1


def status_of(row: AwsBudget | Budget, now: datetime, bills: Mapping[str, Days]) -> BudgetStatus:
    """A budget with its expectation; AWS's own figures stand where ours can't be made."""
    today = now.date()
    start, end = period_of(today, row.period)
    aws = row if isinstance(row, AwsBudget) else None
    days = bills.get(row.currency) if aws is None or known_filters(aws) else None
    actual = days.since(start) if days else aws.actual if aws else Decimal(0)
    found = forecast(days.settled(), days.newest, (end - days.newest).days - 1) if days else None
    hit = _hit(row.limit, days, found, start, today)
    whole = _whole(days, found, start)
    return BudgetStatus(
        id=f"{'aws' if aws else 'own'}-{row.pk}",
        name=row.name,
        source="aws" if aws else "own",
        scope_text=scope_text(row),
        period=row.period.lower(),
        start=start,
        end=end,
        limit=row.limit,
        actual=actual,
        currency=row.currency,
        used=float(actual / row.limit) if row.limit else 0.0,
        forecast_low=whole(found.low) if whole and found else None,
        forecast=whole(1.0) if whole and found else None,
        forecast_high=whole(found.high) if whole and found else None,
        aws_forecast=aws.forecast if aws else None,
        cap_day=hit.day if hit else None,
        cap_day_low=hit.earliest if hit else None,
        cap_day_high=hit.latest if hit else None,
        state=_state(hit, today, row.warn_days if isinstance(row, Budget) else WARN_DAYS),
        sentence=say_cap(hit, today, end, row.limit, row.currency) if hit else NOT_KNOWN,
        notifications=tuple(notifications_of(row)),
        history=_history(aws),
        updated_at=aws.updated_at if aws else None,
        path=path_of(days, found, start, end) if days else None,
    )


NOT_KNOWN = "When the cap is hit can't be told yet: it takes two weeks of costs."


def _hit(limit: Decimal, days: Days | None, found: Forecast | None, start: date, today: date) -> Hit | None:
    if days and days.since(start) >= limit:
        return Hit(today - timedelta(days=1), today - timedelta(days=1), today - timedelta(days=1))
    if days is None or found is None:
        return None
    settled = float(days.settled_since(start))
    # Days that are not settled yet count with what is expected of them.
    newest = max(days.newest, start - timedelta(days=1))
    ahead = found.daily[(newest - days.newest).days :]
    hit = cap_hit(float(limit), settled, newest, ahead, low=found.low, high=found.high)
    return Hit(*(max(day, today) if day else None for day in (hit.day, hit.earliest, hit.latest)))


def _whole(days: Days | None, found: Forecast | None, start: date) -> Callable[[float], Decimal] | None:
    """What the period comes to, by the share of what is expected."""
    if days is None or found is None:
        return None
    newest = max(days.newest, start - timedelta(days=1))
    rest = sum(found.daily[(newest - days.newest).days :])
    came = days.settled_since(start)

    def whole(share: float) -> Decimal:
        return came + Decimal(f"{rest * share:.4f}")

    return whole


def path_of(days: Days, found: Forecast | None, start: date, end: date) -> BudgetPath:
    """What the period comes to day by day."""
    newest = max(days.newest, start - timedelta(days=1))
    spent = days.run(start)
    came, ahead = (spent[-1] if spent else Decimal(0)), []
    if found:
        ahead = np.cumsum(found.daily[(newest - days.newest).days :]).tolist()
    runs = [
        tuple(came + Decimal(f"{amount * share:.4f}") for amount in ahead)
        for share in ((1.0, found.low, found.high) if found else ())
    ]
    period = tuple(start + timedelta(days=number) for number in range((end - start).days))
    return BudgetPath(period, tuple(spent), *runs)


def _state(hit: Hit | None, today: date, warn_days: int) -> str:
    if hit is None:
        return "unknown"
    if hit.day is None:
        return "ok"
    return "critical" if (hit.day - today).days <= warn_days else "warning"


def scope_text(row: AwsBudget | Budget) -> str:
    """What it is about, in words."""
    if isinstance(row, AwsBudget):
        parts = [f"{_filter_word(key)} {', '.join(values)}" for key, values in row.filters.items() if values]
        return f"{row.account.name}: {'; '.join(parts)}" if parts else row.account.name
    parts = [
        row.account.name if row.account else "",
        f"stack {row.stack.name}" if row.stack else "",
        f"team {row.team.name}" if row.team else "",
        f"environment {row.environment}" if row.environment else "",
        row.service,
    ]
    return ", ".join(part for part in parts if part) or "everything"


def _filter_word(key: str) -> str:
    """'SERVICE' as 'service', 'TAG:aws:cloudformation:stack-name' as 'stack-name'."""
    return key.rpartition(":")[2].replace("_", " ").lower()


def notifications_of(row: AwsBudget | Budget) -> Iterable[str]:
    """When somebody is told, in words."""
    if isinstance(row, AwsBudget):
        for one in row.notifications:
            side = {"GREATER_THAN": "above", "LESS_THAN": "below"}.get(one["comparison"], "at")
            unit = " %" if one["type"] == "PERCENTAGE" else f" {row.currency}"
            what = "forecast" if one["kind"] == "FORECASTED" else "spent"
            raised = ", raised" if one["state"] == "ALARM" else ""
            yield f"AWS tells {side} {Decimal(one['threshold']).normalize():f}{unit} {what}{raised}"
        return
    yield f"told {row.warn_days} days before the cap is hit"
    yield from (f"told at {share} % spent" for share in row.actual_shares)
    yield from (f"told at {share} % expected" for share in row.forecast_shares)


def _history(aws: AwsBudget | None) -> tuple[tuple[date, Decimal, Decimal], ...]:
    rows = aws.history if aws else []
    return tuple((date.fromisoformat(day), Decimal(budgeted), Decimal(spent)) for day, budgeted, spent in rows)


def all_statuses(account: Account, now: datetime) -> list[tuple[AwsBudget | Budget, BudgetStatus]]:
    """Budgets that an account's alerts are about: AWS's of the account, own ones of it, and those of no account."""
    first = Account.objects.order_by("pk").first()
    own = Budget.objects.select_related("account", "stack", "team")
    mine = [row for row in own if _account_of(row, first) == account.pk]
    rows: list[AwsBudget | Budget] = [*AwsBudget.objects.filter(account=account).select_related("account"), *mine]
    return [(row, status_of(row, now, bills)) for row, bills in _with_bills(rows, now.date())]


def _account_of(row: Budget, first: Account | None) -> int | None:
    """Whose alerts tell of it; of budgets over several accounts, the first's."""
    if row.account_id or row.stack:
        return row.account_id or (row.stack.account_id if row.stack else None)
    return first.pk if first else None
