"""Events of five minutes: what is unknown is neither good nor bad, what is excluded does not count."""

import numpy as np
import pytest

from dashboard.slos.counts import STEP, laid_over, part, spread, summed, without
from tests.slos.building import MONDAY, counted, gap, stretch


def test_what_is_unknown_counts_as_neither() -> None:
    found = summed(counted(stretch(1, 100, 1), gap(1)))
    assert (found.total, found.bad, found.known) == (1200, 12, 0.5)
    assert found.good_share == pytest.approx(0.99)


def test_without_events_there_is_no_share() -> None:
    assert summed(counted(stretch(1, 0))).good_share is None
    assert summed(counted(gap(1))).good_share is None


@pytest.mark.parametrize(("bad", "counts"), [(150.0, 100.0), (-3.0, 0.0)])
def test_bad_events_are_some_of_all(bad: float, counts: float) -> None:
    assert counted([(100.0, bad)]).bad.tolist() == [counts]


def test_a_part_beyond_what_is_there_is_unknown() -> None:
    found = part(counted([(5.0, 1.0), (6.0, 0.0)]), MONDAY + STEP, MONDAY + 3 * STEP)
    assert found.total[0] == 6
    assert np.isnan(found.total[1])


def test_newer_counts_lie_over_older_ones_and_lose_nothing() -> None:
    found = laid_over(counted([(5.0, 1.0), (6.0, 0.0)]), counted([(7.0, 2.0), (float("nan"), float("nan"))]))
    assert (found.total.tolist(), found.bad.tolist()) == ([7, 6], [2, 0])


def test_what_is_excluded_is_no_event_and_what_is_unknown_stays_so() -> None:
    found = without(counted([(10.0, 10.0), (10.0, 5.0)], gap(1 / 12)), np.array([0.0, 0.5, 0.0]))
    assert (found.total[:2].tolist(), found.bad[:2].tolist()) == ([0, 5], [0, 2.5])
    assert np.isnan([found.total[2], found.bad[2]]).all()


def test_an_hours_events_lie_evenly_in_it() -> None:
    assert spread(np.array([12.0, np.nan]))[:13].tolist()[:12] == [1.0] * 12
    assert np.isnan(spread(np.array([12.0, np.nan]))[12:]).all()
