"""Findings of budgets: the cap that comes near, and shares of it that are spent or expected."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal

from django.urls import reverse

from dashboard.catalog.shape import Severity
from dashboard.core.money import format_money
from dashboard.core.units import Unit
from dashboard.inventory.models import Account
from dashboard.spend.found import BudgetStatus
from dashboard.spend.models import AwsBudget, Budget
from dashboard.spend.read.budgets import all_statuses
from dashboard.thresholds.finding import Finding, Outcome, Subject

KIND = "budget"
CAP, SPENT, EXPECTED = "budget_cap", "budget_actual", "budget_forecast"


def judge_budgets(account: Account, now: datetime) -> list[Finding]:
    """Judge every budget that the account's alerts are about."""
    return [one for row, status in all_statuses(account, now) for one in findings_of(account, row, status, now)]


def findings_of(account: Account, row: AwsBudget | Budget, status: BudgetStatus, now: datetime) -> list[Finding]:
    """The cap's finding, and the highest share of the actual and of the expected amount that is reached."""
    expected = status.forecast if status.forecast is not None else status.aws_forecast
    found = [_cap(_subject(account, row, status), status, now)]
    actual_shares, forecast_shares = shares_of(row)
    subject = found[0].subject
    if actual_shares:
        found.append(_share(subject, status, actual_shares, status.actual, now, metric=SPENT))
    if forecast_shares:
        found.append(_share(subject, status, forecast_shares, expected, now, metric=EXPECTED))
    return found


def shares_of(row: AwsBudget | Budget) -> tuple[list[Decimal], list[Decimal]]:
    """Percentages at which to tell, of the actual and of the expected amount."""
    if isinstance(row, Budget):
        return sorted(map(Decimal, row.actual_shares)), sorted(map(Decimal, row.forecast_shares))
    above = [one for one in row.notifications if one["comparison"] == "GREATER_THAN" and one["type"] == "PERCENTAGE"]
    actual, forecast = (
        sorted(Decimal(one["threshold"]) for one in above if one["kind"] == kind) for kind in ("ACTUAL", "FORECASTED")
    )
    return actual, forecast


def _subject(account: Account, row: AwsBudget | Budget, status: BudgetStatus) -> Subject:
    return Subject(
        f"{KIND}:{status.id}",
        account.pk,
        f"Budget {status.name}"[:300],
        stack_id=row.stack_id if isinstance(row, Budget) else None,
        money=True,
        page=reverse("budget", args=[status.id]),
    )


def _cap(subject: Subject, status: BudgetStatus, now: datetime) -> Finding:
    """Critical once the cap is fewer days away than the budget wants to be told of."""
    outcomes = {"critical": Outcome.BROKEN, "unknown": Outcome.UNKNOWN}
    finding = Finding(subject, CAP, Severity.CRITICAL, outcomes.get(status.state, Outcome.HOLDS))
    if finding.outcome is not Outcome.BROKEN:
        return finding
    return replace(
        finding,
        reason=f"{status.sentence} {_spent(status)}",
        value=status.used,
        line=1.0,
        unit=Unit.SHARE,
        since=_midnight(now),
        hint="Open the budget to see what is spent, and what is expected of its last days.",
    )


def _share(
    subject: Subject,
    status: BudgetStatus,
    shares: Sequence[Decimal],
    amount: Decimal | None,
    now: datetime,
    *,
    metric: str,
) -> Finding:
    finding = Finding(subject, metric, Severity.WARNING, Outcome.UNKNOWN if amount is None else Outcome.HOLDS)
    passed = list(_passed(shares, amount, status.limit))
    if amount is None or not passed:
        return finding
    words = "spent" if metric == SPENT else "expected"
    return replace(
        finding,
        outcome=Outcome.BROKEN,
        reason=f"{format_money(amount, status.currency)} {words} of {format_money(status.limit, status.currency)}: "
        f"more than {passed[-1].normalize():f} %.",
        value=float(amount / status.limit),
        line=float(passed[-1] / 100),
        unit=Unit.SHARE,
        since=_midnight(now),
    )


def _passed(shares: Sequence[Decimal], amount: Decimal | None, limit: Decimal) -> Iterable[Decimal]:
    if amount is None or not limit:
        return ()
    return [share for share in shares if amount * 100 >= share * limit]


def _spent(status: BudgetStatus) -> str:
    spent, limit = (format_money(one, status.currency) for one in (status.actual, status.limit))
    return f"{spent} of {limit} are spent."


def _midnight(now: datetime) -> int:
    return int(datetime.combine(now.date(), time(), UTC).timestamp())
