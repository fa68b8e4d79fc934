"""Burn rates over several windows: which burns are told, when they end, and what too little traffic does."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.slos.budget import burn_rate
from dashboard.slos.burn import RULES, BurnRule, Objective, burning, rates, runs, spent, trailing
from dashboard.slos.counts import STEP, counts_of, part, summed
from tests.slos.building import MONDAY, PER_HOUR, THREE_NINES, counted, gap, stretch

FAST, SLOW, DRIFT = RULES
numbers = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=2, max_size=60)


@pytest.mark.parametrize(
    ("rule", "hours", "failing", "fires"),
    [
        (FAST, 1, 1.44, True), (FAST, 1, 1.43, False), (FAST, 0.25, 10.0, True), (FAST, 0.25, 4.0, False),
        (SLOW, 6, 0.6, True), (SLOW, 6, 0.59, False), (SLOW, 1, 4.0, True),
        (DRIFT, 72, 0.1, True), (DRIFT, 72, 0.09, False), (DRIFT, 7, 2.0, True),
    ],
)  # fmt: skip
def test_a_rule_fires_when_its_long_and_short_window_burn_fast_enough(
    rule: BurnRule, hours: float, failing: float, fires: bool
) -> None:
    """`failing`: percent of 10,000 requests in each slot, for so many hours after days without any failure."""
    counts = counted(stretch(96, 10_000), stretch(hours, 10_000, 100 * failing))
    assert burning(counts, rule, THREE_NINES)[-1] == fires


@pytest.mark.parametrize(("rule", "short"), [(FAST, 5), (SLOW, 30), (DRIFT, 360)])
def test_an_alert_ends_with_its_short_window(rule: BurnRule, short: int) -> None:
    burnt = stretch(rule.long.total_seconds() / 3600, 10_000, 1000)
    calm = [(10_000.0, 0.0)] * (short // 5)
    assert burning(counted(burnt, calm[:-1]), rule, THREE_NINES)[-1]
    assert not burning(counted(burnt, calm), rule, THREE_NINES)[-1]


def test_a_single_failure_among_few_requests_is_no_alert() -> None:
    counts = counted(stretch(23, 1), stretch(1, 1, 0.0), [(1.0, 1.0)])
    assert rates(counts, FAST.long, 0.999)[-1] > 14.4
    assert not any(burning(counts, rule, THREE_NINES)[-1] for rule in RULES)


def test_with_little_traffic_a_short_window_without_requests_does_not_end_the_alert() -> None:
    counts = counted(stretch(1, 1, 1), [(0.0, 0.0)])
    assert burning(counts, FAST, THREE_NINES)[-1]


def test_failures_too_few_for_any_rate_are_told_once_the_budget_is_gone() -> None:
    """Ten requests a day, one failure each other day: hours and days are too small, the month is not."""
    day = [(0.0, 0.0)] * (24 * PER_HOUR - 1)
    counts = counted(*[[*day, (10.0, float(number % 2))] for number in range(28)], [(0.0, 0.0)] * 12)
    assert not any(burning(counts, rule, THREE_NINES)[-1] for rule in RULES)
    assert spent(counts, THREE_NINES)[-1]


def test_a_budget_of_which_little_is_known_is_not_called_spent() -> None:
    assert not spent(counted(gap(24 * 27), stretch(24, 100, 50)), THREE_NINES)[-1]


@pytest.mark.parametrize(("known", "fires"), [(35, False), (36, True)])
def test_a_rate_of_little_of_its_window_is_no_alert(known: int, fires: bool) -> None:
    counts = counted(gap(96), stretch(known, 10_000, 100))
    assert burning(counts, DRIFT, THREE_NINES)[-1] == fires


def test_missing_counts_end_nothing_and_begin_nothing() -> None:
    burnt, calm = stretch(1, 10_000, 1000), stretch(1, 10_000)
    assert burning(counted(burnt, gap(3)), FAST, THREE_NINES)[-1]
    assert not burning(counted(calm, gap(3)), FAST, THREE_NINES).any()
    assert not burning(counted(gap(3)), FAST, THREE_NINES).any()


def test_alerts_of_several_rules_at_once_are_one_time() -> None:
    counts = counted(stretch(96, 10_000), stretch(2, 10_000, 1000), stretch(12, 10_000))
    found = runs([burning(counts, rule, THREE_NINES) for rule in (FAST, SLOW)], counts)
    assert [(begin - MONDAY) // 3600 for begin, _ in found] == [96]


@given(numbers, st.integers(1, 59))
def test_what_two_windows_burn_adds_up_to_what_both_together_burn(slots: list[tuple[int, int]], at: int) -> None:
    total, bad = np.array(slots, float).T
    counts = counts_of(MONDAY, total.copy(), bad.copy())
    cut = counts.start + STEP * min(at, len(slots) - 1)
    first, second, both = (
        summed(part(counts, *ends)) for ends in ((counts.start, cut), (cut, counts.end), (counts.start, counts.end))
    )
    burnt = sum((burn_rate(one, 0.999) or 0) * one.total for one in (first, second))
    assert burnt == pytest.approx((burn_rate(both, 0.999) or 0) * both.total)


@given(numbers, st.integers(1, 70))
def test_a_trailing_sum_is_the_sum_of_its_slots(slots: list[tuple[int, int]], length: int) -> None:
    values = np.array([total for total, _ in slots], float)
    expected = [values[max(0, end + 1 - length) : end + 1].sum() for end in range(len(values))]
    assert trailing(values, length).tolist() == pytest.approx(expected)


@given(numbers)
def test_live_and_replayed_rules_agree(slots: list[tuple[int, int]]) -> None:
    """What a rule says of each moment does not depend on what came later."""
    objective = Objective(0.99, timedelta(days=7), least_bad=1)
    total, bad = np.array(slots, float).T
    whole = burning(counts_of(MONDAY, total.copy(), bad.copy()), FAST, objective)
    live = [
        burning(counts_of(MONDAY, total[:end].copy(), bad[:end].copy()), FAST, objective)[-1]
        for end in range(1, len(total) + 1)
    ]
    assert whole.tolist() == live
