"""The collectors page, freshness and progress."""

from datetime import timedelta
from decimal import Decimal

import pytest

from dashboard.access.models import Team
from dashboard.access.roles import EVERYTHING, Scope
from dashboard.inventory.models import Account, Stack
from dashboard.polls.models import TRACE_SOURCES, Run, Target
from dashboard.polls.read import State, collectors, freshness, progress
from dashboard.polls.write import ensure_targets, expire_runs
from tests.polls.conftest import NOW, MakeTarget

MINUTE = timedelta(minutes=1)


def run_of(target: Target, ago: timedelta = MINUTE, **columns: object) -> Run:
    given: dict[str, object] = {"duration": timedelta(seconds=2), "ok": True, "calls": 3, "points": 100, **columns}
    return Run.objects.create(target=target, started_at=NOW - ago, **given)


@pytest.mark.parametrize(
    ("columns", "state"),
    [
        ({}, State.NEW),
        ({"last_success_at": NOW - MINUTE}, State.OK),
        ({"last_success_at": NOW - MINUTE, "last_error": "throttled"}, State.PARTIAL),
        ({"last_success_at": NOW - 11 * MINUTE}, State.LATE),
        ({"last_success_at": NOW - 11 * MINUTE, "lease_until": NOW + MINUTE}, State.RUNNING),
        ({"failures": 1, "last_error": "throttled"}, State.FAILING),
        ({"paused_at": NOW, "failures": 1}, State.PAUSED),
        ({"paused_at": NOW, "attempts": 3}, State.QUARANTINED),
    ],
)
def test_the_state_of_a_target(make_target: MakeTarget, columns: dict[str, object], state: State) -> None:
    make_target(**columns)
    assert [one.state for one in collectors(EVERYTHING, NOW)] == [state]


def test_a_collector_shows_its_last_day(make_target: MakeTarget) -> None:
    target = make_target(due_at=NOW - 3 * MINUTE)
    run_of(target, cost=Decimal("0.02"), throttles=1)
    run_of(target, timedelta(hours=2), cost=Decimal("0.03"), duration=timedelta(seconds=9))
    run_of(target, timedelta(days=2))
    (one,) = collectors(EVERYTHING, NOW)
    assert (one.runs, one.calls, one.points, one.throttles, one.cost) == (2, 6, 200, 1, Decimal("0.05"))
    assert (one.slowest, one.lag) == (timedelta(seconds=9), 3 * MINUTE)


def test_a_team_sees_the_collectors_of_its_stacks_accounts(make_target: MakeTarget, account: Account) -> None:
    other = Account.objects.create(name="other", account_id="444455556666")
    team = Team.objects.create(name="shop")
    Stack.objects.create(account=account, name="shop", source="tag", team=team, first_seen_at=NOW)
    mine, _ = make_target(), make_target(account=other)
    scope = Scope(everything=False, team_ids=frozenset({team.pk}))
    assert [one.target_id for one in collectors(scope, NOW)] == [mine.pk]


def test_freshness_names_what_is_late_and_why(make_target: MakeTarget, account: Account) -> None:
    make_target(last_success_at=NOW - MINUTE)
    make_target(
        last_success_at=NOW - 20 * MINUTE, last_error="throttled", last_error_text="Too many calls.", failures=1
    )
    found = freshness([account.pk], NOW)[account.pk]
    assert found.newest_at == NOW - MINUTE
    assert [(one.since, one.reason) for one in found.late] == [(NOW - 20 * MINUTE, "Too many calls.")]


def test_a_target_that_never_succeeded_is_late_after_two_intervals(make_target: MakeTarget, account: Account) -> None:
    make_target(last_attempt_at=NOW - 11 * MINUTE, failures=1, last_error_text="No answer.")
    (late,) = freshness([account.pk], NOW)[account.pk].late
    assert (late.since, late.reason) == (None, "No answer.")


def test_progress_counts_targets_and_points(make_target: MakeTarget) -> None:
    done = make_target(last_success_at=NOW, due_at=NOW + MINUTE)
    make_target()
    make_target(lease_until=NOW + MINUTE)
    run_of(done)
    found = progress(NOW)
    assert (found.targets, found.due, found.running, found.done, found.points) == (3, 1, 1, 1, 100)


def test_old_runs_expire(make_target: MakeTarget) -> None:
    target = make_target()
    run_of(target, timedelta(days=15))
    kept = run_of(target, timedelta(days=13))
    assert expire_runs(NOW, timedelta(days=14)) == 1
    assert Run.objects.get() == kept


def test_an_account_has_inventory_traces_and_alarms_per_region_and_metrics_where_any_are(account: Account) -> None:
    ensure_targets(account, NOW, [("eu-west-1", "metrics_5m", 2)])
    ensure_targets(account, NOW, [("eu-west-1", "metrics_5m", 2)])
    own = Target.objects.filter(region="eu-west-1")
    assert sorted(own.values_list("source", "part")) == [
        ("alarms", 0), ("inventory", 0), ("metrics_5m", 0), ("metrics_5m", 1), ("trace_graph", 0), ("traces", 0)
    ]  # fmt: skip
    assert set(own.values_list("due_at", flat=True)) == {NOW}


def test_traces_are_not_asked_in_regions_where_only_global_services_are_listed(account: Account) -> None:
    ensure_targets(account, NOW)
    assert not Target.objects.filter(region="us-east-1", source__in=TRACE_SOURCES).exists()


def test_failing_traces_do_not_make_metrics_stale(make_target: MakeTarget, account: Account) -> None:
    make_target(last_success_at=NOW - MINUTE)
    make_target(source="trace_graph", last_attempt_at=NOW - 60 * MINUTE, failures=9, last_error="access_denied")
    assert not freshness([account.pk], NOW)[account.pk].stale


def test_targets_of_regions_and_parts_that_are_no_more_go(account: Account) -> None:
    account.regions = ["eu-west-1", "eu-north-1"]
    ensure_targets(account, NOW, [("eu-west-1", "metrics_5m", 2), ("eu-north-1", "metrics_5m", 1)])
    account.regions = ["eu-west-1"]
    ensure_targets(account, NOW, [("eu-west-1", "metrics_5m", 1), ("eu-north-1", "metrics_5m", 1)])
    assert not Target.objects.filter(region="eu-north-1").exists()
    assert Target.objects.filter(region="eu-west-1", source="metrics_5m").count() == 1
