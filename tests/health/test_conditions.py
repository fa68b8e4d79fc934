"""Rules of every condition judged from stored points, and the same rule laid over history before it is saved."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.health.read import preview
from dashboard.health.write import judge_region
from dashboard.inventory.models import Account, Resource, Stack
from dashboard.metrics.models import Series
from dashboard.metrics.write import store_hourly
from dashboard.thresholds.finding import Finding, Outcome
from dashboard.thresholds.models import ThresholdRule
from dashboard.thresholds.read import rule_of
from tests.factories import GRID, NOW, make_deploy
from tests.health.conftest import MakeMeasured, verdict_on

NAN = float("nan")
SLOW = {"service": "lambda", "metric": "duration_p95", "severity": "warning", "above": 1000, "for_periods": 2}
BUSY = [600.0] * 36


def judged(account: Account, metric: str = "duration_p95") -> Finding:
    """What the rule on that metric comes to at NOW."""
    found = [one for one in judge_region(account, "eu-west-1", NOW) if one.metric == metric]
    return next(one for one in found if one.severity == "warning")


def p95(*newest: float, before: float = 310.0) -> Mapping[str, Sequence[float]]:
    return {"requests": BUSY, "duration_p95": [before] * (36 - len(newest)) + list(newest)}


def test_what_was_broken_stays_broken_between_line_and_recovery_value(
    account: Account, make_measured: MakeMeasured
) -> None:
    rule = ThresholdRule.objects.create(**SLOW, recover=800)
    resource = make_measured(points=p95(2400, 2400, 900, 900))
    found = judged(account)
    assert (found.outcome, found.reason) == (Outcome.BROKEN, "Duration p95 is 900 ms, above 800 ms for 20 min.")
    assert verdict_on(resource).firing == ["duration_p95 warning"]
    assert preview(rule_of(rule), NOW).alerts == 1


def test_it_stays_so_when_its_beginning_is_older_than_what_is_looked_at(
    account: Account, make_measured: MakeMeasured
) -> None:
    ThresholdRule.objects.create(**SLOW, recover=800)
    resource = make_measured(points=p95(before=900.0))
    judged(account)
    assert verdict_on(resource).state == "ok"
    verdict_on(resource).__class__.objects.update(firing=["duration_p95 warning"])
    assert judged(account).outcome == Outcome.BROKEN
    assert verdict_on(resource).state == "warning"


@pytest.mark.parametrize(
    ("policy", "state", "reason"),
    [
        ("", "unknown", "Idle: no data for 30 min."),
        ("keep", "warning", "Duration p95 is 2.4 s, above 1 s for 10 min."),
        ("breach", "warning", "Duration p95: no data for 20 min, which counts as a breach here."),
    ],
)
def test_a_silent_resource_is_as_its_rule_takes_silence(
    account: Account, make_measured: MakeMeasured, policy: str, state: str, reason: str
) -> None:
    ThresholdRule.objects.create(**SLOW, missing=policy)
    silent = [310.0] * 28 + [2400.0] * 2 + [NAN] * 6
    resource = make_measured(points={"requests": [600.0] * 30 + [NAN] * 6, "duration_p95": silent})
    make_measured("neighbour")
    judged(account)
    verdict = verdict_on(resource)
    assert verdict.state == state
    assert verdict.reason == reason


def test_percent_of_a_limit_is_judged_by_each_resources_own(account: Account, make_measured: MakeMeasured) -> None:
    rule = ThresholdRule.objects.create(**{**SLOW, "condition": "limit", "above": 0.9, "recover": 0.5})
    make_measured(points=p95(2400, 2400, 1600), limits={"timeout": 2500})
    make_measured("patient", points=p95(2400, 2400, 1600), limits={"timeout": 900_000})
    make_measured("unknown", points=p95(2400, 2400, 1600))
    found = {one.subject.name: one for one in judge_region(account, "eu-west-1", NOW) if one.severity == "warning"
             and one.metric == "duration_p95"}  # fmt: skip
    outcomes = {name: one.outcome for name, one in found.items()}
    assert outcomes == {"checkout-api": Outcome.BROKEN, "patient": Outcome.HOLDS, "unknown": Outcome.UNKNOWN}
    told = found["checkout-api"]
    assert told.reason == "Duration p95 is 1.6 s, 64 % of its limit of 2.5 s for 15 min."
    assert (told.value, told.line) == (1600, 1250)
    assert preview(rule_of(rule), NOW).alerts == 1


def test_a_rise_is_judged_by_the_minute(account: Account, make_measured: MakeMeasured) -> None:
    rule = ThresholdRule.objects.create(**{**SLOW, "metric": "concurrency", "condition": "rate", "above": 10})
    make_measured(points={"requests": BUSY, "concurrency": [10.0] * 34 + [400.0, 500.0]})
    found = judged(account, "concurrency")
    assert found.reason == "Concurrent executions is 500, risen by 32.7 a minute for 10 min."
    assert preview(rule_of(rule), NOW).alerts == 1


def test_a_change_is_judged_against_last_week_where_there_is_volume(
    account: Account, make_measured: MakeMeasured
) -> None:
    changed = {"service": "lambda", "severity": "warning", "condition": "change_week", "for_periods": 2}
    rule = ThresholdRule.objects.create(
        **changed, metric="requests", above=0.5, below=0.5, floor_metric="requests", floor=100
    )
    week = 7 * 288 + 36
    make_measured(points={"requests": [600.0] * (week - 2) + [1500.0] * 2})
    make_measured("few", points={"requests": [6.0] * (week - 2) + [60.0] * 2})
    found = {one.subject.name: one for one in judge_region(account, "eu-west-1", NOW) if one.metric == "requests"}
    assert {name: one.outcome for name, one in found.items()} == {
        "checkout-api": Outcome.BROKEN,
        "few": Outcome.HOLDS,
    }
    assert found["checkout-api"].reason == (
        "Invocations is 1.5 k, 150 % more than at this time last week (600) for 10 min."
    )
    assert found["checkout-api"].line == 900
    shown = preview(rule_of(rule), NOW)
    assert (shown.alerts, shown.suggestions[-1].value) == (1, 9)


def test_what_is_unusual_is_told_from_backfilled_hours_on(
    account: Account, stack: Stack, make_measured: MakeMeasured
) -> None:
    rule = ThresholdRule.objects.create(**{**SLOW, "condition": "anomaly", "above": 6})
    resource = make_measured(points=p95(900, 900, 900))
    remember_hours(resource, {"duration_p95": [300, 310, 290, 305], "requests": [7200] * 4})
    found = judged(account)
    assert found.outcome == Outcome.BROKEN
    assert found.reason == "Duration p95 is 900 ms, while 302 ms is usual at this hour of the week for 15 min."
    assert preview(rule_of(rule), NOW).alerts == 1
    make_deploy(stack, timedelta(minutes=20))
    assert judged(account).outcome == Outcome.UNKNOWN


def test_many_resources_and_conditions_take_no_more_queries(
    account: Account, stack: Stack, make_measured: MakeMeasured
) -> None:
    for metric, key in (("duration_p95", "anomaly"), ("requests", "change_week")):
        ThresholdRule.objects.create(
            **{**SLOW, "metric": metric, "condition": key, "floor_metric": "requests", "floor": 10}
        )
    counts = []
    for number in range(1, 4):
        for name in range(number * 3):
            make_measured(f"api-{number}-{name}")
        with CaptureQueriesContext(connection) as queries:
            judge_region(account, "eu-west-1", NOW)
        counts.append(len(queries))
    assert counts[1] == counts[2]


def remember_hours(resource: Resource, weeks: Mapping[str, Sequence[float]]) -> None:
    """Hours around the present of the weeks before, as they are backfilled; each week's with one value."""
    for metric, values in weeks.items():
        series = Series.objects.get(resource=resource, metric=metric)
        for number, value in enumerate(values, 1):
            around = GRID - timedelta(days=7 * number)
            at = [int((around + timedelta(hours=hour)).timestamp()) for hour in range(-5, 5)]
            store_hourly([series.pk], at, np.full((len(at), 1), float(value)))
    Series.objects.filter(resource=resource).update(fine_from=NOW - timedelta(days=1))


def test_absence_is_told_and_previewed(account: Account, make_measured: MakeMeasured, stack: Stack) -> None:
    rule = ThresholdRule.objects.create(
        service="lambda", metric="requests", severity="warning", condition="absence", for_periods=2
    )
    resource = make_measured(points={"requests": [600.0] * 29 + [NAN] * 7})
    found = judged(account, "requests")
    assert (found.outcome, found.reason) == (Outcome.BROKEN, "Invocations: no data for 25 min.")
    assert verdict_on(resource).state == "warning"
    assert preview(rule_of(rule), NOW).alerts == 1
