"""What is spent, what it will come to, and the cap that is not passed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from dashboard.aws.errors import AwsError, ErrorKind
from dashboard.inventory.models import Account
from dashboard.polls import months
from dashboard.polls.models import ApiUsage, Target
from dashboard.polls.read import projected, spent
from dashboard.polls.write import Outcome, begin, finish, lease_due, lift_caps, record_usage
from tests.polls.conftest import NOW, MakeTarget

ACTION = "cloudwatch:GetMetricData"


def spend(account: Account, amount: str, at: datetime = NOW) -> None:
    record_usage(account, {ACTION: (10, 1, Decimal(amount))}, at)


@pytest.mark.parametrize(
    ("now", "first", "after"),
    [
        (NOW, date(2026, 3, 1), date(2026, 4, 1)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_a_month_ends_where_the_next_begins(now: datetime, first: date, after: date) -> None:
    assert months.month_of(now) == (first, after)


def test_usage_of_a_day_adds_up(account: Account) -> None:
    spend(account, "0.25")
    spend(account, "0.50")
    usage = ApiUsage.objects.get()
    assert (usage.calls, usage.throttles, usage.cost) == (20, 2, Decimal("0.75"))


def test_only_this_month_counts(account: Account) -> None:
    spend(account, "3", NOW - timedelta(days=10))
    spend(account, "2", NOW)
    assert spent(account, NOW) == 2


def test_the_projection_adds_the_runs_to_come(account: Account, make_target: MakeTarget) -> None:
    spend(account, "1")
    make_target(last_cost=Decimal("0.01"), every=timedelta(hours=1))
    make_target(last_cost=Decimal("5"), paused_at=NOW)
    hours_left = 21 * 24 + 12
    assert projected(account, NOW) == 1 + Decimal("0.01") * hours_left


def test_collecting_pauses_before_the_cap_is_passed_and_says_so(account: Account, make_target: MakeTarget) -> None:
    account.monthly_cap = Decimal("10")
    account.save()
    spend(account, "9.95")
    target = make_target(last_cost=Decimal("0.06"))
    assert begin(lease_due(NOW, 1)[0], NOW) is None
    target.refresh_from_db()
    assert target.paused_at == NOW
    assert "$10.00" in target.paused_reason
    assert spent(account, NOW) < account.monthly_cap


def test_below_the_cap_a_run_gets_what_is_left_as_its_budget(account: Account, make_target: MakeTarget) -> None:
    account.monthly_cap = Decimal("10")
    account.save()
    spend(account, "9")
    make_target(last_cost=Decimal("0.06"))
    started = begin(lease_due(NOW, 1)[0], NOW)
    assert started
    assert started.budget == 1


def test_the_inventory_goes_on_under_a_passed_cap(account: Account, make_target: MakeTarget) -> None:
    account.monthly_cap = Decimal(0)
    account.save()
    make_target("inventory")
    started = begin(lease_due(NOW, 1)[0], NOW)
    assert started
    assert started.budget is None


def test_a_run_that_met_its_budget_pauses_its_target(account: Account, make_target: MakeTarget) -> None:
    target = make_target()
    started = begin(lease_due(NOW, 1)[0], NOW)
    assert started
    finish(started, Outcome(ok=True, points=5, error=AwsError(ErrorKind.CAPPED, ACTION, "Cap.", "Raise it.")), NOW)
    assert Target.objects.get(pk=target.pk).paused_at == NOW


def test_a_new_month_or_a_higher_cap_resumes_what_the_cap_had_paused(account: Account, make_target: MakeTarget) -> None:
    account.monthly_cap = Decimal("10")
    account.save()
    spend(account, "10")
    target = make_target(last_cost=Decimal("0.06"))
    by_hand = make_target(paused_at=NOW, paused_reason="Paused by anna")
    begin(lease_due(NOW, 1)[0], NOW)
    assert lift_caps(NOW) == 0
    assert lift_caps(datetime(2026, 4, 1, tzinfo=UTC)) == 1
    assert Target.objects.get(pk=target.pk).paused_at is None
    assert Target.objects.get(pk=by_hand.pk).paused_at == NOW
