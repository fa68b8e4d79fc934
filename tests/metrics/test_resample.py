"""Hours by each statistic's rule; charts that keep their spikes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dashboard.metrics import resample

NAN = float("nan")


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("Sum", [6.0, 4.0, NAN]),
        ("SampleCount", [6.0, 4.0, NAN]),
        ("Maximum", [3.0, 4.0, NAN]),
        ("Minimum", [1.0, 4.0, NAN]),
        ("Average", [2.0, 4.0, NAN]),
        ("p99", [3.0, 4.0, NAN]),
    ],
)
def test_values_combine_by_their_statistic(statistic: str, expected: list[float]) -> None:
    matrix = np.array([[1.0, 2.0, 3.0, NAN, 4.0, NAN, NAN, NAN, NAN]])
    np.testing.assert_array_equal(resample.combine(matrix, 3, statistic), [expected])


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("p99", True), ("p99.9", True), ("TM(10%:90%)", True), ("Sum", False), ("Average", False)],
)
def test_hours_of_percentiles_are_left_to_cloudwatch(statistic: str, expected: bool) -> None:
    assert resample.is_percentile(statistic) is expected


@given(st.integers(1, 100_000), st.integers(4, 2000))
def test_a_chart_has_no_more_points_than_asked_for(count: int, most: int) -> None:
    size = resample.bucket_size(count, most)
    buckets = -(-count // size) + (size > 1)  # starting on an aligned bucket may take one more
    assert buckets * (2 if size > 1 else 1) <= most or size == 1
    assert size == 1 or size % 2 == 0


@given(arrays.arrays(np.float64, (2, 48), elements=st.one_of(st.just(NAN), st.floats(-1e9, 1e9))))
def test_thinning_out_keeps_the_extremes_of_every_bucket(matrix: np.ndarray) -> None:
    kept = resample.keep_extremes(matrix, 6).reshape(2, -1, 2)
    buckets = matrix.reshape(2, -1, 6)
    for line in range(2):
        for bucket, pair in zip(buckets[line], kept[line], strict=True):
            seen = bucket[~np.isnan(bucket)]
            assert sorted(pair) == [seen.min(), seen.max()] if len(seen) else np.isnan(pair).all()


def test_extremes_stay_in_the_order_in_which_they_came() -> None:
    rising, falling = [1.0, 2.0, 9.0, 3.0], [9.0, 2.0, 1.0, 3.0]
    np.testing.assert_array_equal(resample.keep_extremes(np.array([rising + falling]), 4), [[1.0, 9.0, 9.0, 1.0]])
