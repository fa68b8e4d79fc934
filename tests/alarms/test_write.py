"""Alarms as they are stored: joined, kept apart by region, gone when they are listed no more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.alarms.models import CloudWatchAlarm
from dashboard.aws import AlarmMetric
from dashboard.inventory.models import Account, Stack
from dashboard.metrics.models import Block, Series
from tests.alarms.conftest import listed
from tests.factories import NOW, make_resource, make_stack

Store = Callable[..., int]
LATER = NOW + timedelta(minutes=5)


def one(name: str) -> CloudWatchAlarm:
    return CloudWatchAlarm.objects.get(name=name)


@pytest.mark.parametrize("times", [1, 2])
def test_storing_again_changes_nothing(store: Store, times: int) -> None:
    for _ in range(times):
        assert store(listed("a"), listed("both", rule="ALARM(a)")) == 2
    assert sorted(CloudWatchAlarm.objects.values_list("name", "kind")) == [("a", "metric"), ("both", "composite")]
    assert [parent.name for parent in one("a").parents.all()] == ["both"]


def test_an_alarm_belongs_to_the_resource_that_its_dimensions_name(store: Store, stack: Stack) -> None:
    function = make_resource(stack, "checkout", dimensions={"FunctionName": "checkout"})
    store(listed("errors", function="checkout"), listed("other", function="elsewhere"))
    assert (one("errors").resource, one("errors").stack) == (function, stack)
    assert (one("other").resource, one("other").stack) == (None, None)


def test_a_metric_of_another_account_belongs_to_nothing_here(store: Store, stack: Stack) -> None:
    make_resource(stack, "checkout", dimensions={"FunctionName": "checkout"})
    foreign = AlarmMetric("AWS/Lambda", "Errors", {"FunctionName": "checkout"}, "Sum", "999988887777")
    store(replace(listed("errors"), metrics=(foreign,)))
    assert one("errors").resource is None


def test_a_declared_metric_joins_the_resource_that_stands_for_it(store: Store, account: Account, stack: Stack) -> None:
    revenue = make_resource(stack, "card", "custom", dimensions={"Provider": "card"})
    block = Block.objects.create(account=account, region="eu-west-1", period=300, size=1)
    Series.objects.create(
        block=block, position=0, resource=revenue, metric="Revenue Sum", namespace="Shop", name="Revenue",
        dimensions={"Provider": "card"}, unit="count",
    )  # fmt: skip
    store(replace(listed("revenue"), metrics=(AlarmMetric("Shop", "Revenue", {"Provider": "card"}, "Sum"),)))
    assert one("revenue").resource == revenue


def test_an_alarm_of_a_deleted_function_says_what_is_missing(store: Store, stack: Stack) -> None:
    make_resource(stack, "checkout", dimensions={"FunctionName": "checkout"})
    store(listed("tax-errors", function="tax"))
    assert one("tax-errors").missing == "Lambda function tax"


def test_a_composite_alarm_lies_in_the_stack_of_its_parts(store: Store, account: Account, stack: Stack) -> None:
    make_resource(stack, "a", dimensions={"FunctionName": "a"})
    make_resource(make_stack(account, "other"), "b", dimensions={"FunctionName": "b"})
    store(listed("a"), listed("b"), listed("within", rule="ALARM(a)"), listed("across", rule="ALARM(a) OR ALARM(b)"))
    assert (one("within").stack, one("across").stack) == (stack, None)


def test_a_composite_alarm_names_parts_that_do_not_exist(store: Store) -> None:
    store(listed("a"), listed("both", rule="ALARM(a) AND ALARM(no-such)"))
    assert one("both").absent == ["no-such"]


def test_parts_that_a_rule_no_longer_names_are_let_go(store: Store) -> None:
    store(listed("a"), listed("b"), listed("both", rule="ALARM(a) AND ALARM(b)"))
    store(listed("a"), listed("b"), listed("both", rule="ALARM(b)"), at=LATER)
    assert [child.name for child in one("both").children.all()] == ["b"]


def test_an_alarm_that_is_listed_no_more_is_gone_in_its_region_alone(store: Store) -> None:
    store(listed("a"), listed("b"))
    store(listed("elsewhere"), region="us-east-1")
    store(listed("b"), at=LATER)
    assert sorted(CloudWatchAlarm.objects.values_list("name", flat=True)) == ["b", "elsewhere"]


def test_what_is_known_of_its_past_survives_the_next_listing(store: Store) -> None:
    store(listed("a"))
    CloudWatchAlarm.objects.update(changes=[[1, "OK", "ALARM"]], changes_until=NOW)
    store(listed("a", state="ALARM"), at=LATER)
    assert (one("a").changes, one("a").state) == ([[1, "OK", "ALARM"]], "ALARM")


def test_a_thousand_alarms_are_stored_in_few_queries(store: Store, stack: Stack) -> None:
    for number in range(50):
        make_resource(stack, f"f{number}", dimensions={"FunctionName": f"f{number}"})
    alarms = [listed(f"alarm-{number}", function=f"f{number % 50}") for number in range(1000)]
    with CaptureQueriesContext(connection) as queries:
        store(*alarms)
    assert len(queries) < 40
