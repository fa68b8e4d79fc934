"""Reads an account's costs: everything is read before anything is stored, so that a failed page changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dashboard.aws import AwsError, CostAnomaly, CostDay, ErrorKind, GroupKey, Region
from dashboard.inventory.models import Account
from dashboard.spend.asking import (
    MONTHS,
    RECORD_TYPES,
    USAGE_ONLY,
    Question,
    days_to_ask,
    months_back,
    questions,
    tags_of,
)
from dashboard.spend.models import BilledDay, BilledMonth, CostReading
from dashboard.spend.write.anomalies import note_aws
from dashboard.spend.write.settled import store_days, store_forecast, store_months

ACTION = "ce:GetCostAndUsage"


@dataclass(frozen=True, slots=True)
class CostChoices:
    """What the settings say."""

    pages_per_day: int
    """Most pages of Cost Explorer that an account is asked for in a day, UTC."""
    environment_keys: Sequence[str]
    owner_keys: Sequence[str]


@dataclass(slots=True)
class Collected:
    """What one run brought: days with a cost, and the errors of what the rest can do without."""

    ok: bool
    points: int
    errors: list[AwsError] = field(default_factory=list)


def collect_costs(account: Account, *, aws: Region, now: datetime, choices: CostChoices) -> Collected:
    """Read what may have changed. Raises AwsError when costs can't be read, or when the day's pages are used up."""
    today, reading = now.date(), CostReading.objects.get_or_create(account=account)[0]
    before = reading.pages if reading.pages_on == today else 0
    if before >= choices.pages_per_day:
        raise AwsError(
            ErrorKind.CAPPED,
            ACTION,
            f"Cost Explorer was not asked: {before} pages were read today, at a cent each.",
            "Wait until tomorrow, or raise COST_PAGES_PER_DAY.",
        )
    asked = _pages(aws)
    collected = Collected(ok=True, points=0)
    try:
        _read(account, reading, collected, aws=aws, now=now, choices=choices)
    finally:
        reading.pages_on, reading.pages = today, before + _pages(aws) - asked
        reading.save(update_fields=("pages_on", "pages", "tags", "read_at"))
    return collected


def _pages(aws: Region) -> int:
    return sum(number for action, number in aws.meter.calls.items() if action.startswith("ce:"))


def _read(
    account: Account, reading: CostReading, collected: Collected, *, aws: Region, now: datetime, choices: CostChoices
) -> None:
    today = now.date()
    _read_tags(reading, collected, today, aws=aws, choices=choices)
    window = _window(account, today)
    if not BilledMonth.objects.filter(account=account).exists():
        start = months_back(today, MONTHS)
        months = aws.costs(
            start, today.replace(day=1), by=[GroupKey("DIMENSION", "SERVICE")], granularity="MONTHLY", where=USAGE_ONLY
        )
        store_months(account, months)
    totals = aws.costs(*window, where=USAGE_ONLY)
    answers = {one.pair: _ask(aws, window, one) for one in questions(reading.tags)}
    answers[RECORD_TYPES.pair] = _ask(aws, window, RECORD_TYPES, filtered=False)
    collected.points = store_days(account, window, totals, answers, now)
    reading.read_at = now
    _read_forecast(account, collected, aws, now)
    note_aws(account, _anomalies(collected, aws, today), now)


def _read_tags(reading: CostReading, collected: Collected, today: date, *, aws: Region, choices: CostChoices) -> None:
    """Once a day is enough; without the permission, what was known stands."""
    if reading.read_at is not None and reading.read_at.date() == today:
        return
    try:
        reading.tags = tags_of(aws.cost_tags(), choices.environment_keys, choices.owner_keys)
    except AwsError as error:
        collected.errors.append(error)


def _window(account: Account, today: date) -> tuple[date, date]:
    days = BilledDay.objects.filter(account=account)
    newest = days.order_by("-day").values_list("day", flat=True).first()
    estimated = days.filter(estimated=True).order_by("day").values_list("day", flat=True).first()
    return days_to_ask(today, newest, estimated)


def _ask(aws: Region, window: tuple[date, date], one: Question, *, filtered: bool = True) -> list[CostDay]:
    keys = [GroupKey(kind, key) for kind, key in one.by]  # type: ignore[arg-type] # the kinds are Cost Explorer's
    return aws.costs(*window, by=keys, where=USAGE_ONLY if filtered else None)


def _read_forecast(account: Account, collected: Collected, aws: Region, now: datetime) -> None:
    today = now.date()
    following = months_back(today, -1)
    try:
        store_forecast(account, aws.cost_forecast(today, following, granularity="MONTHLY"), now)
    except AwsError as error:
        collected.errors.append(error)


def _anomalies(collected: Collected, aws: Region, today: date) -> list[CostAnomaly]:
    try:
        return aws.cost_anomalies(today - timedelta(days=89), today)
    except AwsError as error:
        collected.errors.append(error)
        return []
