"""Money in a digest: for those who may see it, of settled days, narrowed like the digest."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from dashboard.access.roles import EVERYTHING, Scope
from dashboard.digests.content import SpendNews
from dashboard.digests.models import Schedule
from dashboard.digests.read import gather, plan_of
from dashboard.digests.read import spend as reading
from dashboard.inventory.models import Resource, Stack
from dashboard.spend.found import Basis, BudgetStatus, Cut, MonthFigures, SpendQuery, SpendRow, SpendTable, Unexpected
from dashboard.spend.live import Runaway
from tests.digests.conftest import due_of
from tests.factories import NOW

SETTLED = date(2026, 3, 8)
POOR = replace(EVERYTHING, money=False)


def row(key: str, amount: int, before: int, days: int, stack_id: int | None = None) -> SpendRow:
    daily = tuple([Decimal(amount) / days] * days)
    drill = {"stack" if stack_id else "service": key}
    return SpendRow(key, key, Decimal(amount), Decimal(before), None, 0.5, daily, stack_id, drill)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, stack: Stack) -> list[SpendQuery]:
    """A bill of two services, or two stacks; and what was asked of it."""
    queries: list[SpendQuery] = []

    def tables(query: SpendQuery, now: datetime) -> tuple[SpendTable, ...]:
        queries.append(query)
        count = (query.window[1] - query.window[0]).days
        days = tuple(query.window[0] + timedelta(days=number) for number in range(count))
        by_stack = (row("checkout", 120, 60, count, stack.pk), row("ledger", 90, 90, count, 999))
        rows = (
            by_stack if query.cut is Cut.STACK else (row("AWS Lambda", 140, 80, count), row("Amazon S3", 70, 70, count))
        )
        none = (None,) * count
        return (SpendTable(rows, Decimal(210), Decimal(150), "USD", days, SETTLED, None, none, none),)

    def months(scope: Scope, basis: Basis, accounts: frozenset[int], now: datetime) -> tuple[MonthFigures, ...]:
        amounts = (Decimal(n) for n in (900, 3000, 850, 2700, 3100, 3500))
        return (MonthFigures("USD", *amounts, 0.05, None, None, None, SETTLED, NOW),)

    monkeypatch.setattr(reading, "spend_tables", tables)
    monkeypatch.setattr(reading, "month_figures", months)
    return queries


def news(schedule: Schedule, scope: Scope = EVERYTHING) -> SpendNews | None:
    return gather(plan_of(schedule), scope, due_of(schedule), NOW).spend


def test_a_day_is_the_newest_that_is_settled(schedule: Schedule, asked: list[SpendQuery]) -> None:
    found = news(schedule)
    assert found
    assert asked[0].window == (SETTLED, SETTLED + timedelta(days=1))
    (usd,) = found.currencies
    assert (usd.period, usd.before, usd.month_to_date, usd.forecast) == (210, 150, 900, 3100)
    assert [one.day for one in usd.days][-1] == SETTLED
    assert not usd.days[-1].estimated


def test_who_may_not_see_money_is_told_nothing_of_it(schedule: Schedule, asked: list[SpendQuery]) -> None:
    assert news(schedule, POOR) is None
    assert asked == []


def test_a_digest_of_some_stacks_is_about_their_money_alone(
    schedule: Schedule, stack: Stack, asked: list[SpendQuery]
) -> None:
    schedule.only_stacks.add(stack)
    found = news(schedule)
    assert found
    (usd,) = found.currencies
    assert (usd.period, usd.before, usd.month_to_date) == (120, 60, None)
    assert [one.label for one in usd.movers] == ["checkout"]


def test_links_lead_to_the_same_days_and_the_same_service(schedule: Schedule, asked: list[SpendQuery]) -> None:
    found = news(schedule)
    assert found
    assert found.href.endswith("/spend/?period=custom&since=2026-03-08&until=2026-03-08&by=service")
    mover = found.currencies[0].movers[0]
    assert mover.href.endswith("&by=usage_type&service=AWS+Lambda")


def test_budgets_in_trouble_stand_first_and_those_without_any_are_left_out(
    schedule: Schedule, asked: list[SpendQuery], monkeypatch: pytest.MonkeyPatch
) -> None:
    calm = BudgetStatus(
        "own-1", "Calm", "own", "", "monthly", date(2026, 3, 1), date(2026, 4, 1), Decimal(100), Decimal(10), "USD",
        0.1, None, None, None, None, None, None, None, "ok", "Not reached.", (), (), None,
    )  # fmt: skip
    close = replace(calm, id="own-2", name="Close", state="warning", used=0.8, cap_day=date(2026, 3, 30))
    over = replace(calm, id="aws-3", name="Over", state="critical", used=1.1)
    monkeypatch.setattr(reading, "budget_statuses", lambda scope, now: [calm, close, over])
    found = news(schedule)
    assert found
    assert [one.name for one in found.budgets] == ["Over", "Close"]


def test_what_nobody_expected_is_told_of_the_digests_stacks(
    schedule: Schedule, stack: Stack, asked: list[SpendQuery], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = Unexpected(
        1, SETTLED, "Shop", "checkout", Cut.STACK, Decimal(120), Decimal(60), Decimal(60), "USD", 1.0, (), (), None,
        False, "checkout cost 120 USD, usually 60 USD", False,
    )  # fmt: skip
    theirs = replace(ours, id=2, where="ledger")
    monkeypatch.setattr(reading, "unexpected", lambda scope, start, end: [ours, theirs])
    assert [len(found.unexpected) for found in [news(schedule)] if found] == [2]
    schedule.only_stacks.add(stack)
    assert [found.unexpected[0].sentence for found in [news(schedule)] if found] == [ours.sentence]


def test_a_mail_to_somebody_without_the_right_has_no_money_in_it(
    schedule: Schedule, viewer: User, function: Resource, asked: list[SpendQuery]
) -> None:
    found = gather(plan_of(schedule), Scope(False, frozenset({function.stack.team_id or 0})), due_of(schedule), NOW)
    assert found.spend is None
    assert found.alerts


def test_what_burns_money_now_is_told_of_the_digests_stacks(
    schedule: Schedule, function: Resource, asked: list[SpendQuery], monkeypatch: pytest.MonkeyPatch
) -> None:
    burning = Runaway(
        function.pk, "checkout-api", function.stack_id, "checkout", NOW, Decimal(14), Decimal("1.2"), Decimal(330),
        Decimal(7000), "doubles every hour", (), "", "Burns 14 USD per hour, usually 1.2, since Mon 03:10.",
    )  # fmt: skip
    wanted: list[list[int]] = []

    def runaways(scope: Scope, now: datetime, stacks: list[int]) -> list[Runaway]:
        wanted.append(stacks)
        return [burning]

    monkeypatch.setattr(reading, "runaways", runaways)
    found = news(schedule)
    assert found
    assert [(one.name, one.sentence) for one in found.burning] == [("checkout-api", burning.sentence)]
    assert wanted == [[function.stack_id]]
