"""A preview: what a threshold would have done on stored history, before it is saved."""

from datetime import timedelta

import pytest

from dashboard.catalog.shape import Severity
from dashboard.health.read import days_of, preview
from dashboard.inventory.models import Stack
from dashboard.thresholds.inheritance import Level, Rule
from dashboard.thresholds.models import ThresholdRule
from tests.factories import GRID, NOW, make_points, make_resource, make_stack
from tests.health.conftest import MakeMeasured

SLOW = Rule(
    id=0, service="lambda", metric="duration_p95", severity=Severity.WARNING, level=Level.SERVICE, target="",
    target_name="", above=1000, for_periods=2,
)  # fmt: skip
TWICE_SLOW = [310.0] * 10 + [2400.0] * 3 + [310.0] * 10 + [3100.0] * 4 + [310.0] * 9
POINTS = {"requests": [600.0] * 36, "duration_p95": TWICE_SLOW}


def test_it_tells_how_often_and_for_how_long(make_measured: MakeMeasured) -> None:
    make_measured(points=POINTS)
    found = preview(SLOW, NOW)
    assert (found.alerts, found.longest) == (2, timedelta(minutes=15))
    (row,) = found.rows
    assert [one.worst for one in row.episodes] == [2400, 3100]
    assert row.episodes[1].end == int((GRID - timedelta(minutes=45)).timestamp())


def test_the_noisiest_resource_comes_first(make_measured: MakeMeasured) -> None:
    make_measured("calm")
    make_measured("noisy", points=POINTS)
    assert [(row.name, len(row.episodes)) for row in preview(SLOW, NOW).rows] == [("noisy", 2), ("calm", 0)]


def test_a_rule_looks_at_its_own_place_alone(stack: Stack, make_measured: MakeMeasured) -> None:
    other = make_stack(stack.account, "other")
    make_measured("elsewhere", points=POINTS, of=other)
    mine = make_measured("mine", points=POINTS)
    here = Rule(**{**_fields(SLOW), "level": Level.STACK, "target": stack.pk})
    assert [row.resource_id for row in preview(here, NOW).rows] == [mine.pk]


def _fields(rule: Rule) -> dict[str, object]:
    return {name: getattr(rule, name) for name in rule.__slots__}


def test_a_nearer_rule_stays_in_force(make_measured: MakeMeasured) -> None:
    resource = make_measured(points=POINTS)
    ThresholdRule.objects.create(
        service="lambda", metric="duration_p95", severity="warning", resource=resource, above=5000, for_periods=2
    )
    assert preview(SLOW, NOW).alerts == 0


def test_the_rule_that_is_edited_is_replaced_by_its_new_form(make_measured: MakeMeasured) -> None:
    make_measured(points=POINTS)
    saved = ThresholdRule.objects.create(
        service="lambda", metric="duration_p95", severity="warning", above=5000, for_periods=2
    )
    assert preview(Rule(**{**_fields(SLOW), "id": saved.pk}), NOW).alerts == 2


def test_a_share_is_judged_where_there_is_enough_volume(make_measured: MakeMeasured) -> None:
    few = {"requests": [4.0] * 36, "errors": [2.0] * 36, "duration_p95": [310.0] * 36}
    make_measured(points=few)
    share = Rule(**{**_fields(SLOW), "metric": "error_rate", "severity": Severity.CRITICAL, "above": 0.01})
    assert preview(share, NOW).alerts == 0
    assert preview(Rule(**{**_fields(share), "floor": ("requests", 1.0)}), NOW).alerts == 1


def test_history_suggests_lines_with_the_noise_they_would_have_made(make_measured: MakeMeasured) -> None:
    make_measured(points=POINTS)
    suggestions = preview(SLOW, NOW).suggestions
    assert [one.alerts for one in suggestions] == sorted((one.alerts for one in suggestions), reverse=True)
    assert suggestions[-1].value == pytest.approx(3100)


def test_what_was_never_measured_is_not_counted(stack: Stack) -> None:
    make_points(make_resource(stack, "silent"), {"requests": [1.0]})
    found = preview(SLOW, NOW)
    assert (found.rows, found.in_scope) == ([], 1)


def test_the_days_on_which_alerts_began_are_counted(make_measured: MakeMeasured) -> None:
    day = 288
    make_measured(points={"requests": [600.0] * 3 * day, "duration_p95": [310.0] * day + POINTS["duration_p95"] * 16})
    assert [(str(day), alerts) for day, alerts in days_of(preview(SLOW, NOW))][-2:] == [
        ("2026-03-08", 8),
        ("2026-03-09", 16),
    ]


def test_lines_are_suggested_in_the_unit_of_the_condition(make_measured: MakeMeasured) -> None:
    make_measured(points=POINTS, limits={"timeout": 10_000})
    share = Rule(**{**_fields(SLOW), "condition": "limit", "above": 0.9})
    assert preview(share, NOW).suggestions[-1].value == pytest.approx(0.31)
    rise = Rule(**{**_fields(SLOW), "condition": "rate", "above": 1.0, "for_periods": 1})
    assert preview(rise, NOW).suggestions[-1].value == pytest.approx(190)
