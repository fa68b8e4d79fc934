"""What is true of a trace becomes facts: generalised where it must be countable, cleaned because it is hostile."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.aws.trace_values import XrayRootCause, XrayServiceId
from dashboard.inventory.models import Account
from dashboard.traces.facts import (
    MOST_OF_A_TRACE,
    agent_family,
    clean,
    facts_of,
    general_url,
    name_and_type,
    node_label,
)
from dashboard.traces.models import TraceFact
from dashboard.traces.write import facts as dictionary
from dashboard.traces.write.facts import expire_facts, fact_ids
from tests.factories import make_account
from tests.traces.fake_xray import a_fault, a_summary

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = AT.date()


@pytest.mark.parametrize(
    ("url", "general"),
    [
        ("https://api.example.com/v1/orders", "https://api.example.com/v1/orders"),
        ("https://api.example.com/orders/123?token=secret#part", "https://api.example.com/orders/{id}"),
        ("https://user:password@api.example.com/a", "https://api.example.com/a"),
        ("/orders/123/items/9", "/orders/{id}/items/{id}"),
        ("/orders/6f9619ff-8b86-d011-b42d-00c04fc964ff", "/orders/{id}"),
        ("/orders/order-1234", "/orders/{id}"),
        ("/reports/2026-03-10", "/reports/{id}"),
        ("/blob/9e107d9d372bb6826bd81d3542a419d6", "/blob/{id}"),
        ("/session/eyJhbGciOiJIUzI1NiIsInR5", "/session/{id}"),
        ("/users/anna@example.com/edit", "/users/{id}/edit"),
        ("/v2/oauth2/authorize", "/v2/oauth2/authorize"),
        ("/list-payment-methods-v2-all", "/list-payment-methods-v2-all"),
        ("/added/facade", "/added/facade"),
        ("https://[::1/broken", ""),
        ("", ""),
        ("javascript:alert(1)", "alert(1)"),
    ],
)
def test_a_url_loses_what_names_one_thing_of_many(url: str, general: str) -> None:
    assert general_url(url) == general


@pytest.mark.parametrize(
    ("user_agent", "family"),
    [
        ("Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", "Chrome"),
        ("Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15", "Safari"),
        ("Mozilla/5.0 (X11; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox"),
        ("curl/8.5.0", "curl"),
        ("ELB-HealthChecker/2.0", "ELB-HealthChecker"),
        ("python-requests", "python-requests"),
        ("x" * 5000, "x" * 40),
        ("", ""),
    ],
)
def test_a_user_agent_becomes_its_family(user_agent: str, family: str) -> None:
    assert agent_family(user_agent) == family


@pytest.mark.parametrize(
    ("name", "type_", "other", "label"),
    [
        ("orders", "AWS::DynamoDB::Table", "", "orders (AWS::DynamoDB::Table)"),
        ("checkout", "AWS::Lambda", "", "checkout (AWS::Lambda::Function)"),
        ("psp.example.com", "", "", "psp.example.com"),
        ("ledger", "AWS::Lambda::Function", "444455556666", "ledger (AWS::Lambda::Function) 444455556666"),
        ("", "AWS::Lambda", "", ""),
    ],
)
def test_a_node_is_called_by_name_and_type(name: str, type_: str, other: str, label: str) -> None:
    assert node_label(name, type_, other) == label


def test_name_and_type_come_back() -> None:
    assert name_and_type("a (b) (remote) 444455556666") == ("a (b)", "remote")
    assert name_and_type("psp.example.com") == ("psp.example.com", "")


def test_numbers_in_messages_are_left_out_so_that_equal_failures_are_equal() -> None:
    service = XrayServiceId("orders", "AWS::Lambda", "")
    cause = XrayRootCause((service,), ("KeyError: order 12345678 of 6f9619ff-8b86-d011-b42d-00c04fc964ff, 3 left",))
    facts = dict(facts_of(a_fault(AT, fault_causes=(cause,))))
    assert facts["fault.exception"] == "KeyError: order {id} of {id}, 3 left"


def test_a_function_is_one_node_whatever_x_ray_calls_it() -> None:
    arn = "arn:aws:lambda:eu-west-1:111122223333:function:checkout"
    names = [XrayServiceId(name, "AWS::Lambda", "") for name in ("checkout", "checkout:live", arn)]
    facts = facts_of(a_summary(AT, services=tuple(names)))
    assert [value for key, value in facts if key == "node"] == ["checkout (AWS::Lambda::Function)"]


def test_nobody_can_flood_a_trace_with_facts() -> None:
    annotations = {f"key{number}": (str(number),) for number in range(500)}
    facts = facts_of(a_summary(AT, annotations=annotations))
    assert len(facts) == MOST_OF_A_TRACE
    assert ("node", "checkout-api (AWS::Lambda::Function)") in facts


@given(st.text(st.characters(), max_size=300))
def test_whatever_comes_can_be_stored_and_shown(text: str) -> None:
    service = XrayServiceId(text, text, text)
    cause = XrayRootCause((service,), (text,))
    summary = a_fault(
        AT, url=text, method=text, users=(text,), zones=(text,), client_ip=text, user_agent=text,
        annotations={text: (text,)}, services=(service,), entry=service, fault_causes=(cause,),
    )  # fmt: skip
    for key, value in facts_of(summary):
        assert 0 < len(key) <= 128
        assert 0 < len(value) <= 512
        assert (key + value).isprintable()
        (key + value).encode()


@given(st.text(max_size=50), st.integers(0, 20))
def test_cleaning_twice_changes_nothing(text: str, longest: int) -> None:
    assert clean(clean(text, longest), longest) == clean(text, longest)


@pytest.mark.django_db
class TestDictionary:
    """Facts have one id each, and no key can have so many that it drowns the others."""

    @pytest.fixture
    def account(self) -> Account:
        return make_account()

    def test_a_fact_has_one_id_for_good(self, account: Account) -> None:
        first = fact_ids(account.pk, {("a", "1"), ("a", "2")}, DAY)
        again = fact_ids(account.pk, {("a", "1"), ("b", "1")}, DAY)
        assert first["a", "1"] == again["a", "1"]
        assert TraceFact.objects.count() == 3

    def test_keys_and_values_are_not_mixed_up(self, account: Account) -> None:
        fact_ids(account.pk, {("a", "2"), ("b", "1")}, DAY)
        assert set(fact_ids(account.pk, {("a", "1"), ("b", "2")}, DAY)) == {("a", "1"), ("b", "2")}

    def test_accounts_have_facts_of_their_own(self, account: Account) -> None:
        other = make_account("Second", 2)
        ids = fact_ids(account.pk, {("a", "1")}, DAY), fact_ids(other.pk, {("a", "1")}, DAY)
        assert ids[0]["a", "1"] != ids[1]["a", "1"]

    def test_beyond_the_bound_values_are_called_other(self, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dictionary, "MOST_VALUES", 3)
        ids = fact_ids(account.pk, {("order", str(number)) for number in range(10)}, DAY)
        assert len(ids) == 10
        assert set(TraceFact.objects.values_list("value", flat=True)) == {"0", "1", "2", "(other)"}
        later = fact_ids(account.pk, {("order", "0"), ("order", "99"), ("colour", "red")}, DAY)
        other = TraceFact.objects.get(value="(other)").pk
        assert (later["order", "0"], later["order", "99"]) == (ids["order", "0"], other)
        assert TraceFact.objects.filter(value="red").exists()

    def test_more_people_are_known_than_other_values(self, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dictionary, "MOST_VALUES", 1)
        fact_ids(account.pk, {("user", "anna"), ("user", "bert"), ("client", "a"), ("client", "b")}, DAY)
        assert TraceFact.objects.filter(key="user").count() == 2
        assert set(TraceFact.objects.filter(key="client").values_list("value", flat=True)) == {"a", "(other)"}

    def test_beyond_the_bound_of_keys_facts_are_not_kept(
        self, account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dictionary, "MOST_KEYS", 2)
        ids = fact_ids(account.pk, {("a", "1"), ("b", "1"), ("c", "1")}, DAY)
        assert set(ids) == {("a", "1"), ("b", "1")}

    def test_facts_go_when_the_last_trace_that_had_them_has_gone(self, account: Account) -> None:
        fact_ids(account.pk, {("a", "old"), ("a", "used")}, date(2026, 1, 1))
        fact_ids(account.pk, {("a", "used")}, DAY)
        fact_ids(account.pk, {("a", "used")}, date(2026, 1, 2))  # a backfill changes nothing
        expire_facts(DAY, timedelta(days=30))
        assert list(TraceFact.objects.values_list("value", "seen_on")) == [("used", DAY)]
