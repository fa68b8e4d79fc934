"""Response times as pictures: figures exact to one percent, bars and cells where they belong."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.template.loader import render_to_string

from dashboard.core.windows import Window
from dashboard.pages.latency import BOTTOM, LEFT, RIGHT, latency_card, target_of
from dashboard.pages.scales import LinearScale, LogScale, around
from dashboard.pages.state import PageState
from dashboard.traces.histogram import counted
from dashboard.traces.read.shape import Column, Flow, History

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
STATE = PageState("1h", Window(NOON - timedelta(hours=1), NOON), compare="previous")


def flow(seconds: Sequence[float], minutes: float = 60) -> Flow:
    buckets, numbers = counted([(one, 1) for one in seconds])
    return Flow(len(seconds), 0, 0, 0, float(sum(seconds)), minutes, buckets, numbers)


def history(seconds: Sequence[float], before: Sequence[float] = (), columns: Sequence[Column] = ()) -> History:
    return History(600, flow(seconds), flow(before) if before else None, columns)


def test_percentiles_are_those_of_the_requests() -> None:
    seconds = np.random.default_rng(7).lognormal(-2, 0.8, 4000)
    figures = {one["name"]: one["value"] for one in latency_card(history(seconds.tolist()), STATE)["figures"]}
    exact = {name: float(np.quantile(seconds, share)) for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}
    for name, value in exact.items():
        number, unit = figures[name].split()
        assert float(number) * {"ms": 0.001, "s": 1.0}[unit] == pytest.approx(value, rel=0.02)


def test_a_slower_window_is_told_as_worse() -> None:
    (p50, *_) = latency_card(history([0.2] * 50, before=[0.1] * 50), STATE)["figures"]
    assert p50["trend"] == {"share": pytest.approx(1.0, abs=0.02), "good": False, "versus": "the period before"}


def test_every_request_is_in_a_bar_and_bars_stand_in_order() -> None:
    bars = latency_card(history([0.01] * 30 + [0.1] * 60 + [2.0] * 10), STATE)["histogram"].bars
    heights = [bar.height for bar in bars]
    assert [bar.x for bar in bars] == sorted(bar.x for bar in bars)
    assert max(heights) == pytest.approx(150, abs=0.2)
    assert sum(heights) / max(heights) == pytest.approx(100 / 60, rel=0.02)
    assert all(LEFT <= bar.x <= RIGHT and bar.y + bar.height == pytest.approx(BOTTOM, abs=0.2) for bar in bars)


def test_the_window_before_is_an_outline() -> None:
    assert latency_card(history([0.1] * 9, before=[0.3] * 9), STATE)["histogram"].before.startswith("M44 158V")
    assert latency_card(history([0.1] * 9), STATE)["histogram"].before == ""


def test_a_column_of_the_heatmap_shows_shares_of_its_own_requests() -> None:
    start = int(STATE.window.start.timestamp())
    busy, quiet = Column(start, flow([0.1] * 1000, 10)), Column(start + 600, flow([0.1, 3.0], 10))
    cells = latency_card(history([0.1] * 1001 + [3.0], columns=[busy, quiet]), STATE)["heatmap"].cells
    levels = sorted((cell.x, cell.level) for cell in cells)
    assert [level for _, level in levels] == [8, 6, 6]


def test_percentiles_over_time_leave_gaps_where_nothing_came() -> None:
    start = int(STATE.window.start.timestamp())
    columns = [Column(start, flow([0.1], 10)), Column(start + 1200, flow([0.2], 10))]
    chart = latency_card(history([0.1, 0.2], columns=columns), STATE)["chart"]
    assert chart["points"]["step"] == 600
    assert chart["points"]["series"][0]["values"] == [pytest.approx(0.1, rel=0.02), None, pytest.approx(0.2, rel=0.02)]


@pytest.mark.parametrize(("seconds", "target"), [([0.09] * 9, 0.1), ([0.45] * 9, 0.5), ([40.0] * 9, 30.0)])
def test_the_target_is_a_round_number_near_what_nine_of_ten_take(seconds: list[float], target: float) -> None:
    assert target_of(flow(seconds)) == target


def test_without_requests_it_says_so() -> None:
    card = latency_card(history([]), STATE, name="checkout")
    assert "No request of checkout was sampled" in render_to_string("parts/latency.html", {"latency": card})


def test_one_request_makes_a_picture_too() -> None:
    html = render_to_string("parts/latency.html", {"latency": latency_card(history([0.1]), STATE)})
    assert '"nan' not in html.lower()
    assert html.count('class="bar"') == 1


@pytest.mark.parametrize(("low", "high", "most"), [(0.001, 100, 6), (0.09, 0.11, 6), (0.5, 3, 6), (1e-4, 9e5, 5)])
def test_ticks_are_few_and_on_the_scale(low: float, high: float, most: int) -> None:
    ticks = LogScale(low, high, 0, 100).ticks(most)
    assert len(ticks) <= most
    assert all(0 <= tick.at <= 100 and low <= tick.value <= high for tick in ticks)


def test_scales_place_ends_and_keep_what_lies_outside_at_the_edge() -> None:
    scale = LogScale(0.1, 10, 0, 100)
    assert [scale.place(value) for value in (0.01, 0.1, 1, 10, 99)] == [0, 0, 50, 100, 100]
    assert LinearScale(0, 10, 100, 0).place(2.5) == 75


def test_a_scale_of_equal_values_is_not_flat() -> None:
    low, high = around([0.2, 0.2])
    assert low < 0.11
    assert high > 0.39
