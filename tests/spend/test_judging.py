"""What was billed, judged: budgets whose cap is near, rises with their cause; told by findings, kept as rows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from dashboard import tasks
from dashboard.alerts.models import Alert
from dashboard.core.units import Unit
from dashboard.inventory.models import Account, Deploy
from dashboard.spend.models import Budget, UnexpectedRule, UnexpectedSpend
from dashboard.spend.write.anomalies import note_aws
from dashboard.spend.write.caps import judge_budgets
from dashboard.spend.write.unexpected import judge_spend
from dashboard.thresholds.finding import Outcome
from tests.factories import NOW, make_account, make_stack
from tests.spend.bills import TODAY, anomaly, bill

SPIKE = TODAY - timedelta(days=2)
LAMBDA = ("AWS Lambda", "EU-Lambda-GB-Second", "checkout")
SQS = ("Amazon Simple Queue Service", "EU-Requests", "checkout")


@pytest.fixture
def account(db: None) -> Account:
    return make_account()


def budget(**columns: Any) -> Budget:
    return Budget.objects.create(**{"name": "all", "limit": Decimal(320), "actual_shares": [80], **columns})


def outcomes(account: Account) -> dict[str, Outcome]:
    return {one.metric: one.outcome for one in judge_budgets(account, NOW)}


@pytest.mark.parametrize(
    ("limit", "outcome"), [(110, Outcome.BROKEN), (140, Outcome.HOLDS), (1000, Outcome.HOLDS), (50, Outcome.BROKEN)]
)
def test_a_budget_tells_three_days_before_its_cap(account: Account, limit: int, outcome: Outcome) -> None:
    bill(account, {LAMBDA: 10.0})
    budget(limit=Decimal(limit))
    assert outcomes(account)["budget_cap"] is outcome


def test_a_budget_tells_of_shares_that_are_spent_and_expected(account: Account) -> None:
    bill(account, {LAMBDA: 10.0})
    budget(limit=Decimal(250), actual_shares=[20, 80], forecast_shares=[100])
    told = {one.metric: one for one in judge_budgets(account, NOW)}
    assert told["budget_actual"].reason == "90.00 USD spent of 250 USD: more than 20 %."
    assert told["budget_forecast"].outcome is Outcome.BROKEN
    assert (told["budget_actual"].value, told["budget_actual"].unit) == (0.36, Unit.SHARE)


def test_a_budget_without_costs_is_neither_kept_nor_passed(account: Account) -> None:
    budget()
    assert outcomes(account)["budget_cap"] is Outcome.UNKNOWN


def test_what_budgets_and_rises_tell_is_for_those_who_may_see_money(account: Account) -> None:
    bill(account, {LAMBDA: 10.0}, {SPIKE: 40.0})
    budget()
    assert all(one.subject.money for one in [*judge_budgets(account, NOW), *judge_spend(account, NOW)])


def test_a_rise_is_told_once_with_its_stack_usage_and_deploy(account: Account) -> None:
    stack = make_stack(account, "checkout")
    at = NOW - timedelta(days=2)
    Deploy.objects.create(stack=stack, started_at=at, action="update", result="succeeded")
    bill(account, {LAMBDA: 10.0, SQS: 8.0}, {SPIKE: 40.0})
    found = judge_spend(account, NOW)
    assert [(one.subject.stack_id, one.outcome) for one in found] == [(stack.pk, Outcome.BROKEN)]
    row = UnexpectedSpend.objects.get()
    assert (row.where, row.amount, row.normal, row.day) == ("checkout", Decimal(98), Decimal(18), SPIKE)
    assert len(row.deploys) == 1
    assert {one["usage_type"] for one in row.drivers} == {LAMBDA[1], SQS[1]}


def test_a_rise_is_measured_against_the_share_that_its_rule_allows(account: Account) -> None:
    UnexpectedRule.objects.create(share=30)
    bill(account, {LAMBDA: 10.0}, {SPIKE: 15.0})
    (told,) = judge_spend(account, NOW)
    assert (told.value, told.line, told.unit) == (1.5, 0.3, Unit.SHARE)


def test_judging_again_changes_nothing(account: Account) -> None:
    bill(account, {LAMBDA: 10.0}, {SPIKE: 40.0})
    first = judge_spend(account, NOW)
    assert judge_spend(account, NOW + timedelta(hours=1)) == first
    assert UnexpectedSpend.objects.count() == 1


def test_a_rise_that_aws_took_back_is_none(account: Account) -> None:
    bill(account, {LAMBDA: 10.0}, {SPIKE: 40.0})
    judge_spend(account, NOW)
    bill(account, {LAMBDA: 10.0})
    assert judge_spend(account, NOW) == []
    assert not UnexpectedSpend.objects.exists()


@pytest.mark.parametrize(("share", "floor", "told"), [(20, 5, 1), (500, 5, 0), (20, 100, 0)])
def test_a_rise_counts_from_a_share_and_an_amount_on(account: Account, share: int, floor: int, told: int) -> None:
    UnexpectedRule.objects.create(share=share, floor=Decimal(floor))
    bill(account, {LAMBDA: 10.0}, {SPIKE: 40.0})
    assert len(judge_spend(account, NOW)) == told


def test_an_account_s_own_rule_comes_before_the_one_for_all(account: Account) -> None:
    UnexpectedRule.objects.create()
    UnexpectedRule.objects.create(account=account, muted=True)
    bill(account, {LAMBDA: 10.0}, {SPIKE: 40.0})
    assert judge_spend(account, NOW) == []


@pytest.mark.parametrize("aws_first", [True, False])
def test_what_aws_found_too_is_one_row(account: Account, aws_first: bool) -> None:
    bill(account, {LAMBDA: 10.0}, {SPIKE: 40.0})
    if aws_first:
        note_aws(account, [anomaly(SPIKE, LAMBDA[0])], NOW)
    judge_spend(account, NOW)
    if not aws_first:
        note_aws(account, [anomaly(SPIKE, LAMBDA[0])], NOW)
    assert [(one.where, one.from_aws) for one in UnexpectedSpend.objects.all()] == [("checkout", True)]


def test_a_new_bill_opens_alerts_of_its_cap_and_its_rise(account: Account) -> None:
    bill(account, {LAMBDA: 10.0}, {SPIKE: 40.0})
    budget(limit=Decimal(150), actual_shares=[])
    with time_machine.travel(NOW, tick=False):
        tasks.judge_money(account.pk)
    assert {(one.metric, one.money) for one in Alert.objects.all()} == {
        ("budget_cap", True),
        ("unexpected_spend", True),
    }
