"""How one node or connection did over a window, column by column."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.access.roles import EVERYTHING
from dashboard.core.windows import Window
from dashboard.inventory.models import Account
from dashboard.traces.models import GraphSlice
from dashboard.traces.read import edge_history, node_history
from dashboard.traces.read.shape import History
from dashboard.traces.spans import HOUR, MINUTE, TEN_MINUTES
from tests.factories import make_account, make_resource, make_stack
from tests.traces.builders import Calls, a_graph

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


@pytest.fixture
def account() -> Account:
    return make_account()


def totals(history: History | None) -> list[tuple[int, int]]:
    """Minutes from AT and requests of each column."""
    assert history is not None
    start = int(AT.timestamp())
    return [((one.at - start) // 60, one.flow.total) for one in history.columns]


@pytest.mark.parametrize(
    ("length", "step"),
    [(timedelta(hours=1), MINUTE), (timedelta(hours=2), MINUTE), (timedelta(hours=3), TEN_MINUTES),
     (timedelta(days=2), TEN_MINUTES), (timedelta(days=3), HOUR)],
)  # fmt: skip
def test_longer_windows_have_wider_columns(account: Account, length: timedelta, step: int) -> None:
    node = a_graph(account, {("client", "web"): 1}, at=AT)["web"]
    history = node_history(EVERYTHING, node.pk, Window(AT, AT + length))
    assert history is not None
    assert history.step == step


def test_columns_are_minutes_of_what_came(account: Account) -> None:
    node = a_graph(account, {("client", "web"): 5}, at=AT, minutes=2)["web"]
    a_graph(account, {("client", "other"): 5}, at=AT + timedelta(minutes=2))
    a_graph(account, {("client", "web"): 7}, at=AT + timedelta(minutes=3))
    history = node_history(EVERYTHING, node.pk, Window(AT, AT + timedelta(hours=1)))
    assert totals(history) == [(0, 5), (1, 5), (2, 0), (3, 7)]
    assert history is not None
    assert (history.whole.total, history.whole.minutes) == (17, 4)


def test_columns_of_ten_minutes_take_minutes_where_the_span_is_not_whole(account: Account) -> None:
    node = a_graph(account, {("client", "web"): 5}, at=AT, minutes=13)["web"]
    history = node_history(EVERYTHING, node.pk, Window(AT, AT + timedelta(hours=3)))
    assert totals(history) == [(0, 50), (10, 15)]
    assert history is not None
    assert [one.flow.per_minute for one in history.columns] == [5, 5]


def test_a_span_that_was_only_asked_whole_counts_in_the_whole_but_has_no_minutes(account: Account) -> None:
    node = a_graph(account, {("client", "web"): 5}, at=AT, minutes=10)["web"]
    GraphSlice.objects.filter(period=MINUTE).delete()
    history = node_history(EVERYTHING, node.pk, Window(AT, AT + timedelta(hours=1)))
    assert history is not None
    assert (history.whole.total, history.columns) == (50, [])


def test_the_compared_window_is_one_flow(account: Account) -> None:
    node = a_graph(account, {("client", "web"): 5}, at=AT, minutes=10)["web"]
    a_graph(account, {("client", "web"): Calls(ok=3, seconds=0.5)}, at=AT - timedelta(hours=1), minutes=10)
    window = Window(AT, AT + timedelta(hours=1))
    history = node_history(EVERYTHING, node.pk, window, window.shifted(timedelta(hours=-1)))
    assert history is not None
    assert history.before is not None
    assert (history.before.total, history.before.mean) == (30, pytest.approx(0.5))


def test_an_edge_has_a_history_of_its_own(account: Account) -> None:
    nodes = a_graph(account, {("client", "web"): 5, ("web", "table:orders"): Calls(ok=9, seconds=0.01)}, at=AT)
    window = Window(AT, AT + timedelta(hours=1))
    history = edge_history(EVERYTHING, nodes["web"].pk, nodes["table:orders"].pk, window)
    assert totals(history) == [(0, 9)]
    assert history is not None
    assert history.whole.percentiles()[0] == pytest.approx(0.01, rel=0.01)


def test_what_does_not_exist_has_no_history(account: Account) -> None:
    nodes = a_graph(account, {("client", "web"): 5, ("web", "table:orders"): 9}, at=AT)
    window = Window(AT, AT + timedelta(hours=1))
    assert node_history(EVERYTHING, 0, window) is None
    assert edge_history(EVERYTHING, nodes["table:orders"].pk, nodes["web"].pk, window) is None


def test_a_window_in_which_nothing_was_collected_is_empty(account: Account) -> None:
    node = a_graph(account, {("client", "web"): 5}, at=AT)["web"]
    history = node_history(EVERYTHING, node.pk, Window(AT + timedelta(days=1), AT + timedelta(days=1, hours=1)))
    assert history is not None
    assert (history.whole.total, history.columns) == (0, [])


def test_of_several_nodes_of_one_resource_the_one_that_saw_most_tells(account: Account) -> None:
    topic = "arn:aws:sns:eu-west-1:000000000001:news"
    make_resource(make_stack(account), "news", "sns", physical_id=topic)
    a_graph(account, {("web", "topic:news"): 9}, at=AT)
    other = a_graph(account, {("batch", "topic:news"): 2}, at=AT, region="eu-north-1")
    assert other["batch"].region == "eu-north-1"
    node = account.trace_nodes.get(name="news", region="eu-north-1")
    assert totals(node_history(EVERYTHING, node.pk, Window(AT, AT + timedelta(hours=1)))) == [(0, 9)]


def test_a_group_has_a_history_of_its_own(account: Account) -> None:
    node = a_graph(account, {("client", "web"): 5}, at=AT)["web"]
    a_graph(account, {("client", "web"): 2}, at=AT, group="checkout")
    window = Window(AT, AT + timedelta(hours=1))
    assert totals(node_history(EVERYTHING, node.pk, window, group="checkout")) == [(0, 2)]
