from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from dashboard.demo.world.tracing.filter_syntax import FilterError, parse
from dashboard.demo.world.tracing.filters import read_filter
from dashboard.demo.world.tracing.places import Place
from dashboard.demo.world.tracing.requests import Requests
from dashboard.demo.world.tracing.summaries import Summaries
from dashboard.demo.world.tracing.views import View
from dashboard.demo.world.world import World
from tests.demo.traces import annotated

ORIGIN = 29_700_000
START = (ORIGIN - 20) * 60

Summary = dict[str, Any]


@dataclass
class Traced:
    """Requests of two minutes of production, with their summaries."""

    parts: list[tuple[View, Requests, list[Summary]]]

    def kept(self, expression: str) -> tuple[list[Summary], list[Summary]]:
        """Summaries of requests that the filter keeps, and of all others."""
        matching = read_filter(expression)
        found: tuple[list[Summary], list[Summary]] = ([], [])
        for view, requests, summaries in self.parts:
            for summary, keep in zip(summaries, matching(view, requests).tolist(), strict=True):
                found[0 if keep else 1].append(summary)
        return found


@pytest.fixture(scope="module")
def traced() -> Traced:
    traces = World(1, ORIGIN).traces
    parts = []
    for view in traces.views(Place("111122223333", "eu-west-1")):
        for requests, _ in traces.requests(view, START, START + 120):
            summaries = Summaries(view, requests)
            parts.append((view, requests, [summaries.at(position) for position in range(len(requests))]))
    return Traced(parts)


def names(summary: Summary) -> set[str]:
    return {one["Name"] for one in summary["ServiceIds"]}


def is_ok(summary: Summary) -> bool:
    return not (summary["HasFault"] or summary["HasError"] or summary["HasThrottle"])


@pytest.mark.parametrize(
    ("expression", "meant"),
    [
        ("fault", lambda one: one["HasFault"]),
        ("fault = true", lambda one: one["HasFault"]),
        ("fault = false", lambda one: not one["HasFault"]),
        ("fault != true", lambda one: not one["HasFault"]),
        ("!fault", lambda one: not one["HasFault"]),
        ("NOT ok", lambda one: not is_ok(one)),
        ("ok", is_ok),
        ("error OR throttle", lambda one: one["HasError"] or one["HasThrottle"]),
        ("throttle AND NOT fault", lambda one: one["HasThrottle"] and not one["HasFault"]),
        ("partial", lambda one: one["IsPartial"]),
        ("responsetime > 1.0005", lambda one: one["ResponseTime"] > 1.0005),
        ("responsetime<=0.0505", lambda one: one["ResponseTime"] <= 0.0505),
        ("duration >= 2.0005 AND duration < 4.0005", lambda one: 2.0005 <= one["Duration"] < 4.0005),
        ("http.status = 502", lambda one: one["Http"]["HttpStatus"] == 502),
        ("http.status >= 400 and http.status != 429", lambda one: 400 <= one["Http"]["HttpStatus"] != 429),
        ('http.method = "GET"', lambda one: one["Http"].get("HttpMethod") == "GET"),
        ('http.url CONTAINS "/orders"', lambda one: "/orders" in one["Http"].get("HttpURL", "")),
        ('http.url ENDSWITH "/products"', lambda one: one["Http"].get("HttpURL", "").endswith("/products")),
        ('http.clientip BEGINSWITH "203.0."', lambda one: one["Http"].get("ClientIp", "").startswith("203.0.")),
        ('user BEGINSWITH "ada"', lambda one: any(u["UserName"].startswith("ada") for u in one["Users"])),
        ("user", lambda one: bool(one["Users"])),
        ('annotation.currency = "PLN"', lambda one: annotated(one, "currency") == "PLN"),
        ('annotation[currency] = "PLN"', lambda one: annotated(one, "currency") == "PLN"),
        ('annotation["currency"] BEGINSWITH "P"', lambda one: str(annotated(one, "currency")).startswith("P")),
        ("annotation[payment_provider]", lambda one: annotated(one, "payment_provider") is not None),
        ('annotation.version = "2.31.0"', lambda one: annotated(one, "version") == "2.31.0"),
        ("annotation.currency = 5", lambda one: False),
        ("annotation.nothing", lambda one: False),
        ('service("payments-authorize")', lambda one: "payments-authorize" in names(one)),
        ('!service("payments-authorize")', lambda one: "payments-authorize" not in names(one)),
        (
            'service(id(name: "checkout-orders", type: "AWS::DynamoDB::Table"))',
            lambda one: "checkout-orders" in names(one),
        ),
        ('service(id(name: "checkout-orders", type: "AWS::SNS"))', lambda one: False),
        (
            'service(id(type: "Database::SQL"))',
            lambda one: any(s["Type"] == "Database::SQL" for s in one["ServiceIds"]),
        ),
        (
            'service(id(account.id: "444455556666"))',
            lambda one: any(s.get("AccountId") == "444455556666" for s in one["ServiceIds"]),
        ),
        (
            'edge("checkout-create-order", "payments-authorize")',
            lambda one: {"checkout-create-order", "payments-authorize"} <= names(one),
        ),
        ('edge("payments-authorize", "checkout-create-order")', lambda one: False),
        ('(fault OR error) AND service("catalog-db")', lambda one: False),
        (
            'fault OR error AND service("checkout-create-order")',
            lambda one: one["HasFault"] or (one["HasError"] and "checkout-create-order" in names(one)),
        ),
    ],
)
def test_an_expression_keeps_what_it_describes(
    traced: Traced, *, expression: str, meant: Callable[[Summary], bool]
) -> None:
    yes, no = traced.kept(expression)

    assert all(meant(one) for one in yes)
    assert not any(meant(one) for one in no)


def test_a_condition_is_about_the_service_and_not_about_the_trace(traced: Traced) -> None:
    slow_fraud, _ = traced.kept('service("fraud.shieldline.example") { responsetime > 2.9 AND fault }')
    slow_table, _ = traced.kept('service("checkout-orders") { responsetime > 2.9 }')

    assert slow_fraud
    assert all(one["ResponseTime"] > 2.9 for one in slow_fraud)
    assert slow_table == []


def test_a_condition_of_an_edge_is_about_its_calls(traced: Traced) -> None:
    throttled, _ = traced.kept('edge("checkout-create-order", "fraud.shieldline.example") { fault = true }')
    whole, _ = traced.kept('service("checkout-create-order") AND responsetime > 3')

    assert {one["Id"] for one in throttled} == {one["Id"] for one in whole}


@pytest.mark.parametrize(
    ("expression", "position"),
    [
        ("nonsense", 0),
        ("fault =", 7),
        ("fault = 3", 8),
        ("fault > true", 6),
        ("responsetime", 12),
        ("responsetime > ", 15),
        ('responsetime > "5"', 15),
        ('responsetime CONTAINS "5"', 13),
        ("http.url = 5", 11),
        ('http.url > "x"', 9),
        ("annotation[", 11),
        ("annotation[key", 14),
        ("annotation.key =", 16),
        ('service("x"', 11),
        ("service(x)", 8),
        ('service(id(colour: "red"))', 11),
        ('service(id(name "x"))', 16),
        ('edge("a")', 8),
        ('service("x") { fault', 20),
        ("fault AND", 9),
        ("fault fault", 6),
        ("(fault", 6),
        ("fault)", 5),
        ("fault & error", 6),
        ('http.url = "open', 11),
        ("(" * 60 + "fault" + ")" * 60, 40),
    ],
)
def test_a_malformed_expression_is_refused_at_its_place(expression: str, position: int) -> None:
    with pytest.raises(FilterError, match=f"at position {position}:"):
        parse(expression)
