"""What traces tell on the pages of stacks and resources."""

import pytest
import time_machine
from django.test import Client

from dashboard.access.models import Team
from dashboard.inventory.models import Account, Resource
from dashboard.pages.traced import together
from dashboard.traces.read.shape import Column, History
from tests.factories import make_account, make_alert, make_resource, make_stack, make_user
from tests.pages.test_latency import flow
from tests.traces.builders import a_graph
from tests.traces.fake_xray import API, a_fault
from tests.traces.stored import NOW, a_node, ago, store


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def account(db: None) -> Account:
    return make_account()


@pytest.fixture
def function(account: Account) -> Resource:
    return make_resource(make_stack(account, team=Team.objects.create(name="Payments")), API.name)


@pytest.fixture
def page(client: Client, db: None) -> Client:
    client.force_login(make_user("ada", "admin"))
    return client


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("kind", ["stacks", "resources"])
def test_what_is_not_traced_says_so_and_leads_to_the_map(page: Client, function: Resource, kind: str) -> None:
    pk = function.stack_id if kind == "stacks" else function.pk
    html = text_of(page, f"/{kind}/{pk}/traced/")
    assert "Traces do not show this in the last 3 hours" in html
    assert "/map/?" in html


@pytest.mark.parametrize("kind", ["stacks", "resources"])
def test_the_pages_hold_a_place_for_it(page: Client, function: Resource, kind: str) -> None:
    pk = function.stack_id if kind == "stacks" else function.pk
    assert f'data-later="/{kind}/{pk}/traced/"' in text_of(page, f"/{kind}/{pk}/")


def test_the_stacks_piece_of_the_map_is_of_the_pages_window(page: Client, function: Resource) -> None:
    html = text_of(page, f"/stacks/{function.stack_id}/?range=24h")
    assert f"/api/v1/map?range=24h&amp;stack={function.stack_id}&amp;open={function.stack_id}" in html


def test_another_teams_latency_is_not_there(client: Client, function: Resource) -> None:
    stranger = make_user("vera", "viewer")
    stranger.user_permissions.clear()
    client.force_login(stranger)
    assert client.get(f"/resources/{function.pk}/traced/").status_code == 404
    assert client.get(f"/stacks/{function.stack_id}/traced/").status_code == 404


def test_several_entries_are_added_up() -> None:
    one = History(60, flow([0.1] * 3), None, [Column(0, flow([0.1] * 3))])
    other = History(60, flow([0.3] * 5), None, [Column(0, flow([0.3])), Column(60, flow([0.3] * 4))])
    both = together([one, other])
    assert both is not None
    assert both.whole.total == 8
    assert [(column.at, column.flow.total) for column in both.columns] == [(0, 4), (60, 4)]


def test_nothing_together_is_nothing() -> None:
    assert together([]) is None


def test_a_traced_function_shows_its_latency_and_its_last_bad_traces(page: Client, function: Resource) -> None:
    a_graph(function.account, {("client", API.name): 30}, at=ago(20), minutes=10)
    store(function.account, [a_fault(ago(5))])
    html = text_of(page, f"/resources/{function.pk}/traced/?range=1h")
    assert "within" in html
    assert "/traces/1-" in html


def test_an_alert_shows_the_failed_traces_of_its_time_and_leads_to_all_of_them(
    page: Client, function: Resource, account: Account
) -> None:
    traced = a_node(account, API.name, resource=function)
    store(
        account,
        [a_fault(ago(10), url="https://shop.example/orders"), a_fault(ago(300), url="https://shop.example/old")],
    )
    alert = make_alert(function, since=ago(20), opened_at=ago(15), seen_at=NOW)
    html = text_of(page, f"/alerts/{alert.pk}/traced/")
    assert "https://shop.example/orders" in html
    assert "https://shop.example/old" not in html
    assert f"node=n{traced.pk}" in html


def test_an_alert_of_what_is_not_traced_says_so(page: Client, function: Resource) -> None:
    alert = make_alert(function, since=ago(20), opened_at=ago(15), seen_at=NOW)
    assert "Traces do not show this" in text_of(page, f"/alerts/{alert.pk}/traced/")
