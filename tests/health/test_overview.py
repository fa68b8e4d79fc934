"""The overview's rows: worst first, within what the user may see, in few queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.access.roles import Scope, scope_of
from dashboard.core.windows import Window
from dashboard.health.models import StackHealth
from dashboard.health.read import Overview, overview
from dashboard.inventory.models import Account, Resource, Stack
from tests.factories import (
    GRID,
    NOW,
    make_account,
    make_deploy,
    make_resource,
    make_signals,
    make_stack,
    make_user,
    make_verdict,
)

WINDOW = Window(GRID - timedelta(hours=1), GRID)
BEFORE = Window(GRID - timedelta(hours=2), GRID - timedelta(hours=1))
QUERIES = 12


@pytest.fixture
def everything(db: None) -> Scope:
    return scope_of(make_user())


def names(found: Overview) -> list[str]:
    return [row.stack.name for row in found.rows]


def test_the_worst_stands_first_then_the_busiest(everything: Scope, account: Account) -> None:
    for name, state, traffic in (("calm", "ok", 900.0), ("red", "critical", 10.0), ("busy", "ok", 9000.0)):
        one = make_stack(account, name)
        make_verdict(make_resource(one, name), state)
        make_signals(one, {"traffic": [traffic] * 12})
    silent = make_stack(account, "silent")
    found = overview(everything, WINDOW)
    assert names(found) == ["red", "busy", "calm", silent.name]
    assert found.counts == {"critical": 1, "warning": 0, "ok": 2, "unknown": 1}


def test_a_row_names_the_guilty_resource_its_reason_and_the_last_deploy(everything: Scope, stack: Stack) -> None:
    resource = make_resource(stack)
    make_verdict(resource, "critical", "p95 is 2.4 s")
    make_deploy(stack, timedelta(days=2), result="failed")
    newest = make_deploy(stack, timedelta(hours=1))
    row = overview(everything, WINDOW).rows[0]
    assert row.guilty is not None
    assert (row.guilty.id, row.reason, row.metric) == (resource.pk, "p95 is 2.4 s", "duration_p95")
    assert (row.deployed_at, row.deploy_result) == (newest.started_at, "succeeded")
    assert row.slowest == row.fullest == row.guilty


def test_figures_are_compared_with_the_window_before(everything: Scope, stack: Stack) -> None:
    make_signals(stack, {"traffic": [400.0] * 12 + [600.0] * 12, "errors": [4.0] * 12 + [12.0] * 12})
    row = overview(everything, WINDOW, BEFORE).rows[0]
    assert row.requests_change == pytest.approx(0.5)
    assert row.errors_change == pytest.approx(1.0)


def test_the_total_adds_up_all_stacks(everything: Scope, account: Account) -> None:
    for name in ("one", "other"):
        make_signals(make_stack(account, name), {"traffic": [600.0] * 12, "errors": [6.0] * 12})
    total = overview(everything, WINDOW).total
    assert (total.requests_per_minute, total.error_rate) == (240, pytest.approx(0.01))


def test_a_user_sees_the_stacks_of_their_teams(account: Account) -> None:
    team = Team.objects.create(name="shop")
    make_stack(account, "ours", team)
    make_stack(account, "theirs")
    scope = scope_of(make_user("tom", see_all=False, teams=[team]))
    assert names(overview(scope, WINDOW)) == ["ours"]


def test_filters_narrow_by_account_environment_and_team(everything: Scope, account: Account) -> None:
    team = Team.objects.create(name="shop")
    other = make_account("Data", 2)
    make_stack(account, "ours", team)
    make_stack(account, "staging", environment="staging")
    make_stack(other, "data")
    assert names(overview(everything, WINDOW, accounts=[other.account_id])) == ["data"]
    assert names(overview(everything, WINDOW, environments=["staging"])) == ["staging"]
    assert names(overview(everything, WINDOW, teams=["shop"])) == ["ours"]
    assert len(overview(everything, WINDOW, teams=["shop"]).visible) == 3


def test_a_stack_that_was_never_judged_is_unknown(everything: Scope, stack: Stack) -> None:
    row = overview(everything, WINDOW).rows[0]
    assert (row.state, row.reason, row.guilty) == ("unknown", "", None)
    assert row.figures.requests_per_minute is None


def test_forty_stacks_with_two_thousand_resources_take_as_few_queries_as_one(
    everything: Scope, account: Account
) -> None:
    for number in range(40):
        one = make_stack(account, f"stack-{number}")
        make_signals(one, {"traffic": [600.0] * 12, "latency": [300.0] * 12})
        Resource.objects.bulk_create(
            Resource(
                account=account,
                stack=one,
                service="lambda",
                name=f"function-{number}-{part}",
                physical_id=f"function-{number}-{part}",
                region="eu-west-1",
                first_seen_at=NOW,
                seen_at=NOW,
            )
            for part in range(50)
        )
        StackHealth.objects.create(stack=one, resource=one.resources.first(), state="ok", judged_at=NOW)
    with CaptureQueriesContext(connection) as queries:
        found = overview(everything, WINDOW, BEFORE)
    assert len(found.rows) == 40
    assert len(queries) <= QUERIES


def test_a_month_is_summed_from_hours(everything: Scope, stack: Stack) -> None:
    make_signals(stack, {"traffic": [120.0] * 36, "errors": [6.0] * 36})
    figures = overview(everything, Window(GRID - timedelta(days=30), GRID)).rows[0].figures
    assert figures.requests_per_minute == 24.0
    assert figures.error_rate == pytest.approx(0.05)
