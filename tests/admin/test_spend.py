"""Admin of money: budgets as people write them, one rule for all."""

import pytest
from django.test import Client

from dashboard.spend.models import Budget, UnexpectedRule
from tests.factories import make_account, make_stack

ADD = "/admin/dashboard/budget/add/"
GIVEN = {
    "name": "Shop", "period": "monthly", "limit": "250", "currency": "usd", "warn_days": "3",
    "actual_shares": "100, 80 %", "forecast_shares": "",
}  # fmt: skip


def errors_of(desk: Client, address: str, data: dict[str, str]) -> dict[str, list[str]]:
    answer = desk.post(address, data)
    assert answer.status_code == 200
    found: dict[str, list[str]] = dict(answer.context["adminform"].form.errors)
    return found


def test_a_budget_is_written_as_people_write_it(desk: Client) -> None:
    desk.post(ADD, GIVEN)
    made = Budget.objects.get()
    assert (made.currency, made.actual_shares, made.forecast_shares) == ("USD", [80, 100], [])


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"actual_shares": "0"}, "actual_shares"),
        ({"actual_shares": "much"}, "actual_shares"),
        ({"currency": "$"}, "currency"),
        ({"limit": "0"}, "limit"),
        ({"warn_days": "91"}, "warn_days"),
    ],
)
def test_errors_stand_at_their_field(desk: Client, data: dict[str, str], field: str) -> None:
    assert field in errors_of(desk, ADD, {**GIVEN, **data})


def test_a_stack_lies_in_the_account_of_its_budget(desk: Client) -> None:
    stack, other = make_stack(make_account()), make_account("Other", 2)
    assert "account" in errors_of(desk, ADD, {**GIVEN, "stack": str(stack.pk), "account": str(other.pk)})


def test_there_is_one_rule_for_all_accounts(desk: Client) -> None:
    UnexpectedRule.objects.create()
    given = {"share": "30", "floor": "5"}
    assert "account" in errors_of(desk, "/admin/dashboard/unexpectedrule/add/", given)
