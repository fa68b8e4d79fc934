"""Thresholds applied to the newest points: m of n periods, floors, silence, and the sentence that says why."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from dashboard.catalog import service
from dashboard.catalog.shape import Severity, Threshold, Values
from dashboard.health.judge import CRITICAL, OK, SELDOM, UNKNOWN, WARNING, Judgement, judge, worst_of
from dashboard.thresholds.conditions.shape import Times

NAN = float("nan")
START = 1_773_100_800
PERIODS = 12
AT: Times = START + 300 * np.arange(PERIODS, dtype=np.int64)
NEWEST = int(AT[-1])
STALE_BEFORE = NEWEST - 1200
SLOW = Threshold("duration_p95", Severity.WARNING, "p95 is {value}", above=1000)
FAILING = Threshold("error_rate", Severity.CRITICAL, "{value} fail", above=0.05, floor=("requests", 20))


def ending(*values: float, before: float = 0.0) -> Values:
    """An array whose last values are these."""
    return np.array([before] * (PERIODS - len(values)) + list(values), float)


def judged(
    values: Mapping[str, Values], *thresholds: Threshold, seen_at: int | None = None, at: Times = AT
) -> Judgement:
    entry = replace(service("lambda"), thresholds=thresholds or (SLOW, FAILING))
    return judge(entry, at, values, STALE_BEFORE, seen_at)


@pytest.mark.parametrize(
    ("p95", "state", "reason"),
    [
        (ending(2400, 2400, 2400, before=310), WARNING, "P95 is 2.4 s, above 1 s for 15 min."),
        (ending(2400, 2400, before=310), OK, "Within all thresholds."),
        (ending(2400, 2400, 2400, 310, before=310), OK, "Within all thresholds."),
        (ending(1000, 1000, 1000, before=310), OK, "Within all thresholds."),
        (ending(before=2400), WARNING, "P95 is 2.4 s, above 1 s for more than 1 h."),
        (ending(1500, 310, 1500, 1500, 1500, before=310), WARNING, "P95 is 1.5 s, above 1 s for 25 min."),
    ],
)
def test_a_breach_lasts_as_many_periods_as_the_threshold_asks(p95: Values, state: str, reason: str) -> None:
    verdict = judged({"duration_p95": p95})
    assert (verdict.state, verdict.reason) == (state, reason)


@pytest.mark.parametrize(
    ("values", "broken"),
    [
        (ending(9, 0, 9, 0, 9), True),
        (ending(9, 0, 9, 0, 0), False),
        (ending(9, 9, 9, 0, 0), True),
        (ending(9, 9, 9, 0, 0, 0), False),
    ],
)
def test_m_of_n_periods_are_enough(values: Values, broken: bool) -> None:
    threshold = Threshold("throttles", Severity.WARNING, "{value} throttled", above=5, for_periods=3, of_periods=5)
    assert (judged({"throttles": values}, threshold).state == WARNING) is broken


def test_a_line_from_below_is_broken_by_lower_values() -> None:
    threshold = Threshold("concurrency_share", Severity.WARNING, "only {value} is used", below=0.8, for_periods=2)
    verdict = judged({"concurrency_share": ending(0.5, 0.4, before=0.95)}, threshold)
    assert (verdict.state, verdict.reason) == (WARNING, "Only 40 % is used, below 80 % for 10 min.")


@pytest.mark.parametrize(("requests", "state"), [(20, CRITICAL), (19, OK), (0, OK)])
def test_a_share_of_few_is_no_breach(requests: float, state: str) -> None:
    values = {"error_rate": ending(0.5, 0.5, 0.5), "requests": ending(*[requests] * 3, before=100)}
    assert judged(values).state == state


def test_a_share_whose_volume_is_not_known_is_not_judged() -> None:
    assert judged({"error_rate": ending(0.5, 0.5, 0.5)}).state == OK


def test_a_late_point_of_one_metric_does_not_end_its_breach() -> None:
    values = {"duration_p95": ending(2400, 2400, 2400, NAN, before=310), "requests": ending(50, 50, 50, 50)}
    verdict = judged(values)
    assert (verdict.state, verdict.reason) == (WARNING, "P95 is 2.4 s, above 1 s for 15 min.")


@pytest.mark.parametrize(
    ("values", "seen_at", "reason"),
    [
        ({}, None, "No data has come yet."),
        ({"duration_p95": ending(before=NAN)}, None, "No data has come yet."),
        ({"duration_p95": ending(*[NAN] * 6, before=2400)}, None, "No data for 30 min."),
        ({"duration_p95": ending(before=NAN)}, NEWEST - 7 * 3600, "No data for 7 h."),
    ],
)
def test_silence_is_unknown_and_says_since_when(values: Mapping[str, Values], seen_at: int | None, reason: str) -> None:
    verdict = judged(values, seen_at=seen_at)
    assert (verdict.state, verdict.reason) == (UNKNOWN, reason)


def test_nothing_on_the_grid_is_unknown_however_lately_something_came() -> None:
    verdict = judged({"duration_p95": ending(before=NAN)}, seen_at=NEWEST - 300)
    assert (verdict.state, verdict.reason) == (UNKNOWN, "No data for 5 min.")


@pytest.mark.parametrize(
    ("key", "others_speak", "reason"),
    [
        ("eventbridge", True, "Idle: no data for 7 h."),
        ("sqs", True, "Idle: no data for 7 h."),
        ("eventbridge", False, "No data for 7 h."),
        ("rds", True, "No data for 7 h."),
    ],
)
def test_silence_is_idleness_only_without_traffic_and_while_others_are_heard(
    key: str, others_speak: bool, reason: str
) -> None:
    verdict = judge(service(key), AT, {}, STALE_BEFORE, NEWEST - 7 * 3600, others_speak=others_speak)
    assert (verdict.state, verdict.reason) == (UNKNOWN, reason)


def test_a_silent_resource_keeps_the_time_of_its_newest_point() -> None:
    assert judged({}, seen_at=NEWEST - 7200).data_at == NEWEST - 7200


def test_the_worst_breach_speaks() -> None:
    values = {
        "duration_p95": ending(2400, 2400, 2400),
        "error_rate": ending(0.5, 0.5, 0.5),
        "requests": ending(50, 50, 50),
    }
    verdict = judged(values)
    assert verdict == Judgement(
        CRITICAL, "50 % fail, above 5 % for 15 min.", "error_rate", 0.5, 0.05, NEWEST - 600, NEWEST
    )


def test_a_line_at_zero_goes_without_saying() -> None:
    threshold = Threshold("dead", Severity.WARNING, "{value} letters wait", above=0, for_periods=1)
    assert judged({"dead": ending(3)}, threshold).reason == "3 letters wait for 5 min."


def test_what_is_merely_interesting_changes_no_state() -> None:
    threshold = Threshold("hit_rate", Severity.INFO, "only {value} hits", below=0.8)
    assert judged({"hit_rate": ending(before=0.1)}, threshold).state == OK


def test_a_long_wait_is_said_in_hours_and_minutes() -> None:
    threshold = Threshold("iterator_age", Severity.WARNING, "the oldest record has waited {value}", above=60_000)
    waited = ending(*[10_200_000] * 3)
    assert judged({"iterator_age": waited}, threshold).reason == (
        "The oldest record has waited 2 h 50 min, above 60 s for 15 min."
    )


BAD = Judgement(CRITICAL, "worse", since=200, data_at=900)
EARLIER = Judgement(CRITICAL, "first", since=100, data_at=800)
FINE = Judgement(OK, "Within all thresholds.", data_at=950)
DOUBT = Judgement(UNKNOWN, "maybe", "duration_p95", 2400, 1000, data_at=950)
SILENT = Judgement(UNKNOWN, "No data for 6 h.", data_at=100)


@pytest.mark.parametrize(
    ("judgements", "owner", "state", "reason"),
    [
        ([(1, FINE), (2, BAD)], 2, CRITICAL, "worse"),
        ([(1, BAD), (2, EARLIER)], 2, CRITICAL, "first"),
        ([(1, SILENT), (2, FINE)], None, OK, "Within all thresholds."),
        ([(1, SILENT), (2, BAD)], 2, CRITICAL, "worse"),
        ([(1, SELDOM), (2, FINE)], None, OK, "Within all thresholds."),
        ([(1, SELDOM), (2, BAD)], 2, CRITICAL, "worse"),
        ([(1, SELDOM), (2, SELDOM)], None, OK, SELDOM.reason),
        ([(1, SELDOM), (2, SILENT)], None, UNKNOWN, "None of its resources has recent data."),
        ([(1, SILENT), (2, DOUBT)], 2, UNKNOWN, "maybe"),
        ([(1, FINE), (2, DOUBT)], None, OK, "Within all thresholds."),
        ([(1, SILENT)], None, UNKNOWN, "None of its resources has recent data."),
        ([], None, UNKNOWN, "None of its resources has recent data."),
    ],
)
def test_a_stack_is_as_its_worst_judged_resource(
    judgements: list[tuple[int, Judgement]], owner: int | None, state: str, reason: str
) -> None:
    guilty, verdict = worst_of(judgements)
    assert (guilty, verdict.state, verdict.reason) == (owner, state, reason)


def test_a_silent_stack_keeps_the_time_of_its_newest_point() -> None:
    assert worst_of([(1, SILENT), (2, replace(SILENT, data_at=300))])[1].data_at == 300
