"""Who sees what of the service map: their own, what stands next to it, and of others' only that it is there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.access.models import Team
from dashboard.access.roles import EVERYTHING, NOTHING, Scope
from dashboard.core.windows import Window
from dashboard.inventory.models import Stack
from dashboard.traces.models import Node
from dashboard.traces.read import edge_history, node_history, service_map
from dashboard.traces.read.shape import ServiceMap
from tests.factories import make_account, make_link, make_resource, make_stack
from tests.traces.builders import a_graph

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
WINDOW = Window(AT, AT + timedelta(minutes=30))
CALLS = {
    ("client", "web"): 9,
    ("web", "pay"): 8,
    ("pay", "remote:bank"): 7,
    ("pay", "book"): 6,
    ("web", "remote:fraud"): 5,
}
"""web is the shop's, pay the payments team's, book the finance team's."""


@pytest.fixture
def stacks() -> dict[str, Stack]:
    account = make_account()
    stacks = {}
    for name, function in (("shop", "web"), ("payments", "pay"), ("finance", "book")):
        team = Team.objects.create(name=name)
        stacks[name] = make_stack(account, name, team, environment="prod" if name == "shop" else "test")
        make_resource(stacks[name], function)
    a_graph(account, CALLS, at=AT)
    return stacks


def scope(*stacks: Stack) -> Scope:
    return Scope(everything=False, team_ids=frozenset(one.team_id for one in stacks if one.team_id))


def seen(who: Scope, **filters: Any) -> tuple[set[str], set[tuple[str, str]]]:
    """Names of nodes, and of the ends of edges."""
    found = service_map(who, WINDOW, **filters)
    names = {one.id: "client" if one.kind == "client" else one.name for one in found.nodes}
    return set(names.values()), {(names[one.source], names[one.target]) for one in found.edges}


def node_pk(name: str) -> int:
    return Node.objects.exclude(type="client").get(name=name).pk


def test_whoever_may_see_everything_sees_everything(stacks: dict[str, Stack]) -> None:
    nodes, edges = seen(EVERYTHING)
    assert nodes == {"client", "web", "pay", "bank", "book", "fraud"}
    assert len(edges) == 5


def test_whoever_may_see_nothing_sees_nothing(stacks: dict[str, Stack]) -> None:
    found = service_map(NOTHING, WINDOW)
    assert (found.nodes, found.edges, found.coverage) == ([], [], {})


def test_others_stand_next_to_ones_own_without_a_name(stacks: dict[str, Stack]) -> None:
    nodes, edges = seen(scope(stacks["shop"]))
    assert nodes == {"client", "web", "fraud", "Hidden"}
    assert edges == {("client", "web"), ("web", "Hidden"), ("web", "fraud")}


def hidden_of(found: ServiceMap) -> dict[str, object]:
    (hidden,) = (one for one in found.nodes if one.hidden)
    return {name: getattr(hidden, name) for name in hidden.__dataclass_fields__}


def test_of_what_is_hidden_nothing_is_told(stacks: dict[str, Stack]) -> None:
    resource = stacks["payments"].resources.get()
    states = {resource.pk: ("critical", "pay fails")}
    told = hidden_of(service_map(scope(stacks["shop"]), WINDOW, states=states))
    assert told == {
        "id": f"n{node_pk('pay')}", "name": "Hidden", "kind": "service", "hidden": True, "state": "unknown",
        "resource_id": None, "stack_id": None, "flow": None, "before": None, "entry": False,
        **dict.fromkeys(
            ("type", "service", "stack_name", "account_id", "account_name", "region", "environment", "reason"), ""
        ),
    }  # fmt: skip


def test_coverage_is_told_of_ones_own_stacks_alone(stacks: dict[str, Stack]) -> None:
    assert set(service_map(scope(stacks["shop"]), WINDOW).coverage) == {stacks["shop"].pk}


def test_untraced_resources_of_others_are_hidden_too(stacks: dict[str, Stack]) -> None:
    queue = make_resource(stacks["finance"], "books", "sqs")
    make_link(queue, stacks["shop"].resources.get())
    nodes, edges = seen(scope(stacks["shop"]))
    assert "books" not in nodes
    assert len(edges) == 4


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"environments": {"prod"}}, {"client", "web", "pay", "fraud"}),
        ({"teams": {"finance"}}, {"pay", "book"}),
        ({"accounts": {"999999999999"}}, set()),
        ({"accounts": {"000000000001"}}, {"client", "web", "pay", "bank", "book", "fraud"}),
    ],
)
def test_filters_keep_what_they_pick_and_its_neighbours(
    stacks: dict[str, Stack], filters: dict[str, set[str]], expected: set[str]
) -> None:
    assert seen(EVERYTHING, **filters)[0] == expected


def test_a_stack_has_its_own_piece_of_the_map(stacks: dict[str, Stack]) -> None:
    nodes, edges = seen(EVERYTHING, stack_ids={stacks["payments"].pk})
    assert nodes == {"web", "pay", "bank", "book"}
    assert edges == {("web", "pay"), ("pay", "bank"), ("pay", "book")}


def test_no_stack_is_no_map(stacks: dict[str, Stack]) -> None:
    assert seen(EVERYTHING, stack_ids=set()) == (set(), set())


def test_filters_do_not_widen_what_may_be_seen(stacks: dict[str, Stack]) -> None:
    assert seen(scope(stacks["shop"]), stack_ids={stacks["payments"].pk}) == (set(), set())


@pytest.mark.parametrize(("name", "may"), [("web", True), ("pay", False), ("book", False), ("fraud", True),
                                           ("bank", False)])  # fmt: skip
def test_histories_of_nodes_follow_the_same_rule(stacks: dict[str, Stack], name: str, *, may: bool) -> None:
    assert (node_history(scope(stacks["shop"]), node_pk(name), WINDOW) is not None) == may


@pytest.mark.parametrize(("ends", "may"), [(("web", "pay"), True), (("pay", "bank"), False), (("pay", "book"), False)])
def test_histories_of_edges_need_one_end_of_ones_own(
    stacks: dict[str, Stack], ends: tuple[str, str], *, may: bool
) -> None:
    source, target = (node_pk(one) for one in ends)
    assert (edge_history(scope(stacks["shop"]), source, target, WINDOW) is not None) == may
