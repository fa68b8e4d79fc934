"""The bounds behind root causes, against what is computed the long way."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.traces.analysis.evidence import chance, holm, least_difference, wilson


def fisher(bad: int, good: int, of_bad: int, of_good: int) -> float:
    """The hypergeometric tail, term by term."""
    carriers = bad + good
    ways = sum(comb(of_bad, one) * comb(of_good, carriers - one) for one in range(bad, min(carriers, of_bad) + 1))
    return ways / comb(of_bad + of_good, carriers)


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_the_chance_is_never_below_fishers(of_bad: int, of_good: int, data: st.DataObject) -> None:
    bad, good = data.draw(st.integers(0, of_bad)), data.draw(st.integers(0, of_good))
    bound = float(chance(np.array([bad]), np.array([good]), of_bad, of_good)[0])
    assert bound >= fisher(bad, good, of_bad, of_good) - 1e-9


@pytest.mark.parametrize("counts", [(8, 2, 10, 40), (20, 5, 50, 200), (30, 0, 100, 100)])
def test_where_it_matters_the_chance_is_hardly_above_fishers(counts: tuple[int, int, int, int]) -> None:
    bad, good, of_bad, of_good = counts
    bound = float(chance(np.array([bad]), np.array([good]), of_bad, of_good)[0])
    assert bound == pytest.approx(fisher(*counts), rel=0.2)


def test_holm_multiplies_the_smallest_most_and_keeps_the_order() -> None:
    assert holm(np.array([0.04, 0.01, 0.03]), 3).tolist() == pytest.approx([0.06, 0.03, 0.06])
    assert holm(np.array([0.5]), 1000).tolist() == [1.0]


def test_wilsons_interval_of_a_published_case() -> None:
    # 81 of 263 (Newcombe, Statistics in Medicine 1998, 17:857): 0.2553 to 0.3662.
    below, above = wilson(np.array([81 / 263]), 263)
    assert (below[0], above[0]) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))


def test_newcombes_lower_limit_of_a_published_case() -> None:
    # 56 of 70 against 48 of 80 (Newcombe, Statistics in Medicine 1998, 17:873, method 10): 0.0524.
    assert least_difference(np.array([56]), np.array([48]), 70, 80)[0] == pytest.approx(0.0524, abs=1e-4)
