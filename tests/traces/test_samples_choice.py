"""Which traces of a span are kept, and why; pure arithmetic."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dashboard.aws import XraySummary
from dashboard.traces.sampling import (
    FIRST_SLOW_OVER,
    IS_BAD,
    IS_DRAWN,
    IS_SLOW,
    SPAN,
    SampleChoices,
    choose,
    draw_rate,
    due_spans,
    is_trace_id,
    slow_over,
    span_of,
    worst,
)
from tests.traces.fake_xray import a_fault, a_summary, trace_id

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
START = int(AT.timestamp())


def at(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def reasons(interesting: list[XraySummary], drawn: list[XraySummary], most: int = 100) -> dict[str, int]:
    kept = choose(interesting, drawn, START, 1.0, most)
    return {one.id: why for one, why in zip(kept.summaries, kept.reasons, strict=True)}


def test_each_kept_trace_says_why() -> None:
    fault, slow, good, drawn_slow = a_fault(at(1)), a_summary(at(2), 2.0), a_summary(at(3)), a_summary(at(4), 3.0)
    found = reasons([fault, slow, drawn_slow], [good, drawn_slow])
    assert found == {fault.id: IS_BAD, slow.id: IS_SLOW, good.id: IS_DRAWN, drawn_slow.id: IS_SLOW | IS_DRAWN}


def test_a_bad_trace_is_not_slow_too() -> None:
    fault = a_fault(at(1), 9.0)
    assert reasons([fault], [fault]) == {fault.id: IS_BAD | IS_DRAWN}


def test_what_came_twice_is_kept_once() -> None:
    fault = a_fault(at(1))
    assert list(reasons([fault, fault], [fault])) == [fault.id]


def test_where_there_is_no_room_the_worst_stay_and_the_draw_stays_fair() -> None:
    drawn = [a_summary(at(index)) for index in range(2)]
    slower, faster = a_summary(at(10), 5.0), a_summary(at(11), 2.0)
    error, throttle = a_summary(at(12), error=True), a_summary(at(13), throttle=True)
    fault = a_fault(at(14))
    kept = choose([faster, slower, error, throttle, fault], drawn, START, 1.0, 6)
    assert {one.id for one in kept.summaries} == {one.id for one in (*drawn, fault, throttle, error, slower)}
    assert kept.cut


@pytest.mark.parametrize(
    ("faults", "slow", "most", "chosen"),
    [(9, 9, 3, (2, 1)), (9, 0, 3, (3, 0)), (1, 9, 3, (1, 2)), (0, 9, 3, (0, 3)), (1, 1, 9, (1, 1)), (9, 9, 1, (1, 0))],
)
def test_the_worst_are_bad_and_a_third_slow(faults: int, slow: int, most: int, chosen: tuple[int, int]) -> None:
    good = [a_summary(at(200 + index)) for index in range(5)]
    failed, slowed = [a_fault(at(index)) for index in range(faults)], [a_summary(at(99), 4.0) for _ in range(slow)]
    found = worst(choose([*failed, *slowed], good, START, 1.0, 100), most)
    assert (sum(one.fault for one in found), sum(one.response_time > 1 for one in found)) == chosen


@pytest.mark.parametrize(
    ("seconds", "seen", "limit"),
    [
        ([0.1] * 10, 1000, FIRST_SLOW_OVER),
        (np.arange(1, 101) / 100, 100, 0.95),
        (np.arange(1, 101) / 100, 5000, 0.95),
        (np.arange(1, 101) / 100, 25_000, 0.99),
    ],
)
def test_slow_is_what_a_twentieth_is_or_fewer_where_there_are_many(
    seconds: list[float], seen: int, limit: float
) -> None:
    assert slow_over(np.array(seconds), seen, 1000) == pytest.approx(limit, abs=0.002)


@pytest.mark.parametrize(
    ("seen", "per_span", "rate"),
    [(0, 1000, 1.0), (200, 1000, 1.0), (2000, 1000, 0.1), (300_000, 1000, 0.0007), (1000, 100, 0.02), (10, 1, 0.1)],
)
def test_the_draw_aims_at_two_hundred_or_a_fifth(seen: int, per_span: int, rate: float) -> None:
    assert draw_rate(seen, per_span) == pytest.approx(rate)


def test_spans_are_due_once_closed_and_settled_newest_first() -> None:
    choices = SampleChoices(delay=timedelta(minutes=3), backfill=timedelta(minutes=20))
    closed = [START - SPAN * back for back in range(1, 5)]
    assert due_spans(at(180), choices, [], 9) == closed
    assert due_spans(at(179), choices, [], 9)[0] == START - 2 * SPAN
    assert due_spans(at(180), choices, [closed[1]], 9) == [closed[0], *closed[2:]]
    assert due_spans(at(180), choices, [], 2) == closed[:2]


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        (trace_id(AT, 1), True),
        ("1-5759e988-bd862e3fe1be46a994272793", True),
        ("1-5759e988-bd862e3fe1be46a99427279", False),
        ("2-5759e988-bd862e3fe1be46a994272793", False),
        ("1-5759E988-bd862e3fe1be46a994272793", False),
        ("1-5759e988-bd862e3fe1be46a994272793\n", False),
    ],
)
def test_a_trace_id_has_one_form(text: str, *, valid: bool) -> None:
    assert is_trace_id(text) is valid


def test_an_id_tells_its_span() -> None:
    assert span_of(trace_id(at(SPAN - 1), 5)) == START


def test_a_random_id_belongs_to_the_span_that_had_it() -> None:
    random = a_summary(at(1), id="1-00000001-" + "0" * 24)
    assert list(reasons([], [random])) == [random.id]
