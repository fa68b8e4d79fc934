"""What golden signals come to over a window."""

import numpy as np
import pytest

from dashboard.health.summary import add_up, change, newest, sparkline, summarise

NAN = float("nan")


def test_rates_are_means_of_the_time_that_was_measured() -> None:
    figures = summarise({"traffic": np.array([600.0, NAN, 1200.0]), "errors": np.array([6.0, NAN, 12.0])}, 300)
    assert (figures.requests_per_minute, figures.errors, figures.error_rate) == (180, 18, 0.01)


def test_latency_and_saturation_are_the_newest() -> None:
    figures = summarise({"latency": np.array([100.0, 300.0, NAN]), "saturation": np.array([0.2, 0.4, 0.3])}, 300)
    assert (figures.latency, figures.usual_latency, figures.saturation) == (300, 200, 0.3)


def test_nothing_measured_is_not_zero() -> None:
    figures = summarise({"traffic": np.array([NAN, NAN])}, 300)
    assert (figures.requests_per_minute, figures.errors, figures.error_rate, figures.latency) == (
        None,
        None,
        None,
        None,
    )


def test_without_requests_there_is_no_rate_of_errors() -> None:
    figures = summarise({"traffic": np.array([0.0]), "errors": np.array([0.0])}, 300)
    assert (figures.requests_per_minute, figures.error_rate) == (0, None)


@pytest.mark.parametrize(
    ("values", "points", "drawn"),
    [
        ([1.0, NAN, 3.0], 40, (1, None, 3)),
        ([1.0, 9.0, 2.0, NAN], 2, (9, 2)),
        ([NAN, NAN, 2.0, 1.0], 2, (None, 2)),
        ([NAN, 2.0], 40, ()),
        ([], 40, ()),
    ],
)
def test_a_sparkline_keeps_peaks_and_gaps(values: list[float], points: int, drawn: tuple[float | None, ...]) -> None:
    assert sparkline(np.array(values), points) == drawn


def test_what_is_missing_in_one_row_does_not_spoil_the_sum() -> None:
    total = add_up([np.array([1.0, NAN, NAN]), np.array([2.0, 5.0, NAN])])
    np.testing.assert_array_equal(total, [3.0, 5.0, NAN])


def test_nothing_adds_up_to_nothing() -> None:
    assert add_up([]).size == 0


@pytest.mark.parametrize(
    ("now", "before", "share"), [(110, 100, pytest.approx(0.1)), (None, 100, None), (5, None, None), (5, 0, None)]
)
def test_a_change_needs_something_to_compare_with(now: float | None, before: float | None, share: float | None) -> None:
    assert change(now, before) == share


def test_the_newest_value_is_the_last_that_came() -> None:
    assert newest(np.array([1.0, 2.0, NAN])) == 2
