import numpy as np
import pytest

from dashboard.demo.world.tracing.documents import Teller
from dashboard.demo.world.tracing.graph import Graph, Tally, histogram, seconds_of
from dashboard.demo.world.tracing.places import FACADE, FUNCTION, Place
from dashboard.demo.world.tracing.requests import one_request
from dashboard.demo.world.tracing.summaries import Summaries
from dashboard.demo.world.world import World

ORIGIN = 29_700_000
PRODUCTION = Place("111122223333", "eu-west-1")
DATA = Place("444455556666", "eu-west-1")
CALM, BAD = ORIGIN - 720, ORIGIN - 60


@pytest.fixture(scope="module")
def world() -> World:
    return World(1, ORIGIN)


def hour(world: World, place: Place, start: int) -> Graph:
    return world.traces.graph(place, start * 60, (start + 60) * 60)


def percentile(tally: Tally, share: float) -> float:
    codes, numbers = histogram(tally.times)
    reached = np.cumsum(numbers)
    return seconds_of(codes[int(np.searchsorted(reached, share * reached[-1]))])


def metric(world: World, place: Place, function: str, name: str, statistic: str, start: int) -> float:
    series = world.series_in(place.account_id, place.region)["AWS/Lambda", name, (("FunctionName", function),)]
    return float(world.values(series, statistic, start, 60, 1, now=(ORIGIN + 60) * 60)[0])


@pytest.mark.parametrize("place", [PRODUCTION, DATA])
@pytest.mark.parametrize("start", [CALM, BAD])
def test_functions_take_as_long_in_traces_as_in_metrics(world: World, place: Place, start: int) -> None:
    compared = 0
    for node, tally in hour(world, place, start).nodes.items():
        if node.type == FUNCTION and tally.total > 1500:
            for share, statistic, tolerance in ((0.5, "p50", 0.06), (0.99, "p99", 0.15)):
                seconds = metric(world, place, node.name, "Duration", statistic, start) / 1000
                assert percentile(tally, share) == pytest.approx(seconds, rel=tolerance), (node.name, statistic)
            compared += 1
    assert compared >= 3


@pytest.mark.parametrize("start", [CALM, BAD])
def test_functions_take_as_long_on_average(world: World, start: int) -> None:
    for node, tally in hour(world, PRODUCTION, start).nodes.items():
        if node.type == FUNCTION and tally.total > 1500:
            mean = metric(world, PRODUCTION, node.name, "Duration", "Average", start) / 1000
            assert tally.seconds / tally.total == pytest.approx(mean, rel=0.08), node.name


@pytest.mark.parametrize("start", [CALM, BAD])
def test_functions_fail_as_often_in_traces_as_in_metrics(world: World, start: int) -> None:
    for node, tally in hour(world, PRODUCTION, start).nodes.items():
        if node.type == FUNCTION and tally.total > 1500:
            share = metric(world, PRODUCTION, node.name, "Errors", "Average", start)
            noise = 4 * (max(share, 0.0005) / tally.total) ** 0.5
            assert tally.fault / tally.total == pytest.approx(share, abs=noise), node.name


def test_refused_attempts_are_as_frequent_in_traces_as_in_metrics(world: World) -> None:
    facade = next(
        t
        for node, t in hour(world, PRODUCTION, BAD).nodes.items()
        if (node.name, node.type) == ("orders-fulfil", FACADE)
    )
    refused = metric(world, PRODUCTION, "orders-fulfil", "Throttles", "Average", BAD)

    assert facade.throttle / facade.total == pytest.approx(refused, abs=0.05)


def test_one_request_a_second_is_sampled_and_five_percent_of_the_rest(world: World) -> None:
    graph = hour(world, PRODUCTION, CALM)
    for name in ("storefront-search", "notifications-live-message", "notifications-live-connect"):
        invocations = metric(world, PRODUCTION, name, "Invocations", "Sum", CALM) / 60
        sampled = next(tally.total for node, tally in graph.nodes.items() if node.name == name) / 60
        assert sampled == pytest.approx(min(invocations, 60) + 0.05 * max(invocations - 60, 0), rel=0.05)


def test_the_same_seed_gives_the_same_traces_and_another_one_others() -> None:
    def ids(seed: int) -> list[str]:
        traces = World(seed, ORIGIN).traces
        view = traces.views(PRODUCTION)[3]
        requests, _ = next(traces.requests(view, BAD * 60, BAD * 60 + 60))
        return [str(Summaries(view, requests).at(position)) for position in range(len(requests))]

    assert ids(5) == ids(5)
    assert not set(ids(5)) & set(ids(6))


def test_a_request_is_the_same_alone_and_among_others(world: World) -> None:
    for view in world.traces.views(PRODUCTION):
        for together, _ in world.traces.requests(view, BAD * 60, BAD * 60 + 120):
            position = len(together) // 2
            alone = one_request(
                view.entry, world.traces.tables, int(together.minutes[position]), int(together.numbers[position])
            )
            assert alone is not None
            assert str(Summaries(view, alone).at(0)) == str(Summaries(view, together).at(position))


def test_every_id_leads_back_to_its_request(world: World) -> None:
    for view in world.traces.views(PRODUCTION):
        for requests, _ in world.traces.requests(view, BAD * 60, BAD * 60 + 60):
            summaries = Summaries(view, requests)
            for position in range(0, len(requests), 29):
                found = world.traces.find(PRODUCTION, summaries.at(position)["Id"])
                assert found is not None
                assert found.view is view
                assert int(found.requests.numbers[0]) == int(requests.numbers[position])


def test_what_still_runs_is_partial_and_in_progress(world: World) -> None:
    view = next(view for view in world.traces.views(PRODUCTION) if view.root.callee.name == "checkout-create-order")
    requests, _ = next(world.traces.requests(view, BAD * 60, BAD * 60 + 60))
    slow = int(np.flatnonzero(requests.slow & ~requests.lost(view.root))[0])
    started = float(requests.started()[slow])
    running = list(Teller(view, requests, slow, started + 1.5).segments())
    over = list(Teller(view, requests, slow, started + 15).segments())

    assert Summaries(view, requests, started + 1.5).at(slow)["IsPartial"]
    assert not Summaries(view, requests, started + 15).at(slow)["IsPartial"]
    assert running[1]["in_progress"]
    assert "end_time" not in running[1]
    assert not any(one.get("in_progress") for one in over)
    assert len(running) < len(over)


def test_another_region_does_not_know_the_trace(world: World) -> None:
    view = world.traces.views(PRODUCTION)[0]
    requests, _ = next(world.traces.requests(view, BAD * 60, BAD * 60 + 60))
    ident = Summaries(view, requests).at(0)["Id"]

    assert world.traces.find(Place("111122223333", "us-east-1"), ident) is None
