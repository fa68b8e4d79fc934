"""The price book against worked examples that AWS publishes, and what must hold of any price."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.catalog.prices.book import (
    FOLDER,
    FOLDERS,
    Tier,
    book,
    cost,
    look_in,
    marginal,
    paid_part,
    write_book,
)
from dashboard.catalog.prices.units import UNITS, unit_of

REGIONS = sorted(path.stem for path in FOLDER.glob("*.json"))
quantities = st.decimals(0, 10**11, places=3)


def charge(unit: str, quantity: int | str, region: str = "us-east-1") -> Decimal:
    """USD of a month's use of one unit alone, after what is free."""
    paid = paid_part(unit_of(unit).free, Decimal(quantity), Decimal(0))
    return cost(book(region).prices[unit], paid)


@pytest.mark.parametrize(
    ("unit", "quantity", "usd"),
    [
        # https://aws.amazon.com/lambda/pricing/ "Example 1: Mobile application backend": 3 million requests a month,
        # 120 ms each with 1,536 MB: 540,000 GB-s, of which 140,000 are paid; 2 million requests are paid.
        ("lambda-gb-seconds", 540_000, "2.33"),
        ("lambda-requests", 3_000_000, "0.40"),
        # https://aws.amazon.com/api-gateway/pricing/ "REST APIs": 5 million calls a month at 3.50 per million.
        ("rest-requests", 5_000_000, "17.50"),
        # The same page, "HTTP APIs": 1.00 per million for the first 300 million.
        ("http-requests", 100_000_000, "100.00"),
        # https://aws.amazon.com/dynamodb/pricing/on-demand/: 0.625 per million write and 0.125 per million read units.
        ("dynamodb-write-units", 2_000_000, "1.25"),
        ("dynamodb-read-units", 2_000_000, "0.25"),
        # https://aws.amazon.com/sqs/pricing/: the first million free, then 0.40 per million.
        ("sqs-requests", 2_000_000, "0.40"),
        # https://aws.amazon.com/step-functions/pricing/ "Example 1": 100,000 transitions past the free 4,000.
        ("state-transitions", 100_000, "2.40"),
        # https://aws.amazon.com/eventbridge/pricing/: custom events at 1.00 per million.
        ("events", 1_000_000, "1.00"),
        # https://aws.amazon.com/kinesis/data-streams/pricing/: four shards of 24 × 31 hours at 0.015;
        # 267,840,000 payload units at 0.014 per million.
        ("kinesis-shard-hours", 4 * 24 * 31, "44.64"),
        ("kinesis-put-units", 267_840_000, "3.75"),
        # https://aws.amazon.com/waf/pricing/: a web ACL 5.00 a month, 10 million requests at 0.60 per million.
        ("waf-acl-months", 1, "5.00"),
        ("waf-requests", 10_000_000, "6.00"),
        # https://aws.amazon.com/elasticloadbalancing/pricing/: 0.0225 an hour for 720 hours, one LCU at 0.008.
        ("alb-hours", 720, "16.20"),
        ("alb-lcu-hours", 720, "5.76"),
    ],
)  # fmt: skip
def test_a_month_costs_what_aws_says(unit: str, quantity: int, usd: str) -> None:
    assert charge(unit, quantity).quantize(Decimal("0.01")) == Decimal(usd)


@pytest.mark.parametrize("region", REGIONS)
def test_every_region_prices_every_unit_in_ascending_tiers(region: str) -> None:
    prices = book(region).prices
    assert set(UNITS) - set(prices) == set()
    for unit, tiers in prices.items():
        begins = [tier.begin for tier in tiers]
        assert begins[0] == 0, unit
        assert begins == sorted(set(begins)), unit
        assert all(tier.price > 0 for tier in tiers), unit


@pytest.mark.parametrize("region", REGIONS)
def test_delivered_prices_say_where_they_are_from_and_that_nobody_compared_them(region: str) -> None:
    found = book(region)
    assert found.region == region
    assert "https://aws.amazon.com/pricing/" in found.source
    assert found.read_on is None


def test_prices_that_were_kept_come_back_as_they_were(tmp_path: Path) -> None:
    kept = replace(book("eu-west-1"), read_on=date(2026, 11, 3), source="the list")
    write_book(kept, tmp_path)
    before = FOLDERS[-1]
    look_in(tmp_path)
    found = book("eu-west-1")
    look_in(before)
    assert found == kept


def test_an_unknown_region_has_the_prices_of_us_east_1_and_says_so() -> None:
    assert book("mars-north-1").region == "us-east-1"


@given(quantities, quantities)
def test_more_never_costs_less(some: Decimal, more: Decimal) -> None:
    for tiers in book("us-east-1").prices.values():
        assert cost(tiers, some + more) >= cost(tiers, some)


@given(quantities, quantities)
def test_a_month_in_two_parts_costs_what_it_costs_at_once(first: Decimal, second: Decimal) -> None:
    tiers = book("us-east-1").prices["lambda-gb-seconds"]
    assert cost(tiers, first) + cost(tiers, second, before=first) == cost(tiers, first + second)


def test_the_next_unit_costs_the_price_of_its_tier() -> None:
    tiers = (Tier(Decimal(0), Decimal(3)), Tier(Decimal(10), Decimal(2)))
    assert [marginal(tiers, Decimal(used)) for used in (0, 9, 10, 99)] == [3, 3, 2, 2]


@pytest.mark.parametrize(("used", "paid"), [(0, 0), (3, 0), (8, 3), (20, 5)])
def test_what_is_free_is_used_up_first(used: int, paid: int) -> None:
    assert paid_part(Decimal(10), Decimal(5), Decimal(used)) == paid
