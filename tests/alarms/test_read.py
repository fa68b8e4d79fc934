"""Which alarms one sees, in which order, and what nobody watches."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.access.roles import EVERYTHING, NOTHING, Scope
from dashboard.alarms.models import CloudWatchAlarm
from dashboard.alarms.read import alarms, alarms_of, coverage
from dashboard.catalog import service
from dashboard.inventory.models import Account, Resource, Stack
from dashboard.thresholds.models import ThresholdRule
from dashboard.thresholds.read import rules
from tests.alarms.conftest import listed
from tests.factories import NOW, make_resource, make_stack

Store = Callable[..., int]
SCALING = ("arn:aws:autoscaling:eu-west-1:1:scalingPolicy:a",)


@pytest.fixture
def team(stack: Stack) -> Team:
    stack.team = Team.objects.create(name="Payments")
    stack.save()
    return stack.team


def ago(hours: int) -> dict[str, object]:
    return {"since": NOW - timedelta(hours=hours)}


def test_what_is_in_alarm_comes_first_and_the_newest_of_it(store: Store) -> None:
    store(
        listed("fine", **ago(1)),
        listed("old", state="ALARM", **ago(9)),
        listed("scales", state="ALARM", actions=SCALING, **ago(1)),
        listed("blind", state="INSUFFICIENT_DATA", **ago(1)),
        listed("new", state="ALARM", **ago(2)),
    )
    assert [row.alarm.name for row in alarms(EVERYTHING, NOW)] == ["new", "old", "blind", "scales", "fine"]


def test_one_sees_the_alarms_of_ones_stacks(store: Store, stack: Stack, team: Team) -> None:
    make_resource(stack, "mine", dimensions={"FunctionName": "mine"})
    store(listed("mine"), listed("nobody's"), listed("both", rule="ALARM(mine)"), listed("all", rule="ALARM(nobody's)"))
    mine = Scope(everything=False, team_ids=frozenset({team.pk}))
    assert sorted(row.alarm.name for row in alarms(mine, NOW)) == ["both", "mine"]
    assert len(alarms(EVERYTHING, NOW)) == 4
    assert alarms(NOTHING, NOW) == []


def test_a_composite_alarm_of_others_is_not_named(store: Store, account: Account, stack: Stack, team: Team) -> None:
    make_resource(stack, "mine", dimensions={"FunctionName": "mine"})
    make_resource(make_stack(account, "other"), "theirs", dimensions={"FunctionName": "theirs"})
    store(listed("mine"), listed("theirs"), listed("secret", rule="ALARM(mine) OR ALARM(theirs)"))
    (row,) = alarms(Scope(everything=False, team_ids=frozenset({team.pk})), NOW)
    assert row.parents == []
    assert {tuple(row.parents) for row in alarms(EVERYTHING, NOW)} == {("secret",), ()}


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ({"accounts": frozenset({"000000000001"})}, ["fine", "free"]),
        ({"accounts": frozenset({"999988887777"})}, []),
        ({"environments": frozenset({"prod"})}, ["fine"]),
        ({"teams": frozenset({"Payments"})}, ["fine"]),
        ({"teams": frozenset({"Other"})}, []),
    ],
)
def test_account_environment_and_team_are_chosen(
    store: Store, stack: Stack, team: Team, chosen: dict[str, frozenset[str]], names: list[str]
) -> None:
    make_resource(stack, "fine", dimensions={"FunctionName": "fine"})
    store(listed("fine"), listed("free"))
    assert sorted(row.alarm.name for row in alarms(EVERYTHING, NOW, **chosen)) == names


def test_a_part_of_a_composite_alarm_that_tells_somebody_needs_no_action(store: Store) -> None:
    store(listed("part", actions=()), listed("alone", actions=()), listed("both", rule="ALARM(part)"))
    assert {row.alarm.name for row in alarms(EVERYTHING, NOW) if row.dead} == {"alone"}


def test_how_often_it_went_off_counts_the_last_week(store: Store) -> None:
    store(listed("a"))
    hours = [1, 2, 3, 24 * 8]
    changes = [[int((NOW - timedelta(hours=one)).timestamp()), "OK", "ALARM" if one != 2 else "OK"] for one in hours]
    CloudWatchAlarm.objects.update(changes=changes)
    (row,) = alarms(EVERYTHING, NOW)
    assert row.went_off == 2


def test_alarms_of_a_resource(store: Store, stack: Stack) -> None:
    mine = make_resource(stack, "mine", dimensions={"FunctionName": "mine"})
    store(listed("mine"), listed("other"))
    assert [row.alarm.name for row in alarms_of(mine, EVERYTHING, NOW)] == ["mine"]


def watched_by_nobody(watched: frozenset[int] = frozenset(), scope: Scope = EVERYTHING) -> dict[str, list[str]]:
    found = coverage(scope, rules(), watched).unwatched
    return {one.service: [resource.name for resource in one.resources] for one in found}


@pytest.fixture
def bare(stack: Stack) -> Resource:
    """A topic of which every threshold is muted."""
    topic = make_resource(stack, "bare", "sns")
    for one in service("sns").thresholds:
        ThresholdRule.objects.create(
            service="sns", metric=one.metric, severity=one.severity, muted=True, resource=topic
        )
    return topic


def test_what_the_catalogue_judges_is_watched(stack: Stack) -> None:
    make_resource(stack, "function")
    assert watched_by_nobody() == {}


def test_what_has_no_threshold_in_force_is_watched_by_nobody_but_by_an_alarm(stack: Stack, bare: Resource) -> None:
    make_resource(stack, "function")
    assert watched_by_nobody() == {"sns": ["bare"]}
    assert watched_by_nobody(frozenset({bare.pk})) == {}


def test_what_is_gone_and_what_the_catalogue_does_not_know_is_not_asked_for(stack: Stack) -> None:
    make_resource(stack, "gone", "event_bus", gone_at=NOW)
    make_resource(stack, "own", "custom")
    assert watched_by_nobody() == {}


def test_what_nobody_watches_is_what_one_may_see(bare: Resource) -> None:
    assert watched_by_nobody(scope=NOTHING) == {}


def test_the_number_of_queries_does_not_grow(store: Store, stack: Stack) -> None:
    for number in range(40):
        make_resource(stack, f"f{number}", dimensions={"FunctionName": f"f{number}"})
    store(*[listed(f"f{number}") for number in range(40)], listed("both", rule="ALARM(f1) OR ALARM(f2)"))
    with CaptureQueriesContext(connection) as queries:
        alarms(EVERYTHING, NOW)
        coverage(EVERYTHING, rules(), frozenset())
    assert len(queries) <= 6, "\n".join(query["sql"][:150] for query in queries.captured_queries)
