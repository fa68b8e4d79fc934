"""Live cost from stored metrics: what is written of it, and what is told of what runs away."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard.access.roles import EVERYTHING
from dashboard.inventory.models import Resource, Stack
from dashboard.metrics.models import Series
from dashboard.metrics.write import store_hourly
from dashboard.spend.models import BurnStanding, RunawayCost
from dashboard.spend.read.burn import burn_total, burns_by_service, burns_of_stacks, runaways
from dashboard.spend.write.burn import BURN, estimate_region
from dashboard.spend.write.runaways import judge_runaways
from dashboard.thresholds.finding import Outcome
from tests.factories import NOW, make_account, make_link, make_points, make_resource, make_stack

pytestmark = pytest.mark.django_db
MEMORY = [{"label": "Memory", "value": 1024**3, "unit": "bytes"}]
REQUESTS, MILLISECONDS = 50_000.0, 25_000_000.0
PER_HOUR = 12 * (REQUESTS * 0.2e-6 + (MILLISECONDS / 1000 + REQUESTS * 0.0005) * 1.66667e-5)


def a_function() -> tuple[Stack, Resource]:
    stack = make_stack(make_account())
    function = make_resource(stack, facts=MEMORY)
    make_points(function, {"requests": [REQUESTS] * 36, "duration_sum": [MILLISECONDS] * 36})
    return stack, function


def past_of(stack: Stack, per_hour: float) -> None:
    """Four weeks of hours at one rate, of the stack and of all its resources."""
    series = Series.objects.filter(metric=BURN)
    end = int(NOW.timestamp()) // 3600 * 3600
    at = list(range(end - 28 * 86_400, end - 4 * 3600, 3600))
    store_hourly([one.pk for one in series], at, np.full((len(at), len(series)), per_hour))
    series.update(backfilled_at=NOW)
    BurnStanding.objects.update(normal_hour=0)


def test_usage_times_price_stands_for_the_resource_and_its_stack() -> None:
    stack, function = a_function()
    estimate_region(stack.account, function.region, NOW)
    assert float(burns_of_stacks([stack.pk], NOW)[stack.pk].per_hour) == pytest.approx(PER_HOUR, rel=1e-6)
    assert set(burns_by_service(EVERYTHING, NOW)) == {"lambda"}


def test_estimating_twice_changes_nothing() -> None:
    stack, function = a_function()
    for _ in range(2):
        estimate_region(stack.account, function.region, NOW)
    assert (Series.objects.filter(metric=BURN).count(), BurnStanding.objects.count()) == (2, 2)


def test_who_may_not_see_money_is_told_nothing() -> None:
    stack, function = a_function()
    estimate_region(stack.account, function.region, NOW)
    assert burn_total(replace(EVERYTHING, money=False), NOW) is None


def test_a_function_far_over_its_past_runs_away_and_the_command_stops_it() -> None:
    stack, function = a_function()
    estimate_region(stack.account, function.region, NOW)
    past_of(stack, PER_HOUR / 50)
    found = judge_runaways(stack.account, function.region, estimate_region(stack.account, function.region, NOW), NOW)
    assert [(one.outcome, one.subject.resource_id) for one in found] == [(Outcome.BROKEN, function.pk)]
    told = runaways(EVERYTHING, NOW)[0]
    assert told.command.startswith(f"aws lambda put-function-concurrency --function-name {function.name} ")
    assert told.loop == ()


def test_a_loop_in_the_configuration_is_named() -> None:
    stack, function = a_function()
    bucket = make_resource(stack, "uploads", "s3")
    make_link(bucket, function, "notification")
    make_link(function, bucket, "reference")
    estimate_region(stack.account, function.region, NOW)
    past_of(stack, PER_HOUR / 50)
    judge_runaways(stack.account, function.region, estimate_region(stack.account, function.region, NOW), NOW)
    assert runaways(EVERYTHING, NOW)[0].loop == (function.name, "uploads", function.name)


def test_what_calms_down_is_no_runaway_any_more() -> None:
    stack, function = a_function()
    estimate_region(stack.account, function.region, NOW)
    past_of(stack, PER_HOUR / 50)
    judge_runaways(stack.account, function.region, estimate_region(stack.account, function.region, NOW), NOW)
    past_of(stack, PER_HOUR)
    calm = estimate_region(stack.account, function.region, NOW)
    assert judge_runaways(stack.account, function.region, calm, NOW) == []
    assert not RunawayCost.objects.exists()


def test_nothing_runs_away_before_its_past_is_known() -> None:
    stack, function = a_function()
    burning = estimate_region(stack.account, function.region, NOW)
    assert judge_runaways(stack.account, function.region, burning, NOW) == []
