"""The service graph from X-Ray into rows: each span once, and one failure leaves the others alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import numpy as np
import pytest

from dashboard.aws import AwsError, ErrorKind, Region, XrayGroup, XrayService
from dashboard.core.windows import Window
from dashboard.inventory.models import Account
from dashboard.traces.collect import collect_graph
from dashboard.traces.collect.graph import Collected
from dashboard.traces.models import Edge, GraphSlice, Node, TraceGroup, TraceSource
from dashboard.traces.spans import HOUR, MINUTE, TEN_MINUTES, GraphChoices
from dashboard.traces.tally import add_up, unpack
from tests.factories import make_account
from tests.traces.builders import Calls, Pairs, an_answer

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, 7, 30, tzinfo=UTC)
CLOSED = int(datetime(2026, 3, 10, 12, 4, tzinfo=UTC).timestamp())
REGION = "eu-west-1"
CHOICES = GraphChoices(backfill=timedelta(hours=6))
SHOP: Pairs = {("client", "web"): Calls(ok=8, fault=2, seconds=0.3), ("web", "table:orders"): 20}
CHECKOUT = XrayGroup("checkout", "arn:aws:xray:eu-west-1:111122223333:group/checkout/A", 'service("web")')


@dataclass
class FakeGraph:
    """Answers like `aws.Region`, with the same calls in every minute; `fails` may raise for a window or an action."""

    calls: Pairs = field(default_factory=lambda: SHOP)
    fails: Callable[[Window | str], AwsError | None] = lambda asked: None
    groups: Sequence[XrayGroup] = ()
    destination: str = "XRay"
    asked: list[tuple[int, int, str]] = field(default_factory=list)
    settings_asked: int = 0

    def service_graph(self, window: Window, group: str = "") -> list[XrayService]:
        start, end = int(window.start.timestamp()), int(window.end.timestamp())
        self.asked.append((end - start, start, group))
        self._check(window)
        return an_answer({pair: _times(one, (end - start) // MINUTE) for pair, one in self.calls.items()}, {})

    def trace_groups(self) -> Sequence[XrayGroup]:
        self._check("xray:GetGroups")
        return self.groups

    def trace_destination(self) -> str:
        self.settings_asked += 1
        self._check("xray:GetTraceSegmentDestination")
        return self.destination

    def _check(self, asked: Window | str) -> None:
        error = self.fails(asked)
        if error:
            raise error


def _times(calls: Calls | int, minutes: int) -> Calls:
    one = Calls(ok=calls) if isinstance(calls, int) else calls
    return Calls(one.ok * minutes, one.error * minutes, one.throttle * minutes, one.fault * minutes, one.seconds)


def refused(action: str, kind: ErrorKind = ErrorKind.ACCESS_DENIED) -> AwsError:
    return AwsError(kind, action, "It is not allowed.", "Allow it.")


@pytest.fixture
def account() -> Account:
    return make_account()


def collect(account: Account, xray: FakeGraph, now: datetime = NOW, choices: GraphChoices = CHOICES) -> Collected:
    return collect_graph(account, REGION, aws=cast("Region", xray), now=now, choices=choices)


def collect_all(account: Account, xray: FakeGraph, now: datetime = NOW) -> None:
    while collect(account, xray, now).spans:
        pass


def rows() -> list[Mapping[str, Any]]:
    """Everything that is stored."""
    slices = GraphSlice.objects.order_by("group", "period", "at")
    return list(slices.values("account", "region", "group", "period", "at", "nodes", "edges"))


def test_a_run_stores_spans_nodes_and_edges(account: Account) -> None:
    xray = FakeGraph()
    came = collect(account, xray)
    assert (came.ok, came.spans, came.errors) == (True, CHOICES.most, [])
    assert xray.asked[0] == (MINUTE, CLOSED - MINUTE, "")
    assert set(Node.objects.values_list("name", "type", "region")) == {
        ("web", "client", REGION), ("web", "AWS::Lambda::Function", REGION), ("orders", "AWS::DynamoDB::Table", REGION)
    }  # fmt: skip
    assert Edge.objects.count() == 2


def test_what_is_stored_is_what_x_ray_said(account: Account) -> None:
    collect(account, FakeGraph())
    newest = GraphSlice.objects.get(period=MINUTE, at=CLOSED - MINUTE)
    nodes, edges = unpack(newest.nodes), unpack(newest.edges)
    web = Node.objects.get(name="web", type="AWS::Lambda::Function")
    position = nodes.ids.tolist().index(web.pk)
    assert nodes.counts[position].tolist() == [8, 0, 0, 2]
    assert nodes.seconds[position] == pytest.approx(3.0)
    assert sorted(edges.counts.sum(axis=1).tolist()) == [10, 20]


def test_collecting_again_changes_nothing(account: Account) -> None:
    xray = FakeGraph()
    collect_all(account, xray)
    before, asked = rows(), len(xray.asked)
    assert collect(account, xray).spans == 0
    assert (rows(), len(xray.asked)) == (before, asked)


def test_a_span_that_is_asked_again_is_replaced_by_the_same(account: Account) -> None:
    collect_all(account, FakeGraph())
    before = rows()
    GraphSlice.objects.filter(period=MINUTE, at__gte=CLOSED - 120).delete()
    collect_all(account, FakeGraph())
    assert rows() == before


def test_minutes_become_ten_minutes_and_those_hours(account: Account) -> None:
    xray = FakeGraph()
    collect_all(account, xray)
    for minutes in range(1, 60):
        collect(account, xray, NOW + timedelta(minutes=minutes))
    asked_hours = [at for period, at, _ in xray.asked if period == HOUR]
    assert asked_hours == []
    hours = GraphSlice.objects.filter(period=HOUR).values_list("at", flat=True)
    assert max(hours) == CLOSED // HOUR * HOUR


def test_a_longer_span_is_exactly_the_sum_of_its_minutes(account: Account) -> None:
    for minutes in range(40):
        collect(account, FakeGraph(calls={("web", "pay"): minutes + 1}), NOW + timedelta(minutes=minutes))
    start = CLOSED // TEN_MINUTES * TEN_MINUTES + TEN_MINUTES
    rolled = GraphSlice.objects.get(period=TEN_MINUTES, at=start)
    inside = GraphSlice.objects.filter(period=MINUTE, at__gte=start, at__lt=start + TEN_MINUTES)
    direct = add_up([unpack(one.edges) for one in inside])
    found = unpack(rolled.edges)
    assert np.array_equal(found.counts, direct.counts)
    assert np.array_equal(found.times.numbers, direct.times.numbers)
    assert found.seconds == pytest.approx(direct.seconds)


def test_a_window_that_fails_keeps_the_others_and_is_asked_again(account: Account) -> None:
    bad = CLOSED - 2 * MINUTE

    def fails(asked: Window | str) -> AwsError | None:
        at = int(asked.start.timestamp()) if isinstance(asked, Window) else 0
        return refused("xray:GetServiceGraph", ErrorKind.THROTTLED) if at == bad else None

    xray = FakeGraph(fails=fails)
    came = collect(account, xray)
    assert (came.ok, came.spans, len(came.errors)) == (True, CHOICES.most - 1, 1)
    assert not GraphSlice.objects.filter(period=MINUTE, at=bad).exists()
    xray.fails = lambda asked: None
    collect_all(account, xray)
    assert GraphSlice.objects.filter(period=MINUTE, at=bad).exists()


def test_without_permission_one_call_is_made_and_its_error_told(account: Account) -> None:
    xray = FakeGraph(fails=lambda asked: refused("xray:GetServiceGraph"))
    came = collect(account, xray)
    assert (came.ok, came.spans, len(xray.asked)) == (False, 0, 1)
    assert came.errors[0].action == "xray:GetServiceGraph"


def test_a_run_that_leaves_something_over_says_so(account: Account) -> None:
    assert collect(account, FakeGraph()).unfinished
    collect_all(account, FakeGraph())
    assert not collect(account, FakeGraph(), NOW + timedelta(minutes=1)).unfinished


def test_an_empty_graph_is_stored_too(account: Account) -> None:
    came = collect(account, FakeGraph(calls={}))
    assert (came.ok, came.spans, came.points) == (True, CHOICES.most, 0)
    assert GraphSlice.objects.filter(nodes=b"").count() == GraphSlice.objects.count()


def test_where_nothing_came_for_a_day_ten_minutes_are_asked_at_once(account: Account) -> None:
    choices = GraphChoices(backfill=timedelta(days=2), most=500)
    collect(account, FakeGraph(calls={}), choices=choices)
    xray = FakeGraph(calls={})
    for minutes in range(1, 21):
        collect(account, xray, NOW + timedelta(minutes=minutes), choices)
    assert [period for period, _, _ in xray.asked] == [TEN_MINUTES, TEN_MINUTES]


def test_groups_and_destination_are_asked_once_an_hour(account: Account) -> None:
    xray = FakeGraph(groups=(XrayGroup("Default", "arn", ""), CHECKOUT), destination="CloudWatchLogs")
    for minutes in (0, 1, 30, 59):
        collect(account, xray, NOW + timedelta(minutes=minutes))
    assert xray.settings_asked == 1
    assert TraceSource.objects.get().destination == TraceSource.Destination.TRANSACTION_SEARCH
    assert list(TraceGroup.objects.values_list("name", "collected")) == [("checkout", False)]
    collect(account, xray, NOW + timedelta(minutes=61))
    assert xray.settings_asked == 2


def test_a_chosen_group_has_a_graph_of_its_own(account: Account) -> None:
    xray = FakeGraph(groups=(CHECKOUT,))
    collect(account, xray)
    assert {group for _, _, group in xray.asked} == {""}
    TraceGroup.objects.update(collected=True)
    collect(account, xray, NOW + timedelta(minutes=1))
    assert GraphSlice.objects.filter(group="checkout", period=MINUTE, at=CLOSED).exists()
    assert GraphSlice.objects.filter(group="", period=MINUTE, at=CLOSED).exists()


def test_a_group_stays_chosen_and_goes_with_x_ray(account: Account) -> None:
    xray = FakeGraph(groups=(CHECKOUT,))
    collect(account, xray)
    TraceGroup.objects.update(collected=True)
    collect(account, xray, NOW + timedelta(hours=2))
    assert TraceGroup.objects.get().collected
    xray.groups = ()
    collect(account, xray, NOW + timedelta(hours=4))
    assert not TraceGroup.objects.exists()


def test_groups_that_may_not_be_read_do_not_stop_the_graph(account: Account) -> None:
    xray = FakeGraph(fails=lambda asked: refused(asked) if isinstance(asked, str) else None)
    came = collect(account, xray)
    assert (came.ok, came.spans) == (True, CHOICES.most)
    assert {error.action for error in came.errors} == {"xray:GetGroups", "xray:GetTraceSegmentDestination"}
    assert collect(account, xray, NOW + timedelta(minutes=1)).errors == []


def test_what_is_seen_again_is_noted_by_the_hour(account: Account) -> None:
    collect(account, FakeGraph(), choices=GraphChoices(backfill=timedelta(0), most=1))
    first = Node.objects.get(type="client").seen_at
    collect(account, FakeGraph(), NOW + timedelta(minutes=5), GraphChoices(backfill=timedelta(0), most=1))
    assert Node.objects.get(type="client").seen_at == first
    later = NOW + timedelta(hours=3)
    collect(account, FakeGraph(), later, GraphChoices(backfill=timedelta(0), most=1))
    assert Node.objects.get(type="client").seen_at == datetime.fromtimestamp(CLOSED + 3 * HOUR, UTC)
