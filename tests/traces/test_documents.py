"""Whole traces: wished for once, fetched from where they are, shown within what somebody may see."""

import json
from datetime import timedelta

import pytest

from dashboard.access.models import Team
from dashboard.access.roles import EVERYTHING, NOTHING, Scope
from dashboard.aws import AwsError, ErrorKind, XrayTrace
from dashboard.inventory.models import Account
from dashboard.traces.collect import fetch_document
from dashboard.traces.models import TraceDocument, TraceSource
from dashboard.traces.read import account_to_ask, document
from dashboard.traces.write import expire_traces, want_document
from dashboard.traces.write.documents import PATIENCE, store_documents
from tests.factories import make_account, make_resource, make_stack
from tests.traces.fake_xray import FakeXray, trace_id
from tests.traces.stored import NOW, REGION, a_node, ago

pytestmark = pytest.mark.django_db
ID = trace_id(ago(10), 1)
KEEP = timedelta(days=30)


@pytest.fixture
def account() -> Account:
    return make_account()


def segment(name: str, number: int, parent: int | None = None, **columns: object) -> str:
    start = ago(10).timestamp() + number / 100
    given = {
        "trace_id": ID,
        "id": f"{number:016x}",
        "name": name,
        "origin": "AWS::Lambda::Function",
        "start_time": start,
        "end_time": start + 0.1,
        **({"parent_id": f"{parent:016x}"} if parent else {}),
        **columns,
    }
    return json.dumps(given)


SEGMENTS = (
    segment("checkout-api", 1, annotations={"tenant": "acme"}),
    segment("payments", 2, 1, annotations={"vault": "open"}, fault=True),
)


def wanted(account: Account) -> TraceDocument:
    pk = want_document(account, REGION, ID, NOW)
    return TraceDocument.objects.select_related("account").get(pk=pk)


def fetch(account: Account, aws: FakeXray) -> TraceDocument:
    row = wanted(account)
    fetch_document(row, aws=aws, now=NOW, keep=KEEP)  # type: ignore[arg-type]
    row.refresh_from_db()
    return row


def denied(action: str) -> AwsError:
    return AwsError(ErrorKind.ACCESS_DENIED, action, f"{action} is not allowed.", f"Add {action} to the role.")


def test_a_wish_is_noted_once(account: Account) -> None:
    assert want_document(account, REGION, ID, NOW) == TraceDocument.objects.get().pk
    assert want_document(account, REGION, ID, NOW + PATIENCE / 2) is None


def test_a_wish_that_nobody_answered_may_be_repeated(account: Account) -> None:
    first = want_document(account, REGION, ID, NOW)
    assert want_document(account, REGION, ID, NOW + PATIENCE) == first


def test_what_is_there_is_not_wished_for(account: Account) -> None:
    store_documents(account, REGION, [XrayTrace(ID, SEGMENTS)], NOW, KEEP)
    assert want_document(account, REGION, ID, NOW + timedelta(days=1)) is None


@pytest.mark.parametrize("text", ["", "1-0-0", "../../etc", "1-" + "g" * 8 + "-" + "0" * 24, ID + " "])
def test_what_is_no_trace_id_is_not_wished_for(account: Account, text: str) -> None:
    assert want_document(account, REGION, text, NOW) is None
    assert not TraceDocument.objects.exists()


def test_a_whole_trace_is_fetched_and_kept_for_its_time(account: Account) -> None:
    row = fetch(account, FakeXray(documents={ID: SEGMENTS}))
    assert (row.error, row.fetched_at, row.expires_at) == ("", NOW, NOW + KEEP)
    found = document(EVERYTHING, ID)
    assert found
    assert found.segments == SEGMENTS
    assert found.waterfall
    assert [row.name for row in found.waterfall.rows] == ["checkout-api", "payments"]


def test_it_goes_when_its_time_is_over(account: Account) -> None:
    fetch(account, FakeXray(documents={ID: SEGMENTS}))
    expire_traces(NOW + KEEP - timedelta(seconds=1), KEEP)
    assert TraceDocument.objects.exists()
    expire_traces(NOW + KEEP, KEEP)
    assert not TraceDocument.objects.exists()


@pytest.mark.parametrize(
    ("destination", "here", "there", "asked"),
    [
        ("", True, False, ["batch"]),
        ("", False, True, ["batch", "retrieval"]),
        ("XRay", True, False, ["batch"]),
        ("XRay", False, False, ["batch"]),
        ("CloudWatchLogs", False, True, ["retrieval"]),
        ("CloudWatchLogs", True, False, ["retrieval", "batch"]),
    ],
)
def test_it_is_looked_for_where_the_account_keeps_its_traces(
    account: Account, destination: str, *, here: bool, there: bool, asked: list[str]
) -> None:
    if destination:
        TraceSource.objects.create(account=account, region=REGION, destination=destination, asked_at=NOW)
    aws = FakeXray(documents={ID: SEGMENTS} if here else {}, retrievable={ID: SEGMENTS} if there else {})
    row = fetch(account, aws)
    assert ["batch"] * len(aws.fetched) + ["retrieval"] * len(aws.retrieved) == sorted(asked)
    assert bool(row.segments) == (here or there)


def test_a_trace_that_is_nowhere_is_said_to_be(account: Account) -> None:
    row = fetch(account, FakeXray())
    assert row.error.startswith("X-Ray has no such trace")
    found = document(EVERYTHING, ID)
    assert found
    assert (found.waterfall, found.error) == (None, row.error)


def test_a_missing_permission_is_named(account: Account) -> None:
    row = fetch(account, FakeXray(fails=denied))
    assert row.error == "xray:BatchGetTraces is not allowed. Add xray:BatchGetTraces to the role."


def test_a_trace_that_could_not_be_fetched_may_be_asked_for_again(account: Account) -> None:
    row = fetch(account, FakeXray(fails=denied))
    assert want_document(account, REGION, ID, NOW + PATIENCE) == row.pk
    row.refresh_from_db()
    assert (row.error, row.fetched_at) == ("", None)


def test_what_is_being_fetched_is_neither_there_nor_wrong(account: Account) -> None:
    wanted(account)
    found = document(EVERYTHING, ID)
    assert found
    assert (found.waterfall, found.fetched_at, found.error) == (None, None, "")


def test_what_nobody_asked_for_is_not_there() -> None:
    assert document(EVERYTHING, ID) is None


def test_accounts_that_share_a_trace_have_each_their_part(account: Account) -> None:
    other = make_account("Second", 2)
    store_documents(account, REGION, [XrayTrace(ID, SEGMENTS[:1])], NOW, KEEP)
    store_documents(other, REGION, [XrayTrace(ID, SEGMENTS[1:])], NOW, KEEP)
    found = document(EVERYTHING, ID, "000000000002")
    assert found
    assert (found.account_id, found.segments) == ("000000000002", SEGMENTS[1:])


class TestScope:
    """A trace is shown to whom a part of it belongs; other teams' parts keep their time alone."""

    @pytest.fixture
    def teams(self, account: Account) -> dict[str, Scope]:
        scopes = {}
        for name, function in (("blue", "checkout-api"), ("red", "payments"), ("green", "elsewhere")):
            team = Team.objects.create(name=name)
            resource = make_resource(make_stack(account, name, team), function)
            a_node(account, function, resource=resource)
            scopes[name] = Scope(everything=False, team_ids=frozenset({team.pk}))
        store_documents(account, REGION, [XrayTrace(ID, SEGMENTS)], NOW, KEEP)
        return scopes

    def test_who_sees_all_sees_all(self, teams: dict[str, Scope]) -> None:
        found = document(EVERYTHING, ID)
        assert found
        assert found.hidden_nodes == frozenset()
        assert set(found.resources) == {
            ("checkout-api", "AWS::Lambda::Function"), ("payments", "AWS::Lambda::Function")
        }  # fmt: skip
        assert {service for _, service in found.resources.values()} == {"lambda"}

    def test_a_team_reads_nothing_of_others(self, teams: dict[str, Scope]) -> None:
        found = document(teams["blue"], ID)
        assert found
        assert found.waterfall
        assert [row.name for row in found.waterfall.rows] == ["checkout-api", "Hidden service"]
        assert "vault" not in repr(found)
        assert set(found.resources) == set(found.nodes) == {("checkout-api", "AWS::Lambda::Function")}

    def test_a_trace_without_a_part_of_ones_own_is_not_there(self, teams: dict[str, Scope]) -> None:
        assert document(teams["green"], ID) is None
        assert document(NOTHING, ID) is None

    def test_who_has_nothing_in_a_region_does_not_learn_that_a_trace_was_asked_for(
        self, teams: dict[str, Scope], account: Account
    ) -> None:
        TraceDocument.objects.update(segments=b"", fetched_at=None, region="us-east-1")
        assert document(teams["blue"], ID) is None
        assert document(EVERYTHING, ID) is not None

    def test_a_trace_may_be_asked_for_where_one_has_something(self, teams: dict[str, Scope], account: Account) -> None:
        assert account_to_ask(teams["blue"], account.account_id, REGION) == account
        assert account_to_ask(EVERYTHING, account.account_id, "us-east-1") == account
        assert account_to_ask(teams["blue"], account.account_id, "us-east-1") is None
        assert account_to_ask(NOTHING, account.account_id, REGION) is None
        assert account_to_ask(EVERYTHING, "999999999999", REGION) is None
