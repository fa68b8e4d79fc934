"""Exceptions, their causes, and where a failure arose."""

from typing import Any

import pytest

from dashboard.traces.waterfall import Frame, mask
from tests.traces.waterfall.segments import part, read, row


def thrown(identity: str, message: str, **more: Any) -> dict[str, Any]:
    return {"exceptions": [{"id": identity, "type": "TimeoutError", "message": message, **more}]}


def test_an_exception_is_told_with_its_stack() -> None:
    stack = [{"path": "pay.py", "line": 12, "label": "charge"}, {"path": "app.py", "line": "x"}]
    waterfall = read(part("a", fault=True, cause=thrown("e1", "no answer", remote=True, stack=stack, truncated=4)))
    (only,) = waterfall.exceptions
    assert (only.text, only.remote, only.left_out) == ("TimeoutError: no answer", True, 4)
    assert only.stack == (Frame("pay.py", 12, "charge"), Frame("app.py", None, ""))


@pytest.mark.parametrize("reference", ["e1", "below"], ids=["an exception's id", "a segment's id"])
def test_a_cause_that_refers_to_another_segment_is_found_there(reference: str) -> None:
    below = part("below", 0.2, 0.8, fault=True, cause=thrown("e1", "no answer"))
    waterfall = read(part("a", fault=True, cause=reference, subsegments=[below]))
    assert row(waterfall, "a").exceptions == row(waterfall, "below").exceptions
    assert [one.row for one in waterfall.exceptions] == [1]


def test_an_exception_names_the_one_that_led_to_it() -> None:
    below = part("below", 0.2, 0.8, fault=True, cause=thrown("e1", "no answer"))
    waterfall = read(part("a", fault=True, cause=thrown("e2", "gave up", cause="e1"), subsegments=[below]))
    assert [(one.id, one.cause) for one in waterfall.exceptions] == [("e2", "TimeoutError: no answer"), ("e1", "")]


def test_a_reference_to_nothing_is_no_exception() -> None:
    assert read(part("a", fault=True, cause="0123456789abcdef")).exceptions == ()


def test_the_failure_arose_at_the_deepest_failed_row() -> None:
    table = part("table", 2, 3, fault=True, namespace="aws")
    waterfall = read(part("a", 0, 9, fault=True, subsegments=[part("b", 1, 4, fault=True, subsegments=[table])]))
    assert waterfall.culprit is not None
    assert waterfall.rows[waterfall.culprit].id == "table"


def test_a_failure_that_went_all_the_way_up_comes_before_one_that_was_caught() -> None:
    caught = part("handler", 0.5, 1, subsegments=[part("caught", 0.6, 0.9, fault=True)])
    fatal = part("b", 2, 4, fault=True, subsegments=[part("fatal", 2, 3, throttle=True)])
    waterfall = read(part("a", 0, 9, fault=True, subsegments=[caught, fatal]))
    assert waterfall.culprit is not None
    assert waterfall.rows[waterfall.culprit].id == "fatal"


def test_a_callers_error_is_to_blame_only_where_nothing_worse_happened() -> None:
    miss = part("cache", 0.1, 0.2, error=True)
    assert read(part("a", 0, 9, fault=True, subsegments=[miss])).culprit == 0
    assert read(part("a", 0, 9, error=True, subsegments=[miss])).culprit == 1


def test_a_trace_without_failures_has_no_culprit() -> None:
    assert read(part("a", subsegments=[part("b")])).culprit is None


def test_hidden_services_keep_their_time_and_nothing_else() -> None:
    secret: dict[str, Any] = {
        "origin": "AWS::Lambda::Function", "user": "u-secret", "annotations": {"k": "secret"},
        "metadata": {"m": "secret"}, "cause": thrown("e1", "secret"), "http": {"request": {"url": "http://secret"}},
        "sql": {"url": "secret"}, "aws": {"table_name": "secret"}, "subsegments": [part("inside-secret", 3, 4)],
    }  # fmt: skip
    call = part("call-to-secret", 1, 9, namespace="remote", fault=True)
    theirs = part("secret", 2, 5, parent_id="call-to-secret", fault=True, **secret)
    waterfall = read(
        part("ours", 0, 10, fault=True, cause=thrown("e2", "gave up", cause="e1"), subsegments=[call]), theirs
    )
    masked = mask(waterfall, frozenset({("secret", "AWS::Lambda::Function")}))
    assert [one.name for one in masked.rows] == ["ours", "Hidden service", "Hidden service", "Hidden service"]
    assert [(one.start, one.end, one.own, one.spans) for one in masked.rows] == [
        (one.start, one.end, one.own, one.spans) for one in waterfall.rows
    ]
    without_ids = str([masked.exceptions, masked.annotations, masked.nodes, masked.problems]) + "".join(
        str(one).replace(one.id, "") for one in masked.rows
    )
    assert "secret" not in without_ids
    assert masked.exceptions[0].text == "TimeoutError: gave up"


def test_what_a_hidden_service_recorded_of_its_calls_is_hidden_too() -> None:
    call = part("cards", 3, 4, namespace="remote", cause=thrown("e1", "secret"), sql={"sanitized_query": "secret"})
    theirs = part("secret", 2, 5, parent_id="ours", origin="AWS::Lambda::Function", subsegments=[call])
    answers = part("answers", 3, 4, parent_id="cards", origin="AWS::EC2::Instance")
    waterfall = read(part("ours", 0, 10), theirs, answers)
    masked = mask(waterfall, frozenset({("secret", "AWS::Lambda::Function")}))
    assert [one.name for one in masked.rows] == ["ours", "Hidden service", "Hidden service", "answers"]
    assert masked.exceptions == ()


def test_nothing_hidden_changes_nothing() -> None:
    waterfall = read(part("a", subsegments=[part("b")]))
    assert mask(waterfall, frozenset({("else", "")})) == waterfall
