"""Which spans are asked for, and which stored ones are added up for a window."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.traces.cover import cover
from dashboard.traces.spans import COARSER, HOUR, MINUTE, TEN_MINUTES, GraphChoices, Span, due_spans, whole

NOW = datetime(2026, 3, 10, 12, 7, 30, tzinfo=UTC)
CLOSED = int(datetime(2026, 3, 10, 12, 4, tzinfo=UTC).timestamp())
"""With three minutes' delay."""
NOON = CLOSED - 240
CHOICES = GraphChoices(backfill=timedelta(days=2))


def ask_all(now: datetime, held: dict[int, set[int]], choices: GraphChoices = CHOICES, *, quiet: bool = False) -> int:
    """Ask until nothing is due; gives the number of runs."""
    runs = 0
    while due := due_spans(now, choices, held, quiet=quiet):
        runs += 1
        for period, at in due:
            assert at not in held.setdefault(period, set())
            held[period].add(at)
            roll_up(held)
    return runs


def roll_up(held: dict[int, set[int]]) -> None:
    for period, wide in COARSER.items():
        for start in {at // wide * wide for at in held.get(period, ())}:
            if whole(held[period], period, start):
                held.setdefault(wide, set()).add(start)


def covered(held: dict[int, set[int]], start: int, end: int) -> int:
    """Seconds of a window that stored spans cover."""
    return sum(period for period, _ in cover(start, end, held))


def test_the_newest_minutes_come_first() -> None:
    assert due_spans(NOW, CHOICES, {}, quiet=False)[:3] == [
        (MINUTE, CLOSED - 60), (MINUTE, CLOSED - 120), (MINUTE, CLOSED - 180)
    ]  # fmt: skip


def test_three_hours_are_there_after_two_runs() -> None:
    held: dict[int, set[int]] = {}
    for _ in range(2):
        for period, at in due_spans(NOW, CHOICES, held, quiet=False):
            held.setdefault(period, set()).add(at)
    assert covered(held, NOON - 3 * HOUR, CLOSED) == 3 * HOUR + 240


def test_everything_is_asked_exactly_once_until_the_whole_backfill_is_there() -> None:
    held: dict[int, set[int]] = {}
    ask_all(NOW, held)
    assert covered(held, NOON - 48 * HOUR, CLOSED) == 48 * HOUR + 240


def test_then_each_minute_brings_one_span() -> None:
    held: dict[int, set[int]] = {}
    ask_all(NOW, held)
    for minutes in range(1, 90):
        later = NOW + timedelta(minutes=minutes)
        assert due_spans(later, CHOICES, held, quiet=False) == [(MINUTE, CLOSED + 60 * (minutes - 1))]
        ask_all(later, held)


def test_an_interruption_is_caught_up_newest_first_and_then_in_coarser_spans() -> None:
    held: dict[int, set[int]] = {}
    ask_all(NOW, held)
    later = NOW + timedelta(hours=5)
    due = due_spans(later, CHOICES, held, quiet=False)
    assert due[0] == (MINUTE, CLOSED + 5 * HOUR - 60)
    assert len(due) == CHOICES.most
    ask_all(later, held)
    assert covered(held, NOON, CLOSED + 5 * HOUR) == 5 * HOUR + 240


def test_a_run_is_bounded() -> None:
    assert len(due_spans(NOW, GraphChoices(most=7), {}, quiet=False)) == 7


def test_nothing_is_asked_from_before_the_backfill() -> None:
    held: dict[int, set[int]] = {}
    ask_all(NOW, held, GraphChoices(backfill=timedelta(hours=6)))
    assert min(at for starts in held.values() for at in starts) == NOON - 6 * HOUR


def test_x_ray_is_never_asked_for_more_than_it_keeps() -> None:
    choices = GraphChoices(backfill=timedelta(days=90), most=10_000)
    oldest = min(at for _, at in due_spans(NOW, choices, {}, quiet=False))
    assert NOW - timedelta(days=30) < datetime.fromtimestamp(oldest, UTC) < NOW - timedelta(days=28)


def test_where_nothing_comes_ten_minutes_are_asked_at_once() -> None:
    held: dict[int, set[int]] = {}
    ask_all(NOW, held, quiet=True)
    asked = [due_spans(NOW + timedelta(minutes=minutes), CHOICES, held, quiet=True) for minutes in range(1, 7)]
    assert asked == [[], [], [], [], [], [(TEN_MINUTES, CLOSED // 600 * 600)]]


HELD = st.fixed_dictionaries(
    {
        MINUTE: st.sets(st.integers(0, 400).map(lambda one: one * MINUTE)),
        TEN_MINUTES: st.sets(st.integers(0, 40).map(lambda one: one * TEN_MINUTES)),
        HOUR: st.sets(st.integers(0, 6).map(lambda one: one * HOUR)),
    }
)
TIMES = st.integers(0, 400).map(lambda one: one * MINUTE)


def minutes_of(spans: list[Span]) -> list[int]:
    return [minute for period, at in spans for minute in range(at, at + period, MINUTE)]


@given(TIMES, TIMES, HELD)
def test_a_window_is_covered_at_most_once_and_never_left(start: int, end: int, held: dict[int, set[int]]) -> None:
    found = minutes_of(cover(start, end, held))
    assert len(found) == len(set(found))
    assert all(start <= minute < end for minute in found)


@given(TIMES, TIMES, HELD)
def test_no_stored_span_that_would_fit_is_left_out(start: int, end: int, held: dict[int, set[int]]) -> None:
    found = set(minutes_of(cover(start, end, held)))
    for period, starts in held.items():
        for at in starts:
            minutes = range(at, at + period, MINUTE)
            assert found & set(minutes) or not (start <= at and at + period <= end)


@given(TIMES, TIMES, HELD)
def test_longer_spans_are_taken_before_shorter_ones(start: int, end: int, held: dict[int, set[int]]) -> None:
    chosen = set(cover(start, end, held))
    assert {at for at in held[HOUR] if start <= at and at + HOUR <= end} == {at for one, at in chosen if one == HOUR}


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ((0, HOUR), [(HOUR, 0)]),
        ((0, HOUR + 600), [(HOUR, 0), (TEN_MINUTES, HOUR)]),
        ((540, 1200), [(TEN_MINUTES, 600), (MINUTE, 540)]),
        ((60, 60), []),
    ],
)
def test_what_a_window_is_made_of(window: tuple[int, int], expected: list[Span]) -> None:
    held = {HOUR: {0}, TEN_MINUTES: set(range(0, 2 * HOUR, 600)), MINUTE: set(range(0, 2 * HOUR, 60))}
    assert cover(*window, held) == expected
