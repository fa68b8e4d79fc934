"""Rules decide what the judge says."""

import pytest
from django.db import IntegrityError, transaction

from dashboard.health.models import ResourceHealth
from dashboard.health.write import judge_region
from dashboard.inventory.models import Resource, Stack
from dashboard.thresholds.models import ThresholdRule
from tests.factories import NOW, make_account, make_points, make_resource, make_stack

FAILING = {"requests": [600.0] * 36, "errors": [0.0] * 33 + [90.0] * 3, "duration_p95": [310.0] * 36}
SUGGESTED = {"service": "lambda", "metric": "error_rate", "severity": "critical"}


@pytest.fixture
def stack(db: None) -> Stack:
    return make_stack(make_account())


@pytest.fixture
def failing(stack: Stack) -> Resource:
    """A function of which 15 % of the invocations have failed for a quarter of an hour."""
    resource = make_resource(stack)
    make_points(resource, FAILING)
    return resource


def verdict_on(resource: Resource) -> ResourceHealth:
    judge_region(resource.account, resource.region, NOW)
    return ResourceHealth.objects.get(resource=resource)


def test_a_higher_line_makes_it_well(failing: Resource) -> None:
    ThresholdRule.objects.create(**SUGGESTED, resource=failing, above=0.2)
    assert verdict_on(failing).state == "ok"


def test_a_muted_threshold_judges_nothing(failing: Resource) -> None:
    ThresholdRule.objects.create(**SUGGESTED, stack=failing.stack, muted=True)
    assert verdict_on(failing).state == "ok"


def test_a_threshold_that_nobody_suggested_is_told_by_the_metrics_name(failing: Resource) -> None:
    ThresholdRule.objects.create(**SUGGESTED, muted=True)
    ThresholdRule.objects.create(service="lambda", metric="duration_p95", severity="warning", above=200, for_periods=2)
    verdict = verdict_on(failing)
    assert (verdict.state, verdict.threshold) == ("warning", 200)
    assert verdict.reason == "Duration p95 is 310 ms, above 200 ms for more than 3 h."


def test_below_a_band_is_said_as_below(failing: Resource) -> None:
    ThresholdRule.objects.create(**SUGGESTED, muted=True)
    band = {"above": 900.0, "below": 400.0, "for_periods": 2}
    ThresholdRule.objects.create(service="lambda", metric="duration_p95", severity="warning", **band)
    assert verdict_on(failing).reason == "Duration p95 is 310 ms, below 400 ms for more than 3 h."


@pytest.mark.parametrize("scope", ["", "stack", "resource"])
def test_a_threshold_has_one_rule_in_one_place(failing: Resource, scope: str) -> None:
    place = {"stack": failing.stack, "resource": failing}
    chosen = {scope: place[scope]} if scope else {}
    ThresholdRule.objects.create(**SUGGESTED, **chosen)
    with pytest.raises(IntegrityError), transaction.atomic():
        ThresholdRule.objects.create(**SUGGESTED, **chosen)


def test_a_rule_is_for_one_place_alone(failing: Resource) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ThresholdRule.objects.create(**SUGGESTED, stack=failing.stack, resource=failing)
