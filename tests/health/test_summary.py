"""Figures of a window from signals."""

import numpy as np
import pytest

from dashboard.health.summary import Figures, add_up, change, sparkline, summarise

NAN = float("nan")


def test_figures_look_only_at_what_came() -> None:
    signals = {
        "traffic": np.array([600, NAN, 900]),
        "errors": np.array([6, NAN, 9]),
        "latency": np.array([300, 310, NAN]),
        "saturation": np.array([0.2, 0.4, 0.3]),
    }
    assert summarise(signals, 300) == Figures(
        requests_per_minute=150, errors=15, error_rate=0.01, latency=310, usual_latency=305, saturation=0.3
    )


def test_nothing_is_not_zero() -> None:
    assert summarise({}, 300) == Figures(None, None, None, None, None, None)


def test_no_traffic_has_no_error_rate() -> None:
    found = summarise({"traffic": np.zeros(3), "errors": np.zeros(3)}, 300)
    assert (found.requests_per_minute, found.error_rate) == (0, None)


def test_a_sparkline_keeps_the_highest_of_each_part() -> None:
    assert sparkline(np.array([1, 9, NAN, NAN, 3, NAN]), points=3) == (9, None, 3)
    assert sparkline(np.empty(0)) == ()


def test_a_sum_is_unknown_only_where_all_are() -> None:
    np.testing.assert_allclose(add_up([np.array([1, NAN, NAN]), np.array([2, 5, NAN])]), [3, 5, NAN])
    assert len(add_up([])) == 0


@pytest.mark.parametrize(
    ("now", "before", "share"), [(150, 100, 0.5), (50, 100, -0.5), (1, 0, None), (None, 5, None), (5, None, None)]
)
def test_a_change_is_a_share_of_what_was(now: float | None, before: float | None, share: float | None) -> None:
    assert change(now, before) == share
