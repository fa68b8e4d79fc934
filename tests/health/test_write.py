"""Judging a region: verdicts on resources and stacks with their reasons, and the stack's signals."""

from datetime import timedelta
from math import isnan

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.core.windows import Window
from dashboard.health.judge import SELDOM
from dashboard.health.models import ResourceHealth, StackHealth
from dashboard.health.write import judge_region
from dashboard.inventory.models import Account, Stack
from dashboard.metrics.models import Series
from dashboard.metrics.read import recent
from tests.factories import GRID, NOW, make_points, make_resource, make_stack
from tests.health.conftest import CALM, MakeMeasured, judge_now, verdict_on

FAILING = {**CALM, "errors": [0.0] * 33 + [90.0] * 3}
SLOW_QUEUE = {"age": [20.0] * 30 + [900.0] * 6, "waiting": [5.0] * 36, "sent": [100.0] * 36}
OLD = {key: [*values[:24], *[float("nan")] * 12] for key, values in CALM.items()}


def signals_of(stack: Stack) -> dict[str, list[float | None]]:
    """The newest three values of each of a stack's signals; None where nothing came."""
    series = {one.pk: one.metric for one in Series.objects.filter(stack=stack)}
    found = recent(list(series), GRID - timedelta(minutes=15), GRID, 300)
    return {
        series[pk]: [None if isnan(value) else value for value in values.tolist()]
        for pk, values in found.values.items()
    }


def test_a_calm_stack_is_healthy(stack: Stack, make_measured: MakeMeasured) -> None:
    resource = make_measured()
    verdict = judge_now(stack)
    assert (verdict.state, verdict.reason, verdict.resource) == ("ok", "Within all thresholds.", None)
    assert verdict.counts == {"ok": 1}
    assert verdict.data_at == GRID - timedelta(minutes=5)
    assert verdict_on(resource).signals == {"traffic": 600.0, "errors": 0.0, "latency": 310.0, "saturation": None}


def test_a_stack_is_as_its_worst_resource_and_names_it(stack: Stack, make_measured: MakeMeasured) -> None:
    make_measured("orders", "sqs", SLOW_QUEUE)
    guilty = make_measured(points=FAILING)
    verdict = judge_now(stack)
    assert (verdict.state, verdict.resource, verdict.metric) == ("critical", guilty, "error_rate")
    assert verdict.reason == "15 % of invocations fail, above 5 % for 15 min."
    assert (verdict.value, verdict.threshold) == (0.15, 0.05)
    assert verdict.since == GRID - timedelta(minutes=15)
    assert verdict.counts == {"critical": 1, "warning": 1}


def test_an_error_counter_that_was_never_emitted_means_no_errors(stack: Stack, make_measured: MakeMeasured) -> None:
    resource = make_measured("rule", "eventbridge", {"requests": [10.0] * 36, "matched": [10.0] * 36})
    judge_now(stack)
    assert (verdict_on(resource).state, verdict_on(resource).signals["errors"]) == ("ok", 0.0)


def test_limits_turn_metrics_into_saturation(stack: Stack, make_measured: MakeMeasured) -> None:
    points = {**CALM, "concurrency": [95.0] * 36}
    resource = make_measured(points=points, limits={"concurrency": 100, "timeout": 30_000})
    judge_now(stack)
    assert verdict_on(resource).reason == "95 % of its concurrency is in use, above 90 % for more than 3 h."
    assert signals_of(stack)["saturation"] == [0.95] * 3


def test_stale_data_is_unknown_and_never_healthy(stack: Stack, make_measured: MakeMeasured) -> None:
    resource = make_measured(points=OLD)
    assert judge_now(stack).state == "unknown"
    assert (verdict_on(resource).state, verdict_on(resource).reason) == ("unknown", "No data for 1 h.")


def test_an_idle_resource_does_not_count_against_a_stack_that_others_speak_for(
    stack: Stack, make_measured: MakeMeasured
) -> None:
    make_measured()
    idle = make_measured("orders", "sqs", {"age": [0.0] + [float("nan")] * 35})
    verdict = judge_now(stack)
    assert (verdict.state, verdict.counts) == ("ok", {"ok": 1, "unknown": 1})
    assert verdict_on(idle).state == "unknown"


def test_silence_longer_than_the_look_back_still_says_since_when(stack: Stack, make_measured: MakeMeasured) -> None:
    resource = make_measured()
    judge_now(stack)
    later = NOW + timedelta(hours=9)
    judge_region(stack.account, "eu-west-1", later)
    judge_region(stack.account, "eu-west-1", later)
    verdict = verdict_on(resource)
    assert (verdict.state, verdict.reason) == ("unknown", "No data for 9 h.")
    assert verdict.data_at == GRID - timedelta(minutes=5)


def test_a_stack_without_any_data_is_unknown(stack: Stack) -> None:
    resource = make_resource(stack)
    verdict = judge_now(stack)
    assert (verdict.state, verdict.reason) == ("unknown", "None of its resources has recent data.")
    assert verdict_on(resource).reason == "No data has come yet."


def test_a_resource_that_is_measured_once_a_day_has_nothing_to_judge(stack: Stack) -> None:
    bucket = make_resource(stack, "archive", "s3")
    make_points(bucket, {"size": [1e9] * 3}, period=86_400)
    verdict = judge_now(stack)
    assert (verdict_on(bucket).state, verdict_on(bucket).reason) == ("ok", SELDOM.reason)
    assert (verdict.state, verdict.reason) == ("ok", SELDOM.reason)


def test_a_resource_whose_daily_points_have_not_come_is_unknown(stack: Stack) -> None:
    bucket = make_resource(stack, "archive", "s3")
    make_points(bucket, {"size": []}, period=86_400)
    assert judge_now(stack).state == "unknown"
    assert (verdict_on(bucket).state, verdict_on(bucket).reason) == ("unknown", "No data has come yet.")


def test_a_bucket_does_not_speak_for_functions_that_fell_silent(stack: Stack, make_measured: MakeMeasured) -> None:
    make_points(make_resource(stack, "archive", "s3"), {"size": [1e9] * 3}, period=86_400)
    make_measured(points=OLD)
    assert judge_now(stack).state == "unknown"


def test_silence_beside_others_that_are_heard_is_idleness(stack: Stack, make_measured: MakeMeasured) -> None:
    make_measured()
    rule = make_measured("nightly", "eventbridge", {"requests": [1.0] + [float("nan")] * 35})
    assert judge_now(stack).state == "ok"
    assert (verdict_on(rule).state, verdict_on(rule).reason) == ("unknown", "Idle: no data for 2 h 55 min.")


def test_a_tag_stack_is_judged_over_all_its_regions(account: Account, make_measured: MakeMeasured) -> None:
    everywhere = make_stack(account, "everywhere", source="tag", region="")
    make_measured("near", of=everywhere, region="eu-west-1")
    guilty = make_measured("far", points=FAILING, of=everywhere, region="us-east-1")
    for region in ("eu-west-1", "us-east-1"):
        judge_region(account, region, NOW)
        verdict = StackHealth.objects.get(stack=everywhere)
        assert (verdict.state, verdict.resource) == ("critical", guilty)
        assert verdict.counts == {"critical": 1, "ok": 1}
    assert signals_of(everywhere)["traffic"] == [1200.0] * 3


def test_a_stack_whose_last_resource_went_loses_its_verdict(stack: Stack, make_measured: MakeMeasured) -> None:
    resource = make_measured(points=FAILING)
    assert judge_now(stack).state == "critical"
    resource.gone_at = NOW
    resource.save()
    verdict = judge_now(stack)
    assert (verdict.state, verdict.resource) == ("unknown", None)


def test_a_breach_that_outlasts_the_look_back_keeps_its_beginning(stack: Stack, make_measured: MakeMeasured) -> None:
    resource = make_measured(points={**CALM, "errors": [90.0] * 36})
    judge_now(stack)
    begun = NOW - timedelta(days=2)
    ResourceHealth.objects.update(since=begun)
    StackHealth.objects.update(since=begun)
    assert judge_now(stack).since == begun
    assert verdict_on(resource).since == begun


def test_judging_twice_changes_nothing(stack: Stack, make_measured: MakeMeasured) -> None:
    make_measured(points=FAILING)
    first = (judge_now(stack).reason, signals_of(stack))
    assert (judge_now(stack).reason, signals_of(stack)) == first
    assert (StackHealth.objects.count(), ResourceHealth.objects.count()) == (1, 1)


def test_a_stacks_signals_come_from_its_entry_points(stack: Stack, make_measured: MakeMeasured) -> None:
    make_measured(points={**FAILING, "duration_p99": [500.0] * 36}, limits={"timeout": 1000})
    api = {"requests": [500.0] * 36, "errors": [5.0] * 36, "latency_p95": [800.0] * 36}
    make_measured("shop/live", "apigateway_http", api)
    judge_now(stack)
    assert signals_of(stack) == {
        "traffic": [500.0] * 3,
        "errors": [5.0] * 3,
        "latency": [800.0] * 3,
        "saturation": [0.5] * 3,
    }


def test_a_stack_of_one_minute_points_has_signals_of_five_minutes(
    account: Account, make_measured: MakeMeasured
) -> None:
    quick = make_stack(account, "quick", resolution=60)
    resource = make_resource(quick, "quick-api")
    make_points(resource, {"requests": [10.0] * 180, "errors": [0.0] * 180, "duration_p95": [300.0] * 180}, period=60)
    judge_now(quick)
    assert signals_of(quick)["traffic"] == [50.0] * 3
    assert signals_of(quick)["latency"] == [300.0] * 3


def test_only_stacks_with_resources_in_the_region_are_judged(account: Account, make_measured: MakeMeasured) -> None:
    elsewhere = make_stack(account, "elsewhere", region="us-east-1")
    make_measured("far", of=elsewhere, region="us-east-1")
    judge_region(account, "eu-west-1", NOW)
    assert not StackHealth.objects.exists()


@pytest.mark.parametrize("stacks", [2, 12])
def test_queries_do_not_grow_with_stacks_and_resources(
    account: Account, make_measured: MakeMeasured, stacks: int
) -> None:
    for number in range(stacks):
        several = make_stack(account, f"stack-{number}")
        for part in range(3):
            make_measured(f"function-{number}-{part}", of=several)
    judge_region(account, "eu-west-1", NOW)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        judge_region(account, "eu-west-1", NOW + timedelta(minutes=5))
    assert len(queries) <= 18


def test_signals_are_read_back_over_a_window(stack: Stack, make_measured: MakeMeasured) -> None:
    make_measured()
    judge_now(stack)
    window = Window(GRID - timedelta(hours=3), GRID)
    series = Series.objects.get(stack=stack, metric="traffic")
    found = recent([series.pk], window.start, window.end, 300)
    assert found.values[series.pk].tolist() == [600.0] * 36
