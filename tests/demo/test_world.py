import numpy as np
import pytest

from dashboard.demo.world.blueprints import build
from dashboard.demo.world.components import Incident
from dashboard.demo.world.identity import arn, physical_id
from dashboard.demo.world.members import members_of
from dashboard.demo.world.plan import Plan
from dashboard.demo.world.world import World

ORIGIN = 29_700_000  # a Saturday in June 2026, 24 minutes to midnight UTC
NOW = ORIGIN * 60


def some_series(world: World) -> list[str]:
    listed = [series for place in world._series.values() for series in place.values()]
    return [
        np.array2string(world.values(series, "Sum", ORIGIN - 120, 5, 24, now=NOW), precision=12)
        for series in listed[::9]
    ]


def test_the_same_seed_gives_the_same_world() -> None:
    assert some_series(World(7, ORIGIN)) == some_series(World(7, ORIGIN))


def test_another_seed_gives_another_world() -> None:
    assert some_series(World(7, ORIGIN)) != some_series(World(8, ORIGIN))


def test_values_do_not_depend_on_the_window_they_are_asked_in() -> None:
    world = World(1, ORIGIN)
    for series in list(world.series_in("111122223333", "eu-west-1").values())[::7]:
        long = world.values(series, "Average", ORIGIN - 7 * 1440, 60, 7 * 24, now=NOW)
        short = world.values(series, "Average", ORIGIN - 180, 60, 3, now=NOW)
        np.testing.assert_allclose(long[-3:], short, rtol=1e-9)


@pytest.mark.parametrize("hour", [0, 4, 9, 14, 20])
def test_the_incidents_are_plain_at_any_hour(hour: int) -> None:
    origin = ORIGIN // 1440 * 1440 + hour * 60
    world = World(1, origin)
    flow = world.flow(origin - 30, origin)
    found = {component.name: component for component in world.plan.components}

    assert flow.backlog(found["orders-fulfilment"])[-1] > 1000
    assert flow.backlog(found["notifications-email-dlq"])[-1] > 200
    assert flow.utilisation(found["catalog-db"])[-1] > 0.85
    assert flow.throttled(found["clickstream-events"])[-1] > 500
    assert flow.iterator_age(found["clickstream-events"])[-1] > 600_000
    assert flow.fault_share(found["checkout-api"])[-1] > 0.05
    assert flow.arrivals(found["images-make-thumbnail"])[-1] > 200


def test_nights_are_quieter_than_evenings() -> None:
    world = World(1, ORIGIN)
    balancer = next(component for component in world.plan.components if component.kind == "alb")
    day = ORIGIN // 1440 * 1440 - 3 * 1440
    rate = world.flow(day, day + 1440).arrivals(balancer)

    assert rate[3 * 60 : 4 * 60].mean() < 0.3 * rate[18 * 60 : 20 * 60].mean()


def test_what_a_queue_receives_is_what_was_sent_to_it() -> None:
    world = World(1, ORIGIN)
    flow = world.flow(ORIGIN - 60, ORIGIN)
    for edge in world.plan.edges:
        if edge.kind == "queue":
            senders = sum(flow.sent(into) for into in world.plan.into(edge.source))
            traffic = edge.source.get("traffic")
            if traffic is None:
                np.testing.assert_allclose(flow.arrivals(edge.source), senders)


def test_the_world_is_large_enough() -> None:
    plan = build()
    roots = [stack for stack in plan.stacks if not stack.parent]

    assert len(plan.components) >= 150
    assert len(roots) >= 8
    assert len({stack.account_id for stack in roots}) == 2
    assert len({component.region for component in plan.components}) == 3
    assert any(stack.parent for stack in plan.stacks)
    assert {stack.environment for stack in roots} == {"prod", "staging"}
    assert {stack.team for stack in roots} == {"payments", "storefront", "data", "platform"}


def test_half_of_the_stacks_are_healthy() -> None:
    plan = build()
    sick = {c.stack for c in plan.components if plan.touching(c)}
    roots = {stack.name for stack in plan.stacks if not stack.parent}

    assert len(roots - sick) >= 6


def test_ids_are_unique_and_arns_complete() -> None:
    plan = build()
    for ids in (
        [arn(c) for c in plan.components if c.kind != "custom"],
        [(c.region, c.kind, physical_id(c)) for c in plan.components],
    ):
        assert len(ids) == len(set(ids))
        assert all(ids)


def test_logical_ids_are_unique_within_a_stack() -> None:
    plan = build()
    for stack in plan.stacks:
        names = [member.logical_id for member in members_of(plan, stack)]
        assert len(names) == len(set(names)), stack.name


def test_every_change_of_a_deploy_names_a_resource_of_its_stack() -> None:
    plan = build()
    for stack in plan.stacks:
        names = {member.logical_id for member in members_of(plan, stack)}
        for deploy in stack.deploys:
            assert {change.logical_id for change in deploy.changes} <= names, stack.name


def test_an_incident_at_a_missing_component_is_refused() -> None:
    plan = build()
    with pytest.raises(ValueError, match="does not exist"):
        Plan(plan.components, plan.edges, plan.stacks, [Incident("x", "x", "nowhere", 1, {})])
