"""Reading costs and budgets from the simulated AWS, over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dashboard import aws
from dashboard.aws import AwsError, ErrorKind, Meter, sessions
from dashboard.inventory.models import Account
from dashboard.inventory.read import connection_of
from dashboard.spend.collect import CostChoices, collect_budgets, collect_costs
from dashboard.spend.models import AwsBudget, BilledDay, BilledMonth, CostMonth, CostReading
from dashboard.spend.read.budgets import all_statuses
from tests.simulated_aws import PRODUCTION, SimulatedAws

CHOICES = CostChoices(60, ("environment",), ("team",))


@pytest.fixture
def account(db: None, simulated_aws: SimulatedAws) -> Iterator[Account]:
    sessions.forget()
    yield Account.objects.create(name="production", account_id=PRODUCTION, regions=["eu-west-1"])
    sessions.forget()


@pytest.fixture
def region(account: Account) -> aws.Region:
    return aws.open(connection_of(account), "us-east-1", Meter())


def bill() -> list[tuple[object, ...]]:
    columns = ("pair", "first", "second", "month", "currency", "unblended", "amortized")
    return sorted(CostMonth.objects.values_list(*columns))


def test_a_first_reading_brings_a_quarter_of_days_and_a_year_of_months_that_add_up(
    account: Account, region: aws.Region
) -> None:
    now = datetime.now(UTC)
    assert collect_costs(account, aws=region, now=now, choices=CHOICES).ok
    days = BilledDay.objects.filter(account=account)
    assert days.count() > 80
    assert all(abs(day.gap) < Decimal("0.01") for day in days)
    assert BilledMonth.objects.values("month").distinct().count() == 13


def test_reading_again_changes_no_day_that_is_settled(account: Account, region: aws.Region) -> None:
    now = datetime.now(UTC)
    collect_costs(account, aws=region, now=now, choices=CHOICES)
    settled = list(BilledDay.objects.filter(estimated=False).values_list("day", "unblended"))
    rows = len(bill())
    collect_costs(account, aws=region, now=now + timedelta(seconds=1), choices=CHOICES)
    again = dict(BilledDay.objects.filter(estimated=False).values_list("day", "unblended"))
    assert {day: again[day] for day, _ in settled} == dict(settled)
    assert len(bill()) == rows


def test_three_readings_of_a_first_day_stay_within_its_pages(account: Account, region: aws.Region) -> None:
    now = datetime.now(UTC)
    for number in range(3):
        collect_costs(account, aws=region, now=now + timedelta(seconds=number), choices=CHOICES)
    assert 0 < CostReading.objects.get().pages <= CHOICES.pages_per_day


def test_when_the_day_s_pages_are_used_up_nothing_is_asked(account: Account, region: aws.Region) -> None:
    now = datetime.now(UTC)
    CostReading.objects.create(account=account, pages_on=now.date(), pages=60)
    with pytest.raises(AwsError, match="60 pages were read today") as raised:
        collect_costs(account, aws=region, now=now, choices=CHOICES)
    assert raised.value.kind is ErrorKind.CAPPED
    assert not region.meter.calls


def test_budgets_come_with_their_notifications_and_history(account: Account, region: aws.Region) -> None:
    collect_budgets(account, aws=region, now=datetime.now(UTC))
    found = list(AwsBudget.objects.all())
    assert found
    assert any(one.notifications for one in found)
    assert any(one.history for one in found)


def test_what_we_add_up_of_a_whole_account_s_budget_is_what_aws_adds_up(account: Account, region: aws.Region) -> None:
    now = datetime.now(UTC)
    collect_budgets(account, aws=region, now=now)
    collect_costs(account, aws=region, now=now, choices=CHOICES)
    rows = {row.name: (row, status) for row, status in all_statuses(account, now)}
    row, ours = rows["Shop production monthly"]
    assert isinstance(row, AwsBudget)
    assert float(ours.actual) == pytest.approx(float(row.actual), rel=0.02)
