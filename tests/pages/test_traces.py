"""The traces page: what is found, how it is narrowed, what is said of the bad ones."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.inventory.models import Account, Deploy, Stack
from dashboard.pages.traces.query import chips, read_search, with_pair
from dashboard.polls.models import Target
from tests.factories import make_account, make_resource, make_stack, make_user
from tests.traces.fake_xray import API, a_fault, a_summary
from tests.traces.stored import NOW, a_node, ago, store

QUERIES = 20
"""Search and root causes each read chunks, facts, nodes and deploys; the shell reads its own."""


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def account(db: None) -> Account:
    return make_account()


@pytest.fixture
def page(client: Client, db: None) -> Client:
    client.force_login(make_user("ada", "admin"))
    return client


def bad_version(account: Account, number: int = 40) -> None:
    """Good traces of version 41, and faults of version 42 alone."""
    good = [a_summary(ago(50 - minute), annotations={"version": ("41",)}) for minute in range(40)]
    bad = [a_fault(ago(9 - minute / 5), annotations={"version": ("42",)}) for minute in range(number)]
    store(account, [*good, *bad])


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_bad_traces_have_in_common_is_said_first(page: Client, account: Account) -> None:
    bad_version(account)
    context = page.get("/traces/?range=1h").context
    assert context["causes"]["facts"][0]["text"] == "version = 42"
    assert any("have version = 42, against 0 % of the good ones" in one for one in context["sentences"])


def test_a_cause_leads_to_the_traces_that_have_it(page: Client, account: Account) -> None:
    bad_version(account)
    address = page.get("/traces/?range=1h").context["causes"]["facts"][0]["address"]
    found = page.get(f"/traces/{address}").context["found"]
    assert (found.total, found.bad) == (40, 40)


def test_two_traces_prove_nothing(page: Client, account: Account) -> None:
    bad_version(account, number=2)
    assert "Too few bad or good traces to compare" in text_of(page, "/traces/?range=1h")


def test_all_good_is_said(page: Client, account: Account) -> None:
    store(account, [a_summary(ago(minute)) for minute in range(1, 30)])
    assert "No trace of this search failed" in text_of(page, "/traces/?range=1h&result=fault")


def test_bad_input_is_told_at_its_field_and_nothing_else_is_lost(page: Client, account: Account) -> None:
    bad_version(account)
    answer = page.get("/traces/?range=1h&min=soon&annotation=version:42")
    assert answer.context["errors"] == {
        "min": "“soon” is not a value. Write a number, alone or with µs, ms, s, min, h or d."
    }
    assert answer.context["found"].total == 40
    assert 'value="soon"' in answer.content.decode()


def test_every_condition_can_be_dropped(page: Client, account: Account) -> None:
    bad_version(account)
    found = page.get("/traces/?range=1h&result=bad&annotation=version:42&annotation=tenant:acme").context["chips"]
    assert [(chip.label, chip.value) for chip in found] == [("result", "failed"), ("version", "42"), ("tenant", "acme")]
    assert "annotation=version%3A42" not in found[1].address
    assert "annotation=tenant%3Aacme" in found[1].address


def test_the_scatter_leads_to_each_trace(page: Client, account: Account) -> None:
    bad_version(account)
    scatter = page.get("/traces/?range=1h").context["scatter"]
    assert {dot.kind for dot in scatter.dots} == {"ok", "fault"}
    assert scatter.dots[-1].kind == "fault"
    assert scatter.dots[0].href.startswith("/traces/1-")


def test_how_many_were_kept_of_how_many_is_said(page: Client, account: Account) -> None:
    bad_version(account)
    assert "80 kept of 160 that X-Ray sampled" in text_of(page, "/traces/?range=1h")


def test_hostile_annotations_stay_text(page: Client, account: Account) -> None:
    store(account, [a_fault(ago(5), annotations={"<b>": ("<img src=x onerror=alert(1)>",)}, url="https://x/<script>")])
    html = text_of(page, "/traces/?range=1h")
    assert "<img src=x" not in html
    assert "<script>" not in html.replace("<script ", "")


def test_a_deploy_after_which_it_got_worse_is_named(page: Client, account: Account) -> None:
    stack = make_stack(account, "checkout")
    a_node(account, API.name, API.type, make_resource(stack, "checkout-api"))
    bad_version(account)
    Deploy.objects.create(stack=stack, started_at=ago(12), action="update", result="succeeded")
    context = page.get("/traces/?range=1h").context
    assert [one["deploy"].stack_name for one in context["causes"]["deploys"]] == ["checkout"]
    assert context["sentences"][0].startswith("Since the deploy of checkout at 11:48, ")


def test_without_traces_it_says_why(page: Client, account: Account) -> None:
    Target.objects.create(
        account=account, region="eu-west-1", source="trace_graph", every=timedelta(minutes=1), due_at=NOW,
        last_error_action="xray:GetServiceGraph", last_error="access_denied", last_error_text="Allow it.",
    )  # fmt: skip
    html = text_of(page, "/traces/")
    assert "xray:GetServiceGraph" in html


def test_another_teams_traces_are_not_there(client: Client, account: Account) -> None:
    mine, theirs = Team.objects.create(name="Mine"), Team.objects.create(name="Theirs")
    for team in (mine, theirs):
        stack = make_stack(account, f"{team.name}-stack", team=team)
        a_node(account, f"{team.name}-api", resource=make_resource(stack, f"{team.name}-api"))
    user = make_user("vera", "viewer")
    user.user_permissions.clear()
    mine.members.add(user)
    client.force_login(user)
    bad_version(account)
    assert client.get("/traces/?range=1h").context["found"].total == 0


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("result", "awful", "“awful” is none of ok, bad, fault, error, throttle, slow."),
        ("max", "-3 s", "A duration is not negative."),
        ("stack", "x", "“x” is not the number of a stack."),
        ("node", "12", "“12” is not a node of the map, such as n12."),
        ("edge", "n1", "“n1” is not a connection of the map, such as n12-n15."),
        ("status", "9000", "“9000” is not an HTTP status from 100 to 599."),
        ("annotation", "version", "“version” is not of the form key:value."),
        ("order", "best", "“best” is none of newest, oldest, slowest, fastest."),
    ],
)
def test_what_cannot_be_read_is_told(name: str, text: str, told: str) -> None:
    assert read_search(QueryDict(f"{name}={text}")).errors == {name: told}


def test_a_whole_search_is_read() -> None:
    given = QueryDict(
        "result=bad&min=500 ms&max=3s&stack=3&edge=n1-n2&url=/a&method=post&status=502&user=u&annotation=k:v:w"
    )
    query = read_search(given).query
    assert (query.result, query.least_seconds, query.most_seconds, query.stack_id) == ("bad", 0.5, 3.0, 3)
    assert (query.edge, query.url, query.method, query.status, query.user) == ((1, 2), "/a", "POST", 502, "u")
    assert query.annotations == (("k", "v:w"),)


def test_one_more_condition_keeps_the_others() -> None:
    given = QueryDict("range=3h&annotation=a:1")
    assert with_pair(given, "annotation", "b:2") == "?range=3h&annotation=a%3A1&annotation=b%3A2"
    assert with_pair(given, "url", "/x") == "?range=3h&annotation=a%3A1&url=%2Fx"
    assert with_pair(given, "annotation", "a:1") == "?range=3h&annotation=a%3A1"


def test_chips_name_stacks_and_nodes() -> None:
    found = chips(QueryDict("stack=3&node=n4&min=0.5"), {"stack:3": "checkout", "node:n4": "orders"})
    assert [(chip.label, chip.value) for chip in found] == [
        ("at least", "500 ms"),
        ("stack", "checkout"),
        ("through", "orders"),
    ]


def test_many_traces_take_few_queries(page: Client, account: Account) -> None:
    bad_version(account)
    make_stack(account)
    assert Stack.objects.exists()
    with CaptureQueriesContext(connection) as queries:
        text_of(page, "/traces/?range=1h")
    assert len(queries) <= QUERIES, "\n".join(query["sql"][:150] for query in queries.captured_queries)
