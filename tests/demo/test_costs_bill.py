"""The simulated bill: late, growing, exact in its sums, the same at every reading."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.demo.world.billing.bill import Bill, unsettled
from dashboard.demo.world.billing.charges import COVERED, CREDIT, NEGATION, RECURRING, REFUND, TAX, UPFRONT, Charge
from dashboard.demo.world.billing.hours import Meter
from dashboard.demo.world.billing.pricing import priced
from dashboard.demo.world.billing.rates import RATES, first_price
from dashboard.demo.world.billing.selection import DIMENSIONS, grouping, matches
from dashboard.demo.world.billing.standing import day_of
from dashboard.demo.world.blueprints import DATA, PRODUCTION
from dashboard.demo.world.blueprints.storefront import SALE
from dashboard.demo.world.usage import usage_of
from dashboard.demo.world.world import World

ORIGIN = int(datetime(2026, 6, 17, 15, 20, tzinfo=UTC).timestamp()) // 60
NOW = ORIGIN * 60
TODAY = date(2026, 6, 17)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def bill() -> Bill:
    return Bill(World(1, ORIGIN))


def charges(bill: Bill, account_id: str, start: date, end: date, now: int = NOW) -> list[Charge]:
    return bill.charges(account_id, start, end, now)


def dollars(found: list[Charge]) -> float:
    return sum(one.unblended for one in found) / 1e10


def test_two_worlds_of_the_same_seed_have_the_same_bill(bill: Bill) -> None:
    other = Bill(World(1, ORIGIN))
    start = TODAY - 20 * DAY
    assert charges(bill, PRODUCTION, start, TODAY) == charges(other, PRODUCTION, start, TODAY)


def test_what_is_read_later_does_not_change_once_it_is_settled(bill: Bill) -> None:
    start, end = TODAY - 40 * DAY, TODAY - 17 * DAY
    assert charges(bill, DATA, start, end) == charges(bill, DATA, start, end, NOW + 3 * 86_400)


def test_yesterday_grows_until_it_is_whole(bill: Bill) -> None:
    seen = [
        dollars(charges(bill, PRODUCTION, TODAY - DAY, TODAY, NOW + hours * 3600)) for hours in (-16, -8, 0, 9, 24, 48)
    ]
    assert seen == sorted(seen)
    assert seen[0] < 0.9 * seen[-1]
    assert seen[-2] == seen[-1]


def test_nothing_is_known_of_tomorrow(bill: Bill) -> None:
    assert charges(bill, PRODUCTION, TODAY + DAY, TODAY + 3 * DAY) == []


def test_the_last_days_and_the_first_of_the_month_are_estimates() -> None:
    days = [TODAY - back * DAY for back in (0, 2, 3, 16, 47)]
    assert [unsettled(day_of(day), NOW) for day in days] == [True, True, False, True, False]


def lambda_of_yesterday(bill: Bill, now: int) -> float:
    found = [one for one in charges(bill, DATA, TODAY, TODAY + DAY, now) if "Lambda-GB-Second" in one.usage_type]
    return dollars(
        [one for one in found if dict(one.tags).get("aws:cloudformation:stack-name", "").startswith("image")]
    )


def test_the_looping_function_shows_in_the_bill_of_tomorrow_only(bill: Bill) -> None:
    usual = dollars(
        [
            one
            for one in charges(bill, DATA, TODAY - 7 * DAY, TODAY - 6 * DAY)
            if dict(one.tags).get("aws:cloudformation:stack-name") == "image-pipeline-prod" and "Lambda" in one.service
        ]
    )
    assert lambda_of_yesterday(bill, NOW) <= usual
    assert lambda_of_yesterday(bill, NOW + 86_400) > 10 * usual


def by_usage_type(bill: Bill, day: date) -> dict[str, float]:
    found: defaultdict[str, float] = defaultdict(float)
    for one in charges(bill, PRODUCTION, day, day + DAY):
        if dict(one.tags).get("aws:cloudformation:stack-name") == "storefront-edge-prod":
            found[one.usage_type] += one.unblended / 1e10
    return found


def test_one_past_day_has_a_spike_with_traffic_and_a_deploy_behind_it(bill: Bill) -> None:
    day = TODAY - SALE.days_ago * DAY
    spike, usual = by_usage_type(bill, day), by_usage_type(bill, day - 7 * DAY)
    assert spike["EU-DataTransfer-Out-Bytes"] > 1.6 * usual["EU-DataTransfer-Out-Bytes"]
    (stack,) = (one for one in bill.world.plan.stacks if one.name == "storefront-edge-prod")
    at = [datetime.fromtimestamp((ORIGIN - deploy.minutes_ago) * 60, UTC) for deploy in stack.deploys]
    assert datetime(day.year, day.month, day.day, 7, 30, tzinfo=UTC) in at


def test_there_are_thirteen_months_with_growth_and_a_weekly_rhythm(bill: Bill) -> None:
    found = [one for one in charges(bill, PRODUCTION, date(2025, 5, 1), date(2026, 6, 1)) if one.record_type == "Usage"]
    months: defaultdict[str, float] = defaultdict(float)
    weekdays: defaultdict[int, float] = defaultdict(float)
    for one in found:
        day = date(1970, 1, 1) + one.day * DAY
        months[f"{day:%Y-%m}"] += one.unblended / 1e10
        weekdays[day.weekday()] += one.unblended
    assert len(months) == 13
    assert months["2026-05"] > 1.2 * months["2025-05"]
    assert weekdays[6] > 1.05 * weekdays[1]


def test_amortized_and_unblended_cost_differ_where_a_savings_plan_was_bought(bill: Bill) -> None:
    start, end = date(2026, 1, 1), date(2026, 2, 1)
    found = charges(bill, PRODUCTION, start, end)
    kinds = {one.record_type for one in found}
    assert {COVERED, NEGATION, RECURRING, UPFRONT} <= kinds
    assert dollars([one for one in found if one.record_type == UPFRONT]) == pytest.approx(1095)
    assert sum(one.unblended - one.amortized for one in found) > 0
    covered = [one for one in found if one.record_type in {COVERED, NEGATION}]
    assert sum(one.unblended for one in covered) == 0
    later = charges(bill, PRODUCTION, date(2026, 3, 1), date(2026, 4, 1))
    assert sum(one.amortized - one.unblended for one in later) / 1e10 == pytest.approx(3.0 * 31, rel=0.01)


def test_the_data_account_has_no_plan_no_credit_and_no_refund(bill: Bill) -> None:
    found = charges(bill, DATA, date(2026, 1, 1), TODAY)
    assert {one.record_type for one in found} == {"Usage", TAX, "Support"}
    assert all(one.unblended == one.amortized for one in found)


def test_production_has_credits_a_refund_and_taxes_on_the_first(bill: Bill) -> None:
    found = charges(bill, PRODUCTION, date(2026, 5, 1), TODAY)
    assert dollars([one for one in found if one.record_type == CREDIT]) < 0
    assert dollars([one for one in found if one.record_type == REFUND]) == pytest.approx(-18.40)
    taxed = [one for one in found if one.record_type == TAX]
    assert {one.day for one in taxed} == {day_of(date(2026, 5, 1)), day_of(date(2026, 6, 1))}


UNSEEN = {"websocket-minutes", "dynamodb-gb-months", "log-gb"}
"""Units that no metric tells, besides requests to buckets whose request metrics are off."""
UNMEASURED = {"Amazon Cognito", "AmazonCloudWatch", "EC2 - Other", "AWS Data Transfer", "Amazon Route 53",
              "AWS Cost Explorer", "AWS Secrets Manager"}  # fmt: skip


@pytest.mark.parametrize("account", [PRODUCTION, DATA])
def test_what_metrics_tell_at_list_prices_is_within_a_tenth_of_the_settled_bill(bill: Bill, account: str) -> None:
    day = TODAY - 4 * DAY
    flow = bill.world.flow(day_of(day) * 1440, day_of(day) * 1440 + 1440)
    told: defaultdict[str, float] = defaultdict(float)
    for one in bill.world.plan.components:
        for unit, amount in usage_of(one, flow).items() if one.account_id == account else ():
            if unit not in UNSEEN and (unit not in {"s3-reads", "s3-writes"} or one.get("request_metrics")):
                told[RATES[unit].service] += float(amount.sum()) * first_price(unit, one.region)
    billed: defaultdict[str, float] = defaultdict(float)
    for one in charges(bill, account, day, day + DAY):
        if one.record_type in {"Usage", COVERED}:
            billed[one.service] += one.unblended / 1e10
    measured = {service for service, dollars in billed.items() if dollars > 0.01} - UNMEASURED
    assert len(measured) >= 9
    assert {service: told[service] for service in measured} == pytest.approx(
        {service: billed[service] for service in measured}, rel=0.1
    )


def test_much_is_tagged_and_some_is_not(bill: Bill) -> None:
    found = charges(bill, PRODUCTION, TODAY - 10 * DAY, TODAY - 3 * DAY)
    untagged = dollars([one for one in found if not dict(one.tags).get("aws:cloudformation:stack-name")])
    assert 0.03 < untagged / dollars(found) < 0.3


WINDOWS = st.tuples(st.integers(3, 60), st.integers(1, 30))


@settings(max_examples=25, deadline=None)
@given(window=WINDOWS, account=st.sampled_from([PRODUCTION, DATA]), key=st.sampled_from(sorted(DIMENSIONS)))
def test_groups_sum_to_the_total_to_the_last_digit(bill: Bill, window: tuple[int, int], account: str, key: str) -> None:
    start = TODAY - window[0] * DAY
    found = charges(bill, account, start, min(start + window[1] * DAY, TODAY))
    groups: defaultdict[str, int] = defaultdict(int)
    name = grouping("DIMENSION", key)
    for one in found:
        groups[name(one)] += one.unblended
    assert sum(groups.values()) == sum(one.unblended for one in found)


@settings(max_examples=25, deadline=None)
@given(back=st.integers(3, 400), split=st.integers(1, 40), length=st.integers(2, 60))
def test_a_window_costs_what_its_parts_cost(bill: Bill, back: int, split: int, length: int) -> None:
    start = TODAY - back * DAY
    middle = start + min(split, length - 1) * DAY
    end = start + length * DAY
    whole, first, second = (
        sum(one.unblended for one in charges(bill, PRODUCTION, *window))
        for window in ((start, end), (start, middle), (middle, end))
    )
    assert whole == first + second


FILTERS = [
    {"Dimensions": {"Key": "SERVICE", "Values": ["AWS Lambda", "Amazon S3"]}},
    {"Tags": {"Key": "team", "Values": ["payments"]}},
    {"Tags": {"Key": "team", "MatchOptions": ["ABSENT"]}},
    {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Tax", "Credit"]}},
    {"Or": [{"Dimensions": {"Key": "REGION", "Values": ["global"]}}, {"Tags": {"Key": "owner", "Values": ["data"]}}]},
]  # fmt: skip


@pytest.mark.parametrize("one", FILTERS)
def test_a_filter_and_its_opposite_share_everything_between_them(bill: Bill, one: dict[str, object]) -> None:
    found = charges(bill, PRODUCTION, TODAY - 20 * DAY, TODAY)
    inside, outside = matches(one), matches({"Not": one})
    assert all(inside(charge) != outside(charge) for charge in found)


AMOUNTS = st.lists(st.floats(0, 3e6), min_size=1, max_size=31)


@given(amounts=AMOUNTS)
def test_the_free_million_is_free_once_a_month_and_the_rest_has_its_price(amounts: list[float]) -> None:
    meter = Meter(PRODUCTION, "eu-west-1", "sqs-requests", ())
    other = Meter(PRODUCTION, "us-east-1", "sqs-requests", ())
    days = [(number, {meter: amount, other: amount / 3}) for number, amount in enumerate(amounts)]
    cost = sum(one.dollars for one in priced(days))
    assert cost == pytest.approx(max(sum(amounts) * 4 / 3 - 1e6, 0) * 0.40e-6, abs=1e-6)


@given(amounts=AMOUNTS)
def test_tiers_are_passed_day_by_day_as_in_one_go(amounts: list[float]) -> None:
    meter = Meter(PRODUCTION, "us-east-1", "cloudfront-us-gb", ())
    by_day = sum(one.dollars for one in priced([(number, {meter: amount}) for number, amount in enumerate(amounts)]))
    at_once = sum(one.dollars for one in priced([(0, {meter: sum(amounts)})]))
    assert by_day == pytest.approx(at_once, abs=1e-6)


def test_a_terabyte_is_free_and_ten_cost_less_each_than_the_next() -> None:
    meter = Meter(PRODUCTION, "us-east-1", "cloudfront-us-gb", ())
    (one,) = priced([(0, {meter: 1024.0 * 12})])
    assert one.dollars == pytest.approx(10 * 1024 * 0.085 + 1024 * 0.080)
