"""Spend pages over rows as they are collected: sums, drill-down, own stacks alone, few queries."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.access.write import create_user
from dashboard.inventory.models import Account, Stack
from dashboard.polls.models import Target
from dashboard.spend.models import AwsBudget, Budget, UnexpectedSpend
from tests.factories import NOW, make_account, make_stack, make_target, make_user
from tests.pages.spending import TODAY, bill_days

QUERIES = 12
LAMBDA, TABLES = "AWS Lambda", "Amazon DynamoDB"


@pytest.fixture
def account(db: None, now: None) -> Account:
    """Two stacks and something without a tag, billed for 90 days."""
    made = make_account()
    make_stack(made, "checkout", team=Team.objects.create(name="Payments"))
    make_stack(made, "orders")
    make_target(made, Target.Source.COSTS, timedelta(hours=3))
    bill_days(
        made,
        {
            (LAMBDA, "EU-Lambda-GB-Second", "checkout"): "3.10",
            (LAMBDA, "EU-Request", "checkout"): "0.0000001",
            (TABLES, "EU-WriteRequestUnits", "checkout"): "1.25",
            (TABLES, "EU-WriteRequestUnits", "orders"): "0.75",
            ("AWS Support", "Support", ""): "1",
        },
    )
    return made


@pytest.fixture
def operator(client: Client, account: Account) -> Client:
    client.force_login(make_user("otto", "operator"))
    return client


def rows_of(client: Client, address: str) -> dict[str, Decimal]:
    answer = client.get(f"/spend/table.csv{address}")
    assert answer.status_code == 200
    head, *rows = csv.reader(io.StringIO(answer.content.decode()))
    return {row[0]: Decimal(row[head.index("Amount")]) for row in rows}


def test_the_dearest_stack_stands_first_and_rows_add_up_to_the_digit(operator: Client) -> None:
    assert list(rows_of(operator, "").items()) == [
        ("checkout", Decimal("130.500003")),
        ("No stack tag", Decimal(30)),
        ("orders", Decimal("22.5")),
        ("Total", Decimal("183.000003")),
    ]


def test_every_row_leads_to_rows_that_add_up_to_it(operator: Client) -> None:
    def walk(address: str, depth: int) -> int:
        (section,) = operator.get(f"/spend/{address}").context["sections"]
        followed = 0
        for line in section.lines:
            if line.href:
                assert rows_of(operator, line.href)["Total"] == line.row.amount, line.href
                followed += 1 + (walk(line.href, depth - 1) if depth else 0)
        return followed

    assert walk("", 2) > 8


def test_all_cuts_share_one_total(operator: Client) -> None:
    totals = {rows_of(operator, f"?by={cut}")["Total"] for cut in ("stack", "service", "usage_type", "region")}
    assert totals == {Decimal("183.000003")}


@pytest.mark.parametrize(
    ("cut", "columns"),
    [
        ("stack", "service"),
        ("service", "stack"),
        ("usage_type", "stack"),
        ("team", "usage_type"),
        ("region", "service"),
        ("stack", "region"),
        ("usage_type", "region"),
    ],
)
def test_two_cuts_crossed_add_up_to_the_rows_of_the_one(operator: Client, cut: str, columns: str) -> None:
    answer = operator.get(f"/spend/table.csv?by={cut}&columns={columns}").content.decode()
    head, *rows = csv.reader(io.StringIO(answer))
    assert len(head) >= 7
    assert Decimal(rows[-1][-1]) == Decimal("183.000003")
    for row in rows:
        assert sum(map(Decimal, row[5:-1])) == Decimal(row[-1]), row[0]


def test_many_columns_end_in_one_for_all_others(operator: Client, account: Account) -> None:
    bill_days(
        make_account("Other", 2), {(LAMBDA, f"EU-Kind-{number:02}", "orders"): "1" for number in range(20)}, days=20
    )
    (section,) = operator.get("/spend/?by=stack&columns=usage_type").context["sections"]
    assert len(section.columns.labels) == 12
    assert section.columns.labels[-1] == "All others"
    assert sum(section.sums) == section.table.total


def test_a_member_of_a_team_sees_what_the_teams_stacks_cost(client: Client, account: Account) -> None:
    member = create_user("petra", "correct-horse-battery", "operator", see_all=False)
    Team.objects.get(name="Payments").members.add(member)
    client.force_login(member)
    assert rows_of(client, "") == {"checkout": Decimal("130.500003"), "Total": Decimal("130.500003")}
    assert "orders" not in client.get("/spend/").content.decode()


@pytest.fixture
def much(account: Account) -> Account:
    """Budgets and rises as well."""
    shown = {"period": "MONTHLY", "limit": 200, "actual": 60, "currency": "USD", "seen_at": NOW, "updated_at": NOW}
    for number in range(5):
        AwsBudget.objects.create(account=account, name=f"Budget {number}", **shown)
        Budget.objects.create(name=f"Own {number}", limit=150, stack=Stack.objects.get(name="checkout"))
        UnexpectedSpend.objects.create(
            account=account, day=TODAY - timedelta(days=number), cut="stack", where="checkout", amount=9, normal=4,
            currency="USD", found_at=NOW, drivers=[],
        )  # fmt: skip
    return account


@pytest.mark.parametrize(
    "address",
    [
        "/spend/",
        "/spend/?by=team",
        "/spend/?by=usage_type&stack=checkout&columns=week",
        "/spend/?by=service&columns=stack",
        "/spend/month/",
        "/spend/ahead/",
        "/spend/burning/",
        "/spend/tile/",
        "/spend/observing/",
    ],
)
def test_the_spend_page_takes_few_queries(operator: Client, much: Account, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert operator.get(address).status_code == 200
    assert len(queries) <= QUERIES, "\n".join(query["sql"][:150] for query in queries.captured_queries)


@pytest.mark.parametrize("address", ["/spend/budgets/", "/spend/budgets/own-1/", "/spend/table.csv"])
def test_budgets_and_files_take_few_queries(operator: Client, much: Account, address: str) -> None:
    address = address.replace("own-1", f"own-{Budget.objects.get(name='Own 1').pk}")
    with CaptureQueriesContext(connection) as queries:
        assert operator.get(address).status_code == 200
    assert len(queries) <= QUERIES, "\n".join(query["sql"][:150] for query in queries.captured_queries)


def test_a_stacks_page_fetches_what_it_was_billed(operator: Client, account: Account) -> None:
    shown = Stack.objects.get(name="checkout")
    assert f'data-later="/stacks/{shown.pk}/spend/"' in operator.get(f"/stacks/{shown.pk}/").content.decode()
    (one,) = operator.get(f"/stacks/{shown.pk}/spend/").context["settled"]
    assert (one.amount, one.before, one.href) == (
        Decimal("130.500003"),
        Decimal("130.500003"),
        "/spend/?stack=checkout&by=service",
    )


def test_a_stack_of_which_nothing_was_billed_says_why_that_may_be(operator: Client, account: Account) -> None:
    other = make_stack(account, "quiet")
    answer = operator.get(f"/stacks/{other.pk}/spend/").content.decode()
    assert "Nothing was billed with this stack's tag in 30 days" in answer


def test_who_may_not_see_money_is_shown_no_cost_of_a_stack(page: Client, account: Account) -> None:
    shown = Stack.objects.get(name="checkout")
    assert "/spend/" not in page.get(f"/stacks/{shown.pk}/").content.decode()
    assert page.get(f"/stacks/{shown.pk}/spend/").status_code == 403


def test_the_overview_fetches_the_month_against_the_next_cap(operator: Client, much: Account) -> None:
    assert 'data-later="/spend/tile/"' in operator.get("/").content.decode()
    (tile,) = operator.get("/spend/tile/").context["tiles"]
    assert (tile.label, tile.value, tile.unit) == ("Month to date", "54.90", "USD")
    assert tile.detail == "Budget 0: 27.5 % of 200 USD"


def test_unexpected_days_stand_in_the_overviews_timeline(operator: Client, much: Account) -> None:
    titles = [entry.title for entry in operator.get("/?range=7d").context["changes"]]
    assert "checkout: 5.00 USD more than normal on Sun 8 Mar" in titles


def test_the_overview_keeps_money_from_who_may_not_see_it(page: Client, much: Account) -> None:
    answer = page.get("/?range=7d")
    assert not [entry for entry in answer.context["changes"] if "USD" in entry.title]
    assert "/spend/" not in answer.content.decode()
