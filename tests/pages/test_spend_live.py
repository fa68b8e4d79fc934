"""The page of live cost, and its pieces on pages of stacks and resources."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.inventory.models import Resource
from dashboard.spend.models import BurnStanding, RunawayCost
from tests.factories import NOW, make_account, make_resource, make_stack, make_user

RATES: dict[str, Any] = {
    "per_hour": Decimal("8.44"),
    "normal_per_hour": Decimal("0.05"),
    "today": Decimal(21),
    "at": NOW,
}
MOST_QUERIES = 12


@pytest.fixture
def money(client: Client, now: None, db: None) -> Client:
    client.force_login(make_user("mara", "operator"))
    return client


@pytest.fixture
def function(db: None) -> Resource:
    stack = make_stack(make_account(), "images")
    made = make_resource(stack, "make-thumbnail")
    BurnStanding.objects.create(resource=made, missing=["log data"], **RATES)
    BurnStanding.objects.create(stack=stack, **RATES)
    return made


def runs_away(function: Resource) -> None:
    RunawayCost.objects.create(
        resource=function, since=NOW, per_hour=8, normal_per_hour=0, by_tomorrow=200, by_month_end=4000,
        growth="doubles every 17 minutes", loop=["make-thumbnail", "uploads", "make-thumbnail"],
        command="aws lambda put-function-concurrency --function-name make-thumbnail", sentence="It costs a lot",
    )  # fmt: skip


def test_it_shows_rates_by_stack_service_and_resource(money: Client, function: Resource) -> None:
    html = money.get("/spend/live/").content.decode()
    for text in ("8.44", "images", "Functions", "make-thumbnail", "log data", "no settled bill yet"):
        assert text in html


def test_what_runs_away_comes_first_with_its_command(money: Client, function: Resource) -> None:
    runs_away(function)
    html = money.get("/spend/live/").content.decode()
    assert html.index("aws lambda put-function-concurrency") < html.index("By stack")
    assert "make-thumbnail → uploads → make-thumbnail" in html


@pytest.mark.parametrize("place", ["stacks/{stack}/burn/", "resources/{resource}/burn/"])
def test_a_piece_tells_the_rate_and_the_runaway(money: Client, function: Resource, place: str) -> None:
    runs_away(function)
    html = money.get("/" + place.format(stack=function.stack_id, resource=function.pk)).content.decode()
    assert "8.44" in html
    assert "aws lambda put-function-concurrency" in html


def test_nothing_estimated_is_said_and_is_no_zero(money: Client) -> None:
    html = money.get("/spend/live/").content.decode()
    assert "Nothing is estimated yet" in html
    assert "0.00" not in html


@pytest.mark.parametrize("place", ["spend/live/", "stacks/{stack}/burn/", "resources/{resource}/burn/"])
def test_who_may_not_see_money_is_refused(page: Client, function: Resource, place: str) -> None:
    assert page.get("/" + place.format(stack=function.stack_id, resource=function.pk)).status_code == 403


def test_it_asks_few_questions(money: Client, function: Resource) -> None:
    runs_away(function)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        money.get("/spend/live/")
    assert len(asked) <= MOST_QUERIES
