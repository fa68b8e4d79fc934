"""The spend page: what it says of a bill, where its rows lead, what it says when there is none, and who may see it."""

import csv
import io
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dashboard.inventory.models import Account
from dashboard.pages.spend import caps, pieces
from dashboard.pages.spend import page as spend_page
from dashboard.pages.spend.table import safe
from dashboard.polls.models import ApiUsage, Target
from dashboard.spend.found import BudgetStatus, MonthFigures, SpendQuery, SpendTable, Unexpected
from dashboard.spend.live import Burn, Runaway
from dashboard.spend.models import BilledDay
from tests.factories import NOW, make_account, make_resource, make_stack, make_target, make_user
from tests.pages.spending import BUDGET, FIGURES, RISE, TODAY, table


@dataclass
class Bill:
    """What the reads answer, and what the page asked for last."""

    tables: tuple[SpendTable, ...] = ()
    figures: tuple[MonthFigures, ...] = (FIGURES,)
    rises: tuple[Unexpected, ...] = ()
    budgets: tuple[BudgetStatus, ...] = ()
    burn: Burn | None = None
    runaways: tuple[Runaway, ...] = ()
    asked: SpendQuery | None = None

    def tables_for(self, query: SpendQuery, now: object) -> tuple[SpendTable, ...]:
        self.asked = query
        return self.tables


@pytest.fixture
def bill(monkeypatch: pytest.MonkeyPatch) -> Bill:
    made = Bill(tables=(table({"checkout-prod": ["10", "20"], "orders-prod": ["4", "5.5"], "": ["0.5", "0"]}),))
    monkeypatch.setattr(spend_page, "spend_tables", made.tables_for)
    monkeypatch.setattr(pieces, "month_figures", lambda *_: made.figures)
    monkeypatch.setattr(spend_page, "unexpected", lambda *_: list(made.rises))
    monkeypatch.setattr(pieces, "burn_total", lambda *_: made.burn)
    monkeypatch.setattr(pieces, "runaways", lambda *_: list(made.runaways))
    for page in (pieces, caps):
        monkeypatch.setattr(page, "budget_statuses", lambda *_: list(made.budgets))
    monkeypatch.setattr(
        caps,
        "budget_status",
        lambda _scope, ident, _now: next((b for b in made.budgets if b.id == ident), None),
    )
    return made


@pytest.fixture
def account(db: None) -> Account:
    made = make_account()
    make_stack(made)
    long_ago = {"day": TODAY - timedelta(days=400), "unblended": 1, "amortized": 1, "gap": 0}
    BilledDay.objects.create(account=made, currency="USD", estimated=False, read_at=NOW, **long_ago)
    return made


@pytest.fixture
def operator(client: Client, db: None, now: None) -> Client:
    client.force_login(make_user("otto", "operator"))
    return client


def text_of(client: Client, address: str) -> str:
    """The page's words without its markup."""
    answer = client.get(address)
    assert answer.status_code == 200
    main = answer.content.decode().rpartition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


def test_the_month_stands_beside_its_end_the_last_one_and_the_error_of_the_forecast(
    operator: Client, account: Account, bill: Bill
) -> None:
    page = text_of(operator, "/spend/month/")
    for words in (
        "Month to date 231 USD",
        "settled until 8 Mar",
        "Month end, forecast 710 USD",
        "680 to 741 USD · usually 4.1 % off · AWS says 722 USD",
        "Last month, same days 200 USD",
        "640 USD in all",
    ):
        assert words in page


def test_the_nearest_cap_is_a_day(operator: Client, account: Account, bill: Bill) -> None:
    later = replace(BUDGET, id="own-2", name="Later", cap_day=TODAY + timedelta(days=9))
    bill.budgets = (later, BUDGET)
    page = text_of(operator, "/spend/ahead/")
    assert "Next budget cap Fri 13 Mar in 3 days · Shop in all, 92.6 % used" in page


def test_a_cap_that_is_passed_comes_before_all(operator: Client, account: Account, bill: Bill) -> None:
    bill.budgets = (BUDGET, replace(BUDGET, id="own-2", name="Passed", actual=Decimal(300), used=1.2, cap_day=TODAY))
    assert "Cap reached 120 % used Passed" in text_of(operator, "/spend/ahead/")


def test_without_a_budget_the_page_leads_to_setting_one(operator: Client, account: Account, bill: Bill) -> None:
    answer = operator.get("/spend/ahead/").content.decode()
    assert "no budget is set yet" in answer
    assert 'href="/spend/budgets/"' in answer


def test_a_rise_is_told_with_its_driver_and_the_deploy_before_it(
    operator: Client, account: Account, bill: Bill
) -> None:
    bill.rises = (RISE,)
    page = text_of(operator, "/spend/")
    for words in (
        "checkout-prod cost 76.20 USD on Sunday, 112 % over its normal 36.00 USD.",
        "AWS reported it too",
        "EU-Lambda-GB-Second in eu-west-1 of checkout-prod",
        "+33.40 USD, 83 %",
        "Deploy of checkout-prod, 8 Mar 09:00",
    ):
        assert words in page


def test_an_older_rise_is_marked_in_the_picture_alone(operator: Client, account: Account, bill: Bill) -> None:
    bill.tables = (table({"checkout-prod": ["10"] * 30}),)
    bill.rises = (replace(RISE, day=TODAY - timedelta(days=12)),)
    (section,) = operator.get("/spend/").context["sections"]
    assert section.unexpected == []
    assert [column.day for column in section.picture.columns if column.marks] == [TODAY - timedelta(days=12)]


@pytest.mark.parametrize(
    ("narrowed", "told"),
    [
        ("stack=checkout-prod", True),
        ("stack=checkout-prod&service=AWS+Lambda", True),
        ("stack=orders-prod", False),
        ("service=Amazon+DynamoDB", False),
    ],
)
def test_rises_that_have_nothing_to_do_with_what_is_shown_are_left_out(
    operator: Client, account: Account, bill: Bill, narrowed: str, told: bool
) -> None:
    bill.rises = (RISE,)
    (section,) = operator.get(f"/spend/?by=service&{narrowed}").context["sections"]
    assert bool(section.unexpected) is told


def test_what_moved_most_is_told_by_amount(operator: Client, account: Account, bill: Bill) -> None:
    bill.tables = (table({"a": ["10"], "b": ["10"], "c": ["10"]}, {"a": "9", "b": "15", "c": "10"}),)
    (section,) = operator.get("/spend/").context["sections"]
    assert [(one.label, one.extra) for one in section.movers] == [("b", Decimal(-5)), ("a", Decimal(1))]


def test_without_bills_of_the_days_before_nothing_is_compared(operator: Client, account: Account, bill: Bill) -> None:
    BilledDay.objects.all().update(day=TODAY - timedelta(days=40))
    page = text_of(operator, "/spend/")
    assert "There is nothing to compare with: bills were read from 29 Jan on" in page
    assert "Largest changes" not in page
    assert "30 days before" not in page


def test_what_is_spent_now_stands_with_its_measured_error(operator: Client, account: Account, bill: Bill) -> None:
    bill.burn = Burn(Decimal("5.12"), Decimal("61.4"), Decimal("4.2"), "USD", NOW, 0.063, (), None)
    assert "Burn rate now 5.12 USD/h up 22 % , worse 61.40 USD today · usually 6.3 % off" in text_of(
        operator, "/spend/ahead/"
    )


def test_a_runaway_comes_with_the_command_that_stops_it(operator: Client, account: Account, bill: Bill) -> None:
    resource = make_resource(make_stack(account, "media"), "resize")
    bill.runaways = (
        Runaway(
            resource_id=resource.pk,
            resource="resize",
            stack_id=resource.stack_id,
            stack="media",
            since=NOW,
            per_hour=Decimal("8.40"),
            normal_per_hour=Decimal("0.30"),
            by_tomorrow=Decimal(200),
            by_month_end=Decimal(1600),
            growth="doubles every 12 min",
            loop=("resize", "uploads", "resize"),
            command="aws lambda put-function-concurrency --function-name resize --reserved-concurrent-executions 0",
            sentence="resize costs 8.40 USD an hour, 28 times its normal.",
        ),
    )
    page = text_of(operator, "/spend/ahead/")
    assert page.index("resize costs 8.40 USD an hour") < page.index("Nearest budget cap")
    assert "It calls itself: resize → uploads → resize." in page
    assert "--reserved-concurrent-executions 0" in page


def test_a_row_leads_to_what_explains_it_and_a_chip_leads_back(operator: Client, account: Account, bill: Bill) -> None:
    (section,) = operator.get("/spend/?period=7d&basis=amortized").context["sections"]
    address = next(line.href for line in section.lines if line.row.label == "checkout-prod")
    assert address == "?period=7d&basis=amortized&stack=checkout-prod&by=service"
    answer = operator.get(f"/spend/{address}")
    assert bill.asked is not None
    assert (bill.asked.stack, bill.asked.cut, bill.asked.basis) == ("checkout-prod", "service", "amortized")
    (chip,) = answer.context["chips"]
    assert (chip.label, chip.value, chip.address) == ("Stack", "checkout-prod", "?period=7d&basis=amortized&by=stack")


@pytest.mark.parametrize(
    ("narrowed", "offered"),
    [
        ("", ["stack", "service", "usage_type", "region", "account", "team", "environment", "record_type"]),
        ("stack=shop", ["stack", "service", "usage_type", "region", "account", "team", "environment"]),
        (
            "service=AWS+IoT",
            ["stack", "service", "usage_type", "region", "account", "team", "environment", "record_type"],
        ),
    ],
)
def test_those_cuts_alone_are_offered_that_the_bill_can_answer(
    operator: Client, account: Account, bill: Bill, narrowed: str, offered: list[str]
) -> None:
    assert [key for key, _ in operator.get(f"/spend/?by=service&{narrowed}").context["cuts"]] == offered


def test_what_has_no_tag_leads_nowhere_and_is_explained(operator: Client, account: Account, bill: Bill) -> None:
    bill.tables = (replace(bill.tables[0], untagged=Decimal("4")),)
    answer = operator.get("/spend/")
    (section,) = answer.context["sections"]
    assert [line.href for line in section.lines if line.row.label == "not tagged"] == [""]
    assert "4.00 USD (10 %) carries no tag that says which stack it belongs to" in answer.content.decode()


def test_days_that_may_still_change_are_hatched_and_said(operator: Client, account: Account, bill: Bill) -> None:
    bill.tables = (table({"checkout-prod": ["10"] * 30}),)
    for number in (9, 2, 1):
        day = {"day": TODAY - timedelta(days=number), "unblended": 1, "amortized": 1, "gap": 0, "read_at": NOW}
        BilledDay.objects.create(account=account, currency="USD", estimated=True, **day)
    answer = operator.get("/spend/")
    assert "Costs of 1 Mar and from 8 Mar on may still change: AWS estimates them." in answer.content.decode()
    (section,) = answer.context["sections"]
    assert [column.day.day for column in section.picture.columns if column.estimated] == [1, 8, 9]


@pytest.mark.parametrize(
    ("address", "first", "last"),
    [
        ("", "2026-02-08", "2026-03-09"),
        ("?period=7d", "2026-03-03", "2026-03-09"),
        ("?period=month", "2026-03-01", "2026-03-10"),
        ("?period=last_month", "2026-02-01", "2026-02-28"),
        ("?period=custom&since=2026-01-05&until=2026-01-05", "2026-01-05", "2026-01-05"),
    ],
)
def test_days_are_chosen_in_the_address(
    operator: Client, account: Account, bill: Bill, address: str, first: str, last: str
) -> None:
    operator.get(f"/spend/{address}")
    assert bill.asked is not None
    start, end = bill.asked.window
    assert (start.isoformat(), (end - timedelta(days=1)).isoformat()) == (first, last)


@pytest.mark.parametrize(
    "address",
    [
        "?by=colour",
        "?period=century",
        "?basis=blended",
        "?columns=hour",
        "?by=record_type&stack=shop",
        "?period=custom&since=2026-02-30&until=2026-03-01",
        "?period=custom&since=2026-03-05&until=2026-03-01",
        "?period=custom&since=2020-01-01&until=2026-03-01",
        "?period=custom&since=2030-01-01&until=2030-03-01",
    ],
)
def test_an_address_that_means_nothing_is_refused(operator: Client, account: Account, bill: Bill, address: str) -> None:
    assert operator.get(f"/spend/{address}").status_code == 400
    assert operator.get(f"/spend/table.csv{address}").status_code == 400


def test_charges_and_accounts_narrow_the_question(operator: Client, account: Account, bill: Bill) -> None:
    make_account("Other", 2)
    operator.get("/spend/?charges=all&account=000000000001")
    assert bill.asked is not None
    assert (bill.asked.credits, bill.asked.accounts) == (True, frozenset({account.pk}))


def test_an_account_that_is_not_seen_is_none_instead_of_all(operator: Client, account: Account, bill: Bill) -> None:
    assert "No bill of this account was read" in text_of(operator, "/spend/?account=999999999999")
    operator.get("/spend/table.csv?account=999999999999")
    assert bill.asked is not None
    assert bill.asked.accounts == frozenset({0})


def test_each_currency_has_a_section_of_its_own(operator: Client, account: Account, bill: Bill) -> None:
    bill.tables = (*bill.tables, table({"china": ["7"]}, currency="CNY"))
    bill.figures = (FIGURES, replace(FIGURES, currency="CNY", to_date=Decimal(7)))
    sections = operator.get("/spend/").context["sections"]
    assert [(one.currency, one.table.total) for one in sections] == [("USD", Decimal(40)), ("CNY", Decimal(7))]
    month = text_of(operator, "/spend/month/")
    assert "Month to date 231 USD" in month
    assert "Month to date 7.00 CNY" in month


def csv_of(client: Client, address: str) -> list[list[str]]:
    answer = client.get(f"/spend/table.csv{address}")
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.content.decode())))


def test_the_csv_holds_every_digit_and_its_rows_add_up_to_its_total(
    operator: Client, account: Account, bill: Bill
) -> None:
    bill.tables = (table({"a": ["0.0000012", "1"], "b": ["2.10", "0"]}, {"a": "1.0000000001"}),)
    head, *rows, total = csv_of(operator, "")
    assert head == ["Stack", "Currency", "Basis", "From", "Until (exclusive)", "Before", "Amount", "Share"]
    assert [(row[0], row[6]) for row in rows] == [("b", "2.10"), ("a", "1.0000012")]
    assert sum(Decimal(row[6]) for row in rows) == Decimal(total[6]) == Decimal("3.1000012")
    assert total[5] == "1.0000000001"


@pytest.mark.parametrize(("columns", "number"), [("day", 30), ("week", 6), ("month", 2)])
def test_the_pivot_adds_up_in_both_directions(
    operator: Client, account: Account, bill: Bill, columns: str, number: int
) -> None:
    bill.tables = (table({"a": [f"0.{at:03}1" for at in range(30)], "b": ["2.00002"] * 30}),)
    head, *rows, total = csv_of(operator, f"?columns={columns}")
    width = len(head) - 6
    assert width == number
    for row in [*rows, total]:
        assert sum(map(Decimal, row[5:-1])) == Decimal(row[-1])
    for at in range(5, len(head)):
        assert sum(Decimal(row[at]) for row in rows) == Decimal(total[at])
    (section,) = operator.get(f"/spend/?columns={columns}").context["sections"]
    assert len(section.columns.labels) == number


def test_columns_that_a_new_cut_does_not_cross_give_way_to_the_plain_table(
    operator: Client, account: Account, bill: Bill
) -> None:
    assert operator.get("/spend/?by=team&columns=environment").context["state"].columns == ""


def test_names_that_spreadsheets_would_run_are_kept_from_running(
    operator: Client, account: Account, bill: Bill
) -> None:
    bill.tables = (table({"=HYPERLINK(1)": ["1"], "@SUM(A1)": ["1"], "+1": ["1"], "-1": ["1"], "\tx": ["1"]}),)
    _, *rows, _ = csv_of(operator, "")
    assert sorted(row[0] for row in rows) == ["'\tx", "'+1", "'-1", "'=HYPERLINK(1)", "'@SUM(A1)"]


@given(st.text(max_size=20))
def test_no_text_begins_as_a_formula_and_none_is_lost(text: str) -> None:
    kept = safe(text)
    assert not kept.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert kept.removeprefix("'") == text.removeprefix("'")


def test_what_observing_costs_is_shown_by_api(operator: Client, account: Account, bill: Bill) -> None:
    for days, cost in ((0, "0.20"), (1, "0.30"), (40, "9")):
        day = TODAY - timedelta(days=days)
        ApiUsage.objects.create(account=account, day=day, api="ce:GetCostAndUsage", calls=20, cost=Decimal(cost))
    page = text_of(operator, "/spend/observing/")
    assert "ce:GetCostAndUsage 40 0.50" in page
    assert "Shop 0.50 USD of" in page


def test_before_the_first_collection_the_page_says_what_will_come(
    operator: Client, account: Account, bill: Bill
) -> None:
    BilledDay.objects.all().delete()
    page = text_of(operator, "/spend/")
    assert "Cost Explorer has not been asked yet" in page
    assert "Month to date" not in page


def test_a_refusal_names_the_missing_permission(operator: Client, account: Account, bill: Bill) -> None:
    BilledDay.objects.all().delete()
    target = make_target(account, Target.Source.COSTS, failures=3, last_error="access_denied")
    target.last_error_text, target.last_error_action = "AWS refused the call.", "ce:GetCostAndUsage"
    target.save()
    page = text_of(operator, "/spend/")
    assert "Cost Explorer could not be read AWS refused the call. Allow ce:GetCostAndUsage" in page


def test_old_figures_stay_and_say_why_they_are_old(operator: Client, account: Account, bill: Bill) -> None:
    bill.figures = (replace(FIGURES, collected_at=NOW - timedelta(days=3), problem="The cap for asking is reached."),)
    page = text_of(operator, "/spend/month/")
    assert "Part of this page is missing The cap for asking is reached." in page
    assert "Month to date 3 d ago 231 USD" in page


def test_filters_that_leave_nothing_say_so(operator: Client, account: Account, bill: Bill) -> None:
    bill.tables = ()
    assert "Nothing was charged for this" in text_of(operator, "/spend/?service=AWS+IoT")


@pytest.mark.parametrize(
    "address",
    [
        "/spend/",
        "/spend/month/",
        "/spend/ahead/",
        "/spend/observing/",
        "/spend/table.csv",
        "/spend/budgets/",
        "/spend/budgets/aws-1/",
    ],
)
def test_who_may_not_see_money_sees_none_of_it(page: Client, account: Account, bill: Bill, address: str) -> None:
    answer = page.get(address)
    assert answer.status_code == 403
    assert "you may not see that" in answer.content.decode()
    assert "231" not in answer.content.decode()


def test_the_entry_is_there_for_those_alone_who_may_see_money(
    client: Client, account: Account, bill: Bill, now: None
) -> None:
    for name, role, listed in (("vera", "viewer", False), ("otto", "operator", True)):
        client.force_login(make_user(name, role))
        assert ('href="/spend/"' in client.get("/collectors/").content.decode()) is listed


def test_budgets_stand_by_urgency_with_the_day_of_their_cap(operator: Client, account: Account, bill: Bill) -> None:
    calm = replace(
        BUDGET, id="own-2", name="Calm", state="ok", cap_day=None, used=0.3, actual=Decimal(75), source="own"
    )
    bill.budgets = (calm, BUDGET)
    answer = operator.get("/spend/budgets/")
    assert [card.status.name for card in answer.context["budgets"]] == ["Shop in all", "Calm"]
    page = text_of(operator, "/spend/budgets/")
    for words in ("Fri 13 Mar, in 3 days", "80 % of actual: sent · 100 % of forecast: waiting", "680 to 741 USD"):
        assert words in page


def test_a_budgets_bar_holds_actual_forecast_cap_and_pace_on_one_scale(
    operator: Client, account: Account, bill: Bill
) -> None:
    bill.budgets = (BUDGET,)
    (card,) = operator.get("/spend/budgets/").context["budgets"]
    bar = card.picture
    assert bar.today < bar.actual < bar.cap < bar.forecast < bar.forecast_high < 1000
    assert card.pace == Decimal("72.58")  # 9 of 31 days


def test_a_caps_shows_the_periods_before(operator: Client, account: Account, bill: Bill) -> None:
    bill.budgets = (BUDGET,)
    answer = operator.get("/spend/budgets/aws-1/")
    assert [(one.day.month, one.over) for one in answer.context["history"]] == [(2, True), (1, False)]


def test_a_budget_that_is_not_there_is_not_found(operator: Client, account: Account, bill: Bill) -> None:
    assert operator.get("/spend/budgets/own-99/").status_code == 404


def test_without_budgets_the_page_says_what_one_is_for(operator: Client, account: Account, bill: Bill) -> None:
    assert "A budget tells days ahead when its cap will be reached." in text_of(operator, "/spend/budgets/")
