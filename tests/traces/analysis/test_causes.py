"""What bad traces have in common: found where it is so, and not where chance alone made it look so."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.traces.analysis import Comparison, over_represented

VERSION_8, VERSION_9 = ("annotation.version", "8"), ("annotation.version", "9")
Carriers = Mapping[tuple[str, str], tuple[int, int]]


def compared(carriers: Carriers, *, bad: int = 100, good: int = 200, **options: Any) -> Comparison:
    """Of each fact, how many of the bad and of the good traces it is true of: the first of each."""
    traces = {fact: [*range(of_bad), *range(bad, bad + of_good)] for fact, (of_bad, of_good) in carriers.items()}
    return of_traces(traces, [True] * bad + [False] * good, **options)


def of_traces(traces: Mapping[tuple[str, str], Sequence[int]], is_bad: Sequence[bool], **options: Any) -> Comparison:
    pairs = [(number, trace) for number, own in enumerate(traces.values()) for trace in own]
    facts, owner = np.array(pairs, np.int32).reshape(-1, 2).T
    return over_represented(facts, owner, np.array(is_bad, bool), dict(enumerate(traces)), **options)


def found(comparison: Comparison) -> list[tuple[str, str]]:
    return [(one.key, one.value) for one in comparison.causes]


def test_what_most_bad_traces_have_and_few_good_ones_is_a_cause() -> None:
    comparison = compared({VERSION_9: (80, 20), VERSION_8: (20, 180)})
    (cause,) = comparison.causes
    assert (cause.key, cause.value) == VERSION_9
    assert (cause.bad, cause.bad_share, cause.good, cause.good_share) == (80, 0.8, 20, 0.1)
    assert cause.lift == pytest.approx(7.8, rel=0.01)
    assert 0.5 < cause.weight < 0.7
    assert cause.chance < 1e-20


def test_what_is_as_frequent_among_good_traces_is_none() -> None:
    assert compared({VERSION_9: (50, 100), VERSION_8: (52, 98)}).causes == ()


def test_a_fact_of_bad_traces_alone_has_a_finite_lift() -> None:
    (cause,) = compared({VERSION_9: (30, 0)}).causes
    assert (cause.good_share, 50 < cause.lift < 150) == (0.0, True)


def test_few_bad_traces_prove_nothing_however_clear_they_look() -> None:
    assert compared({VERSION_9: (4, 0)}).causes == ()
    assert compared({VERSION_9: (2, 0)}, bad=2, good=1000) == Comparison(2, 1000, enough=False)


def test_what_nearly_all_traces_have_explains_nothing() -> None:
    assert compared({VERSION_9: (100, 185)}, good=200).causes == ()


def test_without_good_traces_there_is_nothing_to_compare_with() -> None:
    assert compared({VERSION_9: (80, 0)}, good=0) == Comparison(100, 0, enough=False)


def test_without_bad_traces_there_is_nothing_to_explain() -> None:
    assert compared({VERSION_9: (0, 80)}, bad=0) == Comparison(0, 200, enough=False)


def test_without_facts_there_is_no_cause() -> None:
    assert of_traces({}, [True] * 50 + [False] * 50) == Comparison(50, 50, enough=True)


def test_certainty_orders_before_bare_shares() -> None:
    comparison = compared({("user", "few"): (9, 0), VERSION_9: (400, 20)}, bad=500, good=500)
    assert found(comparison)[0] == VERSION_9


def test_facts_of_exactly_the_same_traces_are_one_under_the_most_telling() -> None:
    comparison = compared(
        {("http.url", "/pay"): (60, 5), ("node", "payments"): (60, 5), VERSION_9: (60, 5), VERSION_8: (60, 6)},
        telling=("annotation.", "node"),
    )
    assert [(one.key, one.also) for one in comparison.causes if one.value != "8"] == [
        ("annotation.version", (("node", "payments"), ("http.url", "/pay")))
    ]


def test_the_same_fact_told_twice_of_a_trace_counts_once() -> None:
    once, is_bad = [*range(60)], [True] * 100 + [False] * 100
    assert of_traces({VERSION_9: once * 2}, is_bad) == of_traces({VERSION_9: once}, is_bad)


def test_no_more_causes_than_asked_for() -> None:
    many = {("user", str(number)): (20 + number, 0) for number in range(30)}
    assert found(compared(many, most=3)) == [("user", "29"), ("user", "28"), ("user", "27")]


@pytest.mark.parametrize("facts", [20, 400])
def test_facts_drawn_by_chance_are_hardly_ever_found(facts: int) -> None:
    random = np.random.default_rng(7)
    false = 0
    for _ in range(200):
        size = 300
        is_bad = random.random(size) < 0.2
        carried = random.random((facts, size)) < random.choice([0.02, 0.1, 0.5], (facts, 1))
        fact, owner = np.nonzero(carried)
        names = {number: ("key", str(number)) for number in range(facts)}
        false += bool(over_represented(fact, owner, is_bad, names).causes)
    assert false <= 6


@given(st.integers(20, 60), st.integers(0, 20))
def test_the_more_bad_traces_have_it_the_weightier_it_is(more: int, fewer: int) -> None:
    facts = {VERSION_9: (more + 20, 20), VERSION_8: (fewer + 15, 20)}
    weights = {one.value: one.weight for one in compared(facts, level=1.0).causes}
    assert weights["9"] > weights.get("8", 0.0)


TRACES = st.dictionaries(
    st.tuples(st.sampled_from(["user", "node", "annotation.version"]), st.sampled_from("abcdef")),
    st.lists(st.integers(0, 59), max_size=60, unique=True),
    max_size=8,
)
BAD = st.lists(st.booleans(), min_size=60, max_size=60)


@given(TRACES, BAD)
def test_shares_chances_and_weights_are_shares(traces: dict[tuple[str, str], list[int]], is_bad: list[bool]) -> None:
    for cause in of_traces(traces, is_bad, level=1.0).causes:
        assert all(0 <= one <= 1 for one in (cause.bad_share, cause.good_share, cause.weight, cause.chance))
        assert cause.bad_share > cause.good_share
        assert cause.bad >= 5


@given(TRACES, BAD, st.permutations(range(60)))
def test_the_order_of_traces_says_nothing(
    traces: dict[tuple[str, str], list[int]], is_bad: list[bool], order: list[int]
) -> None:
    moved = {fact: [order[trace] for trace in own] for fact, own in traces.items()}
    moved_bad = [False] * 60
    for trace, bad in enumerate(is_bad):
        moved_bad[order[trace]] = bad
    assert of_traces(traces, is_bad, level=1.0) == of_traces(moved, moved_bad, level=1.0)
