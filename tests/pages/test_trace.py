"""The page of one trace: what happened in this request?"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.aws import XrayTrace
from dashboard.aws.trace_values import XrayServiceId
from dashboard.inventory.models import Account, Resource
from dashboard.pages.trace.rows import MOST
from dashboard.traces.models import TraceDocument
from dashboard.traces.write import want_document
from dashboard.traces.write.documents import note_failure, store_documents
from tests.factories import NOW, make_account, make_resource, make_stack, make_user
from tests.traces.fake_xray import a_summary, trace_id
from tests.traces.stored import REGION, a_node
from tests.traces.stored import store as store_summaries

AT = NOW - timedelta(minutes=10)
ID = trace_id(AT, 1)
QUERIES = 14
FUNCTION = "AWS::Lambda::Function"
THROWN = {
    "exceptions": [
        {
            "id": "e1",
            "type": "CardTimeout",
            "message": "paywise did not answer",
            "stack": [{"path": "pay.py", "line": 12, "label": "charge"}],
        }
    ]
}


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """What is queued, instead of a broker."""
    task = Mock()
    monkeypatch.setattr("dashboard.pages.trace.page.queue_trace", task)
    return task


@pytest.fixture
def account(db: None) -> Account:
    account = make_account()
    make_stack(account)
    return account


def part(identity: str, start: float, end: float, **more: Any) -> dict[str, Any]:
    moment = AT.timestamp()
    return {"id": identity, "name": identity, "start_time": moment + start, "end_time": moment + end, **more}


def checkout(**failing: Any) -> list[dict[str, Any]]:
    """A function that starts cold, reads a table and asks a provider; and a mail that goes out afterwards."""
    provider = part("paywise", 1, 3, namespace="remote", **failing)
    table = part(
        "DynamoDB", 0.5, 0.6, namespace="aws", aws={"operation": "GetItem", "table_name": "carts", "retries": 2}
    )
    publish = part("SNS", 3, 3.1, namespace="aws", aws={"operation": "Publish"})
    request = {"request": {"method": "POST", "url": "https://shop.example/checkout?s=1"}, "response": {"status": 502}}
    return [
        part("api", 0, 3.4, origin="AWS::ApiGateway::Stage", http=request, user="u-1"),
        part(
            "checkout",
            0.2,
            3.3,
            parent_id="api",
            origin=FUNCTION,
            annotations={"tenant": "acme"},
            metadata={"cart": {"items": 3}},
            subsegments=[part("Initialization", 0.2, 0.4), table, provider, publish],
        ),
        part("mailer", 3.2, 6, parent_id="SNS", origin=FUNCTION),
    ]


def store(account: Account, segments: list[dict[str, Any]], identity: str = ID) -> None:
    documents = tuple(json.dumps(one) for one in segments)
    store_documents(account, REGION, [XrayTrace(identity, documents)], NOW, timedelta(days=30))


@pytest.fixture
def failed(account: Account) -> Account:
    store(account, checkout(fault=True, cause=THROWN))
    return account


def shown(client: Client, query: str = "") -> HttpResponse:
    return client.get(f"/traces/{ID}/{query}")


def text(client: Client, query: str = "") -> str:
    return shown(client, query).content.decode()


def names(client: Client, query: str = "") -> list[str]:
    return [line.row.name for line in shown(client, query).context["shown"].lines]


def test_a_trace_that_nobody_has_opened_is_fetched_once(
    page: Client, account: Account, queued: Mock, django_capture_on_commit_callbacks: Any
) -> None:
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            html = text(page, f"?account={account.account_id}&region={REGION}")
        assert "Fetching the segments of this trace" in html
        assert "data-pending" in html
    queued.assert_called_once_with(TraceDocument.objects.get().pk)


@pytest.mark.parametrize(
    "query", ["", "?account=000000000009&region=eu-west-1", "?account=000000000001&region=us-east-1"]
)
def test_a_trace_of_nowhere_does_not_exist(page: Client, account: Account, queued: Mock, query: str) -> None:
    assert shown(page, query).status_code == 404
    assert not TraceDocument.objects.exists()


def test_what_is_no_trace_id_does_not_exist(page: Client, account: Account) -> None:
    assert page.get(f"/traces/nonsense/?account={account.account_id}&region={REGION}").status_code == 404


def test_a_failed_fetch_says_what_is_missing_and_may_be_repeated(
    page: Client, account: Account, queued: Mock, django_capture_on_commit_callbacks: Any
) -> None:
    want_document(account, REGION, ID, NOW - timedelta(minutes=5))
    note_failure(TraceDocument.objects.get(), "xray:BatchGetTraces is not allowed. Add it to the role.", NOW)
    html = text(page)
    assert "xray:BatchGetTraces is not allowed. Add it to the role." in html
    assert "Try again" in html
    with django_capture_on_commit_callbacks(execute=True):
        assert shown(page, "?again=1").status_code == 302
    assert queued.called
    assert "Fetching the segments" in text(page)


def test_a_trace_older_than_x_ray_keeps_them_has_expired(page: Client, account: Account) -> None:
    old = trace_id(NOW - timedelta(days=40), 1)
    want_document(account, REGION, old, NOW)
    note_failure(TraceDocument.objects.get(), "X-Ray has no such trace.", NOW)
    assert "X-Ray keeps traces for 30 days" in page.get(f"/traces/{old}/").content.decode()


def test_documents_that_cant_be_read_are_an_error(page: Client, account: Account) -> None:
    store_documents(account, REGION, [XrayTrace(ID, ("{",))], NOW, timedelta(days=30))
    html = text(page)
    assert "could not be fetched" in html
    assert "1 segment could not be read" in html


def test_the_head_says_how_it_ended_where_and_why(page: Client, failed: Account) -> None:
    summary = shown(page).context["summary"]
    assert (summary.state, summary.verdict, summary.title) == ("warning", "Fault inside", "POST /checkout → 502")
    assert summary.sentence == "The failure arose in paywise."
    assert summary.first_exception == "CardTimeout: paywise did not answer"
    assert (round(summary.seconds, 3), round(summary.until_all_done or 0, 3)) == (3.4, 6.0)


def test_a_function_that_was_called_directly_tells_its_own_request(page: Client, account: Account) -> None:
    request = {"request": {"method": "GET", "url": "https://shop.example/v1/cart"}, "response": {"status": 200}}
    code = part("code", 0, 1, parent_id="outer", origin=FUNCTION, http=request) | {"name": "cart"}
    store(account, [part("outer", 0, 1, origin="AWS::Lambda") | {"name": "cart"}, code])
    assert shown(page).context["summary"].title == "GET /v1/cart → 200"


def test_a_queue_is_called_by_its_name(page: Client, account: Account) -> None:
    queue = part("q", 0, 1, parent_id="gone", inferred=True, origin="AWS::SQS::Queue")
    store(account, [queue | {"name": "https://sqs.eu-west-1.amazonaws.com/000000000001/captures"}])
    assert [line.name for line in shown(page).context["shown"].lines] == ["Missing segment", "captures"]


def test_a_good_trace_says_what_took_the_time(page: Client, account: Account) -> None:
    store(account, checkout())
    summary = shown(page).context["summary"]
    assert (summary.state, summary.verdict) == ("ok", "OK")
    assert summary.sentence == "paywise took 58.8 % of the time."


def test_a_trace_slower_than_nearly_all_good_ones_is_slow(page: Client, account: Account) -> None:
    store(account, checkout())
    a_node(account, "api", "AWS::ApiGateway::Stage")
    api = XrayServiceId("api", "AWS::ApiGateway::Stage", account.account_id)
    store_summaries(account, [a_summary(AT + timedelta(seconds=one), 0.3, services=(api,)) for one in range(100)])
    summary = shown(page).context["summary"]
    assert (summary.state, summary.verdict) == ("warning", "Slow")
    assert summary.sentence.startswith("95 % of good ones take less than 30")


def test_rows_are_a_tree_with_marks_and_bars(page: Client, failed: Account) -> None:
    lines = {line.row.name: line for line in shown(page).context["shown"].lines}
    assert [(name, line.level) for name, line in lines.items()] == [
        ("api", 1), ("checkout", 2), ("Initialization", 3), ("DynamoDB", 3), ("paywise", 3), ("SNS", 3), ("mailer", 4),
    ]  # fmt: skip
    assert [mark.word for mark in lines["paywise"].marks] == ["Fault", "Call"]
    assert [mark.word for mark in lines["Initialization"].marks] == ["Cold start"]
    assert (lines["DynamoDB"].detail, lines["DynamoDB"].service) == ("GetItem carts", "dynamodb")
    assert (lines["mailer"].x, lines["mailer"].width) == (533.33, 466.67)
    assert lines["mailer"].path == "M566.67 3H1000V13H566.67Z"


def test_the_critical_path_alone(page: Client, failed: Account) -> None:
    store(failed, [*checkout(), part("beside", 1.2, 1.4, parent_id="checkout")])
    assert "beside" in names(page)
    assert "beside" not in names(page, "?path=1")


def test_rows_under_one_percent_can_be_hidden(page: Client, account: Account) -> None:
    store(account, [*checkout(), part("blink", 1, 1.01, parent_id="checkout")])
    assert "blink" not in names(page, "?long=1")
    assert "paywise" in names(page, "?long=1")


def test_one_row_can_be_looked_into(page: Client, failed: Account) -> None:
    answer = shown(page, "?under=1").context["shown"]
    assert (answer.lines[0].row.name, answer.lines[0].level) == ("checkout", 1)
    assert (answer.lines[0].x, answer.ticks[0]) == (0.0, "200 ms")


def test_of_long_traces_the_failed_and_the_longest_are_shown(page: Client, account: Account) -> None:
    many = [part(f"n{at}", 0, 1 + at / 1000, parent_id="root") for at in range(800)]
    store(account, [part("root", 0, 10), *many, part("bad", 0, 0.1, parent_id="root", fault=True)])
    answer = shown(page).context["shown"]
    found = [line.row.name for line in answer.lines]
    assert (len(found), answer.folded) == (MOST, 802 - MOST)
    assert {"root", "bad", "n799"} <= set(found)
    assert "n0" not in found
    assert answer.lines[0].folded == 802 - MOST
    assert len(names(page, "?most=2000")) == 802


@pytest.mark.parametrize("query", ["?under=99", "?under=-1", "?most=many", "?most=9999999", "?under=²"])
def test_rows_that_do_not_exist_are_refused(page: Client, failed: Account, query: str) -> None:
    assert shown(page, query).status_code == 400


def test_problems_are_named(page: Client, account: Account) -> None:
    store(account, [part("lost", 0, 1, parent_id="gone")])
    assert "1 segment is missing: others name it as their parent" in text(page)


def test_a_segments_panel_tells_everything(page: Client, failed: Account) -> None:
    html = page.get(f"/traces/{ID}/rows/1/").content.decode()
    assert "&quot;items&quot;: 3" in html
    assert "tenant" in html
    assert "GetItem" in page.get(f"/traces/{ID}/rows/3/").content.decode()
    provider = page.get(f"/traces/{ID}/rows/4/").content.decode()
    assert "CardTimeout" in provider
    assert "pay.py:12" in provider


def test_a_segment_that_does_not_exist_is_not_there(page: Client, failed: Account) -> None:
    assert page.get(f"/traces/{ID}/rows/99/").status_code == 404


def test_metadata_nested_too_deeply_says_so(page: Client, account: Account) -> None:
    deep = json.loads('{"a":' * 400 + "1" + "}" * 400)
    store(account, [part("a", 0, 1, metadata=deep, aws={"x": deep})])
    assert "nested too deeply" in page.get(f"/traces/{ID}/rows/0/").content.decode()


def test_nodes_lead_to_their_resource(page: Client, failed: Account) -> None:
    resource = make_resource(failed.stacks.get(), "checkout")
    a_node(failed, "checkout", resource=resource)
    html = text(page)
    assert f'href="/resources/{resource.pk}/"' in html


def test_what_the_answer_waited_for_stands_first(page: Client, failed: Account) -> None:
    nodes = shown(page).context["nodes"]
    assert [one["time"].node.name for one in nodes][:2] == ["paywise", "checkout"]
    assert [one["share"] for one in nodes if one["time"].node.name == "mailer"] == [0.0]


@pytest.fixture
def outsider(client: Client, now: None, failed: Account) -> Iterator[Client]:
    """Somebody of the shop's team, where `checkout` belongs to another one."""
    shop, cards = Team.objects.create(name="Shop"), Team.objects.create(name="Cards")
    ours, theirs = make_stack(failed, "shop", team=shop), make_stack(failed, "cards", team=cards)
    a_node(failed, "api", "AWS::ApiGateway::Stage", make_resource(ours, "api", "apigateway_rest"))
    a_node(failed, "checkout", resource=make_resource(theirs, "checkout"))
    client.force_login(make_user("sam", see_all=False, teams=[shop]))
    return client


def test_services_of_other_teams_keep_their_time_alone(outsider: Client) -> None:
    assert names(outsider) == ["api", *["Hidden service"] * 5, "mailer"]
    html = text(outsider)
    theirs = Resource.objects.get(name="checkout")
    for secret in ("acme", "paywise", "carts", f"/resources/{theirs.pk}/"):
        assert secret not in html
    assert "Hidden service" in html
    panel = outsider.get(f"/traces/{ID}/rows/1/").content.decode()
    assert "This service belongs to another team" in panel
    assert "items" not in panel


def test_somebody_elses_trace_does_not_exist(client: Client, now: None, failed: Account) -> None:
    client.force_login(make_user("eve", see_all=False))
    assert shown(client).status_code == 404
    assert client.get(f"/traces/{ID}/rows/0/").status_code == 404


def test_everything_in_a_trace_is_text(page: Client, account: Account) -> None:
    evil = '<script>alert("x")</script>'
    hostile = part(
        evil, 0, 1, user=evil, annotations={evil: evil}, metadata={evil: evil}, fault=True,
        cause={"exceptions": [{"id": evil, "type": evil, "message": evil, "stack": [{"path": evil, "label": evil}]}]},
        http={"request": {"method": evil, "url": evil}}, sql={"sanitized_query": evil}, aws={evil: evil},
    )  # fmt: skip
    store(account, [hostile])
    assert "<script>alert" not in text(page)
    assert "<script>alert" not in page.get(f"/traces/{ID}/rows/0/").content.decode()


@pytest.mark.parametrize("at", [1.0, 99_999_999_999.0])
def test_a_time_of_no_sense_is_shown(page: Client, account: Account, at: float) -> None:
    store(account, [{"id": "a", "name": "a", "start_time": at, "end_time": at}])
    assert shown(page).status_code == 200


def test_few_queries_are_enough(page: Client, failed: Account, viewer: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        shown(page)
    assert len(queries) <= QUERIES, "\n".join(query["sql"][:150] for query in queries.captured_queries)
