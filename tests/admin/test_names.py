"""Stacks and resources in the admin's forms are typed by name; a preview says which field is wrong."""

import pytest
from django.test import Client

from dashboard.spend.models import Budget
from tests.factories import NOW, make_account, make_stack

ADD, PREVIEW = "/admin/dashboard/budget/add/", "/admin/dashboard/thresholdrule/preview/"
BUDGET = {"name": "Checkout", "period": "monthly", "limit": "100", "currency": "USD", "warn_days": "3"}


@pytest.mark.parametrize("typed", ["checkout", " checkout ", "{pk}"])
def test_a_stack_is_typed_by_its_name_or_picked_by_its_number(desk: Client, typed: str) -> None:
    stack = make_stack(make_account())
    make_stack(stack.account, "checkout", region="us-east-1", gone_at=NOW)
    desk.post(ADD, {**BUDGET, "stack": typed.format(pk=stack.pk)})
    assert Budget.objects.get().stack == stack


def test_a_name_that_no_stack_or_several_have_is_said(desk: Client) -> None:
    stack = make_stack(make_account(), "orders")
    make_stack(stack.account, "orders", region="us-east-1")
    for typed, told in (("basket", "No stack is called “basket”."), ("orders", "pick the stack with Find")):
        assert told in desk.post(ADD, {**BUDGET, "stack": typed}).content.decode()


def test_a_preview_says_which_field_it_waits_for(desk: Client) -> None:
    page = desk.get(PREVIEW, {"what": "lambda.duration_p95", "above": "900 ms"}).content.decode()
    assert "Severity: This field is required." in page
