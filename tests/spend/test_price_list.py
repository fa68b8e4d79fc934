"""The price book compared with the price list: what changed, what stays, and what nobody can tell."""

from decimal import Decimal

import pytest

from dashboard.aws import PriceItem, PriceTier
from dashboard.catalog.prices.book import Book, Tier
from dashboard.spend.collect.price_list import Comparison, compare, say

REQUESTS, TRANSITIONS, DATABASE = "lambda-requests", "state-transitions", "rds:db.t4g.micro:postgres:multi"


def a_book(**prices: str) -> Book:
    return Book("eu-west-1", None, "", {name: (Tier(Decimal(0), Decimal(price)),) for name, price in prices.items()})


def an_item(usage_type: str, *prices: tuple[int, str], currency: str = "USD", **attributes: str) -> PriceItem:
    tiers = tuple(PriceTier(Decimal(begin), None, Decimal(price), currency, "Requests") for begin, price in prices)
    return PriceItem("sku", usage_type, "", "", attributes, tiers)


def compared(name: str, code: str, *items: PriceItem) -> Comparison:
    return compare(a_book(**{name: "0.0000002"}), {code: items})


@pytest.mark.parametrize("usage_type", ["EU-Request", "EUC1-Request", "Request"])
def test_a_unit_is_known_by_its_usage_type_in_every_region(usage_type: str) -> None:
    found = compared(REQUESTS, "AWSLambda", an_item(usage_type, (0, "0.0000003")))
    assert [(one.unit, say(one.before), say(one.after)) for one in found.changes] == [
        (REQUESTS, "0.0000002", "0.0000003")
    ]


@pytest.mark.parametrize("usage_type", ["EU-Request-ARM", "EU-Edge-Request", "EU-ApiGatewayRequest", ""])
def test_a_usage_type_that_only_looks_alike_is_another(usage_type: str) -> None:
    assert compared(REQUESTS, "AWSLambda", an_item(usage_type, (0, "0.0000003"))).unknown == (REQUESTS,)


def test_a_price_that_is_the_same_is_no_change() -> None:
    found = compared(REQUESTS, "AWSLambda", an_item("EU-Request", (0, "0.00000020")))
    assert (found.changes, found.unknown, set(found.prices)) == ((), (), {REQUESTS})


def test_what_is_free_is_left_out_for_pools_share_it() -> None:
    found = compared(TRANSITIONS, "AmazonStates", an_item("EU-StateTransition", (0, "0"), (4000, "0.000025")))
    assert found.prices[TRANSITIONS] == (Tier(Decimal(0), Decimal("0.000025")),)


def test_a_unit_at_two_prices_keeps_its_own() -> None:
    items = an_item("EU-Request", (0, "0.0000003")), an_item("EU-Request", (0, "0.0000004"))
    assert compared(REQUESTS, "AWSLambda", *items).unknown == (REQUESTS,)


def test_prices_in_another_currency_are_none() -> None:
    assert compared(REQUESTS, "AWSLambda", an_item("EU-Request", (0, "0.3"), currency="CNY")).unknown == (REQUESTS,)


def test_an_instance_is_known_by_its_class_engine_and_deployment() -> None:
    attributes = {"instanceType": "db.t4g.micro", "databaseEngine": "PostgreSQL"}
    single = an_item("EU-InstanceUsage", (0, "0.018"), deploymentOption="Single-AZ", **attributes)
    multi = an_item("EU-Multi-AZUsage", (0, "0.036"), deploymentOption="Multi-AZ", **attributes)
    assert compared(DATABASE, "AmazonRDS", single, multi).prices == {DATABASE: (Tier(Decimal(0), Decimal("0.036")),)}
