"""Zeros that CloudWatch leaves out, and metrics computed from others."""

import numpy as np

from dashboard.catalog.shape import Call, Derived, Identity, Listing, Metric, Service, Signals
from dashboard.core.units import Unit
from dashboard.metrics.derive import complete, derive, derive_values
from dashboard.metrics.line import Line

NAN = float("nan")
FUNCTIONS = Service(
    key="functions", label="", noun="", icon="", namespace="N", cfn_types=(), cost_name="",
    listing=Listing(Call("x", "y"), "X", lambda item: Identity("", "")),
    dimensions=lambda found: {}, charts=(), signals=Signals(), actions=(), console="",
    metrics=(
        Metric("calls", "Calls", "Sum", Unit.COUNT),
        Metric("errors", "Errors", "Sum", Unit.COUNT, absent_is_zero=True),
        Metric("duration", "Duration", "p99", Unit.MILLISECONDS),
    ),
    derived=(
        Derived("rate", "", Unit.SHARE, ("errors", "calls"), lambda by, limits: by["errors"] / by["calls"]),
        Derived("used", "", Unit.SHARE, ("duration",), lambda by, has: by["duration"] / has["timeout"], ("timeout",)),
        Derived("left", "", Unit.SHARE, ("used",), lambda by, limits: 1 - by["used"]),
    ),
)  # fmt: skip


def test_a_silent_error_counter_is_zero_while_its_siblings_speak() -> None:
    found = complete(FUNCTIONS, {"calls": np.array([5.0, NAN, 7.0]), "errors": np.array([1.0, NAN, NAN])})
    np.testing.assert_array_equal(found["errors"], [1, NAN, 0])


def test_a_counter_that_was_never_seen_is_zero_too() -> None:
    np.testing.assert_array_equal(complete(FUNCTIONS, {"calls": np.array([5.0, NAN])})["errors"], [0, NAN])


def test_of_a_resource_that_says_nothing_nothing_is_known() -> None:
    assert complete(FUNCTIONS, {}) == {}
    found = complete(FUNCTIONS, {"errors": np.array([NAN])})
    np.testing.assert_array_equal(found["errors"], [NAN])


def test_a_missing_level_stays_missing() -> None:
    found = complete(FUNCTIONS, {"calls": np.array([5.0]), "duration": np.array([NAN])})
    np.testing.assert_array_equal(found["duration"], [NAN])


def test_shares_are_computed_and_division_by_zero_is_no_value() -> None:
    values = {"calls": np.array([10.0, 0.0]), "errors": np.array([1.0, 0.0])}
    np.testing.assert_array_equal(derive_values(FUNCTIONS, {}, values)["rate"], [0.1, NAN])


def test_what_needs_an_unknown_limit_is_left_out() -> None:
    values = {"duration": np.array([50.0])}
    assert derive_values(FUNCTIONS, {}, values) == {}
    assert derive_values(FUNCTIONS, {"timeout": 100.0}, values)["left"].tolist() == [0.5]


def test_derived_lines_lie_on_the_grid_of_their_inputs() -> None:
    lines = {
        "calls": Line(0, 300, np.array([4.0, 8.0]), 300),
        "duration": Line(0, 60, np.arange(10.0), 60),
        "errors": Line(0, 300, np.array([1.0, NAN]), 300),
    }
    found = derive(FUNCTIONS, {"timeout": 1.0}, lines)
    assert set(found) == {"calls", "duration", "errors", "rate"}
    assert found["errors"].values.tolist() == [1.0, 0.0]
    assert (found["duration"].step, len(found["duration"].values)) == (60, 10)
    assert (found["rate"].start, found["rate"].step, found["rate"].values.tolist()) == (0, 300, [0.25, 0.0])
