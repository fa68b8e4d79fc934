"""What is packed comes back as it was."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dashboard.metrics import packing

NAN = float("nan")
floats = st.floats(allow_nan=True, allow_infinity=True, width=64)
rows = arrays.arrays(np.float64, st.integers(0, 600), elements=floats)


@given(rows)
def test_a_series_survives_packing(values: np.ndarray) -> None:
    np.testing.assert_array_equal(packing.unpack_series(packing.pack_series(values)), values)


@given(rows)
def test_a_row_survives_packing(values: np.ndarray) -> None:
    np.testing.assert_array_equal(packing.unpack_rows([packing.pack_row(values)], len(values))[0], values)


@given(arrays.arrays(np.float64, (3, 5), elements=floats), arrays.arrays(np.float64, (3, 5), elements=floats))
def test_a_merge_keeps_every_value_that_was_seen(older: np.ndarray, newer: np.ndarray) -> None:
    merged = packing.merge(older, newer)
    np.testing.assert_array_equal(np.isnan(merged), np.isnan(older) & np.isnan(newer))
    np.testing.assert_array_equal(merged[~np.isnan(newer)], newer[~np.isnan(newer)])


def test_rows_of_other_lengths_are_cut_or_filled_with_nan() -> None:
    short, long = packing.pack_row(np.array([1.0])), packing.pack_row(np.array([1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(packing.unpack_rows([short, long], 2), [[1.0, NAN], [1.0, 2.0]])


def test_unpacked_values_may_be_written_to() -> None:
    packing.unpack_series(packing.pack_series(np.array([1.0])))[0] = 2.0
    packing.unpack_rows([packing.pack_row(np.array([1.0]))], 1)[0] = 2.0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [([1.0, NAN], [1.0, NAN], True), ([1.0, NAN], [1.0, 2.0], False), ([1.0], [1.0, NAN], False)],
)
def test_nan_equals_nan_and_shapes_count(one: list[float], other: list[float], expected: bool) -> None:
    assert packing.same(np.array(one), np.array(other)) is expected


def test_counts_of_a_day_take_a_fraction_of_their_bytes() -> None:
    day = np.random.default_rng(1).poisson(200, 288).astype(float)
    assert len(packing.pack_series(day)) < day.nbytes / 3


@pytest.mark.parametrize("lengths", [(), (3,), (288, 288, 288), (288, 1440, 1)])
def test_many_series_come_back_as_one_by_one(lengths: tuple[int, ...]) -> None:
    series = [np.random.default_rng(length).normal(size=length) for length in lengths]
    found = packing.unpack_many([packing.pack_series(values) for values in series])
    assert len(found) == len(series)
    for values, unpacked in zip(series, found, strict=True):
        np.testing.assert_array_equal(unpacked, values)
