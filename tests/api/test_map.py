"""The service map as JSON."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from dashboard.inventory.models import Account
from tests.factories import NOW, make_account, make_resource, make_stack, make_user
from tests.traces.builders import a_graph


@pytest.fixture
def account(db: None) -> Account:
    cache.clear()
    account = make_account()
    for stack, function in (("shop", "checkout"), ("bank", "ledger")):
        make_resource(make_stack(account, stack), function)
    a_graph(
        account, {("client", "checkout"): 10, ("checkout", "ledger"): 5, ("ledger", "table:accounts"): 5},
        at=NOW - timedelta(minutes=20), minutes=10,
    )  # fmt: skip
    return account


def test_boxes_lines_and_frames_have_their_places(api: Client, account: Account) -> None:
    answer = api.get("/api/v1/map").json()
    assert {box["name"] for box in answer["boxes"]} == {"Clients", "checkout", "ledger", "accounts"}
    assert all(line["d"].startswith("M") for line in answer["lines"])
    assert [frame["name"] for frame in answer["frames"]] == ["bank", "shop"]
    assert all(0 <= box["x"] <= answer["width"] and 0 <= box["y"] <= answer["height"] for box in answer["boxes"])


def test_a_stack_is_shown_with_its_neighbours(api: Client, account: Account) -> None:
    stack = account.stacks.get(name="shop")
    answer = api.get(f"/api/v1/map?stack={stack.pk}").json()
    assert {box["name"] for box in answer["boxes"]} == {"Clients", "checkout", "ledger"}


def test_the_same_parameters_as_on_the_page(api: Client, account: Account) -> None:
    answer = api.get("/api/v1/map", {"find": "checkout", "collapse": "all", "colour": "latency"}).json()
    assert (answer["found"], answer["colour"]) == (1, "latency")


def test_what_does_not_exist_is_refused(api: Client, account: Account) -> None:
    assert api.get("/api/v1/map?colour=red").status_code == 400


def test_who_may_see_nothing_gets_an_empty_map(client: Client, now: None, account: Account) -> None:
    client.force_login(make_user(see_all=False))
    assert client.get("/api/v1/map").json()["boxes"] == []


def test_who_is_not_signed_in_is_told_so(client: Client, account: Account) -> None:
    assert client.get("/api/v1/map").status_code == 401
