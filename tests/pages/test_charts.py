"""Chart cards as the catalogue describes them."""

from datetime import UTC, datetime

import pytest

from dashboard.catalog import all_services, service
from dashboard.catalog.shape import Service, Severity, Threshold
from dashboard.core.windows import Window
from dashboard.inventory.models import Account, Resource
from dashboard.pages.charts import (
    available,
    chart_of,
    console_url,
    describe,
    leading_to_traces,
    resource_charts,
    roles_of,
    say_threshold,
    threshold_line,
)
from dashboard.thresholds.inheritance import InForce, Level, Rule

KNOWN = sorted(all_services())


def resource_of(key: str) -> Resource:
    account = Account(account_id="000000000001", name="Shop")
    return Resource(pk=7, account=account, region="eu-west-1", service=key, name="a b", physical_id="a/b", arn="arn:x")


def everything(one: Service) -> set[str]:
    return {metric.key for metric in one.metrics}


@pytest.mark.parametrize("key", KNOWN)
def test_a_card_has_lines_of_one_unit_and_an_id_of_its_own(key: str) -> None:
    one, resource = service(key), resource_of(key)
    cards = resource_charts(one, resource, everything(one), one.thresholds)
    units = {f"r7.{line.key}": line.unit.value for line in describe(one).values()}
    assert cards
    assert len({card["id"] for card in cards}) == len(cards)
    for card in cards:
        assert {units[line["id"]] for line in card["series"]} == {card["unit"]}


@pytest.mark.parametrize("key", KNOWN)
def test_every_judged_metric_leads_to_a_card_that_is_there(key: str) -> None:
    one, resource = service(key), resource_of(key)
    resource.limits = {name: 1.0 for derived in one.derived for name in derived.limits}
    ids = {card["id"] for card in resource_charts(one, resource, everything(one), one.thresholds)}
    for threshold in one.thresholds:
        assert chart_of(one, threshold.metric) in ids | {""}


@pytest.mark.parametrize("key", KNOWN)
def test_every_threshold_can_be_said(key: str) -> None:
    for threshold in service(key).thresholds:
        said = say_threshold(service(key), InForce(threshold, None, muted=False))
        assert said["origin"] == "suggested by Stackdeck"
        assert said["condition"].startswith(("above ", "below "))
        assert "no data" not in said["condition"]


@pytest.mark.parametrize("key", KNOWN)
def test_the_console_link_quotes_names(key: str) -> None:
    assert " " not in console_url(service(key), resource_of(key))


def test_sums_say_that_they_are_counted_over_a_period_and_levels_do_not() -> None:
    queue = service("sqs")
    counted = {
        card["series"][0]["label"]: card["counted"]
        for card in resource_charts(queue, resource_of("sqs"), everything(queue), ())
    }
    assert (counted["Sent"], counted["Waiting"]) == (True, False)


def test_nothing_is_drawn_before_anything_was_reported() -> None:
    assert available(service("lambda"), resource_of("lambda"), ()) == set()


def test_a_derived_metric_needs_its_limit() -> None:
    resource = resource_of("lambda")
    stored = everything(service("lambda"))
    assert "timeout_share" not in available(service("lambda"), resource, stored)
    resource.limits = {name: 1.0 for one in service("lambda").derived for name in one.limits}
    assert "timeout_share" in available(service("lambda"), resource, stored)


def test_the_breached_threshold_is_drawn_for_its_line_alone() -> None:
    one = service("apigateway_http")
    drawn = threshold_line(
        one,
        resource_of("apigateway_http"),
        one.thresholds,
        ["error_rate", "client_error_rate"],
        "client_error_rate",
    )
    assert drawn == {"series": "r7.client_error_rate", "value": 0.1, "above": True, "label": "warning above 10 %"}


def test_a_limit_of_zero_is_not_drawn() -> None:
    one = service("lambda")
    assert threshold_line(one, resource_of("lambda"), one.thresholds, ["dead_letter_errors"]) is None


def test_a_band_that_somebody_set_is_said_with_its_place() -> None:
    rule = Rule(3, "lambda", "duration_p95", Severity.WARNING, Level.STACK, 1, "checkout")
    band = Threshold("duration_p95", Severity.WARNING, "", above=2400, below=5, for_periods=2, of_periods=3)
    said = say_threshold(service("lambda"), InForce(band, rule, muted=True))
    assert said["condition"] == "above 2.4 s or below 5 ms for 2 of 3 periods"
    assert (said["origin"], said["rule"], said["muted"]) == ("set for stack checkout", 3, True)


@pytest.mark.parametrize(
    ("key", "metrics", "kind", "roles"),
    [
        ("lambda", ("duration_p50", "duration_p95", "duration_p99"), "percentiles", ["p50", "p95", "p99"]),
        ("lambda", ("duration_p95",), "line", [""]),
        ("lambda", ("requests",), "area", ["traffic"]),
        ("lambda", ("errors", "throttles", "dead_letter_errors"), "line", ["errors", "throttles", ""]),
        ("apigateway_http", ("error_rate", "client_error_rate"), "line", ["errors", ""]),
    ],
)
def test_lines_have_the_colours_of_what_they_mean(
    key: str, metrics: tuple[str, ...], kind: str, roles: list[str]
) -> None:
    known = describe(service(key))
    assert roles_of(service(key), [known[metric] for metric in metrics], kind) == roles


def test_a_charts_menu_leads_to_the_traces_of_its_stack_and_time() -> None:
    window = Window(datetime(2026, 3, 10, 9, tzinfo=UTC), datetime(2026, 3, 10, 12, tzinfo=UTC))
    (card,) = leading_to_traces([{"id": "chart-1"}], 7, window)
    assert card["traces"] == "/traces/?range=custom&from=1773133200&to=1773144000&stack=7"
