"""Objectives counted and judged: what is stored, what is found, what is told once."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dashboard.access.roles import EVERYTHING
from dashboard.alerts.models import Alert
from dashboard.alerts.write import apply_findings
from dashboard.inventory.models import Stack
from dashboard.metrics.models import Series
from dashboard.slos.models import Slo, SloDay, SloExclusion
from dashboard.slos.read import Status, statuses_of, visible
from dashboard.slos.write import count, expire, forget, judge_slos
from dashboard.thresholds.finding import Finding, Outcome
from dashboard.traces.write import join_account
from tests.factories import NOW, make_account, make_points, make_resource, make_stack
from tests.slos.conftest import make_hours, make_requests, make_slo
from tests.traces.builders import Calls, a_graph

pytestmark = pytest.mark.django_db


def standing_of(slo: Slo) -> Status:
    (found,) = statuses_of(visible(EVERYTHING).filter(pk=slo.pk), NOW)
    return found


def counted(slo: Slo) -> tuple[float, float]:
    """Events and bad ones after counting now."""
    count(slo.account, NOW)
    events = standing_of(slo).standing.events
    return round(events.total, 3), round(events.bad, 3)


def broken(slo: Slo) -> dict[str, Finding]:
    return {one.metric: one for one in judge_slos(slo.account, NOW) if one.outcome == Outcome.BROKEN}


def test_requests_and_failures_of_a_stack_are_counted(stack: Stack, slo: Slo) -> None:
    make_requests(stack, hours=2, total=100, bad=3)
    assert counted(slo) == (2400, 72)


def test_counting_again_changes_nothing(stack: Stack, slo: Slo) -> None:
    make_requests(stack, hours=2, total=100, bad=3)
    count(slo.account, NOW)
    days = list(SloDay.objects.values_list("day", "total", "bad"))
    count(slo.account, NOW)
    assert list(SloDay.objects.values_list("day", "total", "bad")) == days


def test_points_that_come_late_are_counted(stack: Stack, slo: Slo) -> None:
    make_requests(stack, hours=1, total=100)
    count(slo.account, NOW)
    make_requests(stack, hours=2, total=100, bad=1)
    assert counted(slo) == (2400, 24)


def test_history_that_was_fetched_later_is_counted(stack: Stack, slo: Slo) -> None:
    make_requests(stack, hours=1, total=100)
    count(slo.account, NOW)
    make_hours(stack, days=10, total=1200, bad=12)
    Series.objects.update(backfilled_at=NOW + timedelta(seconds=1))
    assert counted(slo) == (10 * 24 * 1200 + 1200, 10 * 24 * 12)


def test_an_hour_without_finer_points_lies_evenly_in_its_slots(stack: Stack, slo: Slo) -> None:
    make_hours(stack, days=1, total=1200, bad=24)
    count(slo.account, NOW)
    counts = standing_of(slo).counts
    known = ~np.isnan(counts.total)
    assert set(counts.total[known]) == {100.0}
    assert set(counts.bad[known]) == {2.0}


def test_a_whole_account_is_all_its_stacks(stack: Stack) -> None:
    make_requests(stack, hours=1, total=100, bad=1)
    make_requests(make_stack(stack.account, "orders"), hours=1, total=50, bad=2)
    slo = make_slo(stack, "everything", stack=None)
    assert counted(slo) == (1800, 36)


def test_requests_and_failures_of_a_resource_are_counted(stack: Stack) -> None:
    function = make_resource(stack)
    make_points(function, {"requests": [100.0] * 12, "errors": [1.0] * 12})
    slo = make_slo(stack, "function", stack=None, resource=function)
    assert counted(slo) == (1200, 12)


def test_requests_of_which_the_failures_are_unknown_are_unknown(stack: Stack) -> None:
    function = make_resource(stack)
    make_points(function, {"requests": [100.0] * 12})
    slo = make_slo(stack, "function", stack=None, resource=function)
    assert counted(slo) == (0, 0)
    assert standing_of(slo).state == "unknown"


def test_without_traces_each_five_minutes_is_an_event(stack: Stack) -> None:
    function = make_resource(stack)
    make_points(function, {"requests": [100.0] * 12, "duration_p95": [310.0] * 9 + [2400.0] * 3})
    slo = make_slo(stack, "fast", stack=None, resource=function, kind="periods", target=1.0)
    assert counted(slo) == (12, 3)


def test_traced_requests_are_counted_by_their_response_time(stack: Stack) -> None:
    make_resource(stack, "web")
    at = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
    a_graph(stack.account, {("client", "web"): Calls(ok=10, seconds=0.2)}, at=at, minutes=30)
    a_graph(stack.account, {("client", "web"): Calls(ok=4, seconds=3.0)}, at=at + timedelta(minutes=30), minutes=10)
    slo = make_slo(stack, "fast", kind="latency", target=1.0)
    join_account(stack.account)
    assert counted(slo) == (340, 40)


def test_an_objective_about_something_else_starts_anew(stack: Stack, slo: Slo) -> None:
    make_requests(stack, hours=1)
    count(slo.account, NOW)
    forget(slo)
    assert not SloDay.objects.exists()
    slo.refresh_from_db()
    assert slo.counted_at is None


def test_days_that_no_window_reaches_are_dropped(stack: Stack, slo: Slo) -> None:
    make_requests(stack, hours=48)
    count(slo.account, NOW)
    expire(NOW + timedelta(days=39))
    assert SloDay.objects.count() == 2
    expire(NOW + timedelta(days=40))
    assert SloDay.objects.count() == 1


def test_excluded_time_does_not_count(stack: Stack, slo: Slo) -> None:
    make_requests(stack, hours=3, total=1000, bad=0, until=datetime(2026, 3, 10, 11, tzinfo=UTC))
    make_requests(stack, hours=1, total=1000, bad=900)
    start = datetime(2026, 3, 10, 11, tzinfo=UTC)
    SloExclusion.objects.create(slo=slo, reason="Migration", starts_at=start, ends_at=start + timedelta(hours=1))
    assert counted(slo) == (36_000, 0)
    assert not broken(slo)


def test_a_fast_burn_says_how_fast_and_when_the_budget_is_gone(stack: Stack, slo: Slo) -> None:
    make_requests(stack, hours=24 * 10, total=1000, until=NOW - timedelta(hours=1, minutes=2, seconds=30))
    make_requests(stack, hours=1, total=1000, bad=20)
    (found,) = broken(slo).values()
    assert (found.metric, found.severity, round(found.value), found.line) == ("burn_fast", "critical", 20, 14.4)
    assert found.subject.name == "Error budget of checkout availability (99.9 %, 28 days)"
    assert found.reason == "20× burn over 1 h, gone in 1 d 6 h"
    assert found.subject.page == f"/slos/{slo.pk}/"


def test_only_the_most_urgent_rule_is_told(stack: Stack, slo: Slo) -> None:
    make_requests(stack, hours=72, total=1000, bad=900)
    found = {one.metric: one.outcome for one in judge_slos(slo.account, NOW)}
    assert found == {
        "burn_fast": Outcome.BROKEN,
        "burn_slow": Outcome.UNKNOWN,
        "burn_drift": Outcome.UNKNOWN,
        "budget_spent": Outcome.HOLDS,
    }


def test_a_spent_budget_is_told_in_numbers(stack: Stack, slo: Slo) -> None:
    make_requests(stack, hours=24 * 8, total=1000, bad=0.9)
    make_requests(stack, hours=24, total=1000, bad=9, until=NOW - timedelta(days=4))
    found = broken(slo)
    assert list(found) == ["budget_spent"]
    assert found["budget_spent"].reason.startswith("spent: 4")


@pytest.mark.parametrize(
    ("alerting", "severities"), [("page", {"critical", "warning"}), ("warn", {"warning"}), ("none", set())]
)
def test_how_loud_it_is_is_chosen(stack: Stack, slo: Slo, alerting: str, severities: set[str]) -> None:
    Slo.objects.update(alerting=alerting)
    make_requests(stack, hours=1)
    assert {one.severity.value for one in judge_slos(slo.account, NOW)} == severities


def test_old_counts_say_nothing_of_now(stack: Stack, slo: Slo) -> None:
    make_requests(stack, hours=2, bad=900, until=NOW - timedelta(hours=2))
    assert {one.outcome for one in judge_slos(slo.account, NOW)} == {Outcome.UNKNOWN}
    assert standing_of(slo).state == "unknown"


def test_an_alert_opens_once_and_ends_when_the_burning_ends(stack: Stack, slo: Slo) -> None:
    make_requests(stack, hours=2, bad=100)
    apply_findings(slo.account, judge_slos(slo.account, NOW), NOW, kind="slo")
    apply_findings(slo.account, judge_slos(slo.account, NOW), NOW, kind="slo")
    alert = Alert.objects.get()
    assert (alert.metric, alert.stack, alert.severity) == ("burn_fast", stack, "critical")
    later = NOW + timedelta(hours=12)
    make_requests(stack, hours=12, until=later - timedelta(minutes=2, seconds=30))
    apply_findings(slo.account, judge_slos(slo.account, later), later, kind="slo")
    alert.refresh_from_db()
    assert alert.state == Alert.State.RESOLVED


def test_many_objectives_take_few_queries(stack: Stack, django_assert_max_num_queries: object) -> None:
    make_requests(stack, hours=1)
    for number in range(20):
        make_slo(stack, f"objective {number}")
    count(stack.account, NOW)
    with django_assert_max_num_queries(12):  # type: ignore[operator] # a fixture that is a context manager
        count(stack.account, NOW)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        statuses_of(visible(EVERYTHING), NOW)


def test_another_accounts_objectives_are_left_alone(stack: Stack, slo: Slo) -> None:
    assert count(make_account("Other", 2), NOW) == 0
