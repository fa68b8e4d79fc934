"""On which node of the call path bad traces went bad."""

from typing import Any

import pytest

from dashboard.traces.analysis import blame_failed, blame_reported, blame_slow, usual_times
from dashboard.traces.waterfall import Node, Waterfall
from tests.traces.waterfall.segments import part, read

API, PAY = Node("api", "AWS::ApiGateway::Stage"), Node("pay", "AWS::Lambda::Function")
CARDS, MAIL = Node("cards", "remote"), Node("mail", "remote")


def checkout(failing: dict[str, dict[str, Any]] | None = None, *, cards: float = 0.2, mail: float = 0.1) -> Waterfall:
    """A call that passes api and pay, which asks cards and writes a mail at the same time."""
    failing = failing or {}
    took = max(cards, mail)
    calls = [
        part("cards", 0.2, 0.2 + cards, namespace="remote", **failing.get("cards", {})),
        part("mail", 0.2, 0.2 + mail, namespace="remote"),
    ]
    call = part("call", 0.1, 0.4 + took, namespace="aws", **failing.get("call", {}))
    return read(
        part("api", 0, 0.5 + took, origin=API.type, subsegments=[call], **failing.get("api", {})),
        part("pay", 0.1, 0.3 + took, parent_id="call", origin=PAY.type, subsegments=calls, **failing.get("pay", {})),
    )


FAULT: dict[str, Any] = {"fault": True}


def thrown(text: str) -> dict[str, Any]:
    return {"fault": True, "cause": {"exceptions": [{"id": "e", "type": "CardError", "message": text}]}}


def test_extra_time_arises_where_the_path_waited_longer_than_usual() -> None:
    usual = usual_times([checkout(), checkout(cards=0.3), checkout(cards=0.25)])
    (blame,) = blame_slow([checkout(cards=2.25), checkout(cards=4.25), checkout(cards=3.25)], usual)
    assert blame.path == (API, PAY, CARDS)
    assert (blame.traces, blame.share, blame.exceptions) == (3, 1.0, ())
    assert blame.extra_seconds == pytest.approx(3.0)


def test_what_took_longer_beside_the_path_is_not_to_blame() -> None:
    usual = usual_times([checkout()])
    (blame,) = blame_slow([checkout(cards=3.0, mail=2.9)], usual)
    assert blame.path[-1] == CARDS


def test_a_node_that_good_traces_do_not_have_is_all_extra() -> None:
    (blame,) = blame_slow([checkout(mail=0.9)], usual_times([checkout()]))
    assert (blame.path[-1], blame.extra_seconds) == (MAIL, pytest.approx(0.9))


def test_a_trace_as_quick_as_usual_blames_nobody_but_counts() -> None:
    usual = usual_times([checkout()])
    (blame,) = blame_slow([checkout(), checkout(cards=1.2)], usual)
    assert (blame.path[-1], blame.share) == (CARDS, 0.5)


def test_a_node_of_few_good_traces_is_not_usual() -> None:
    assert usual_times([checkout(), checkout(), checkout(cards=0.05)])[MAIL] == 0.0


def test_failures_arise_at_the_deepest_failed_call_with_its_exception() -> None:
    all_the_way = {"api": FAULT, "call": FAULT, "pay": FAULT, "cards": thrown("declined")}
    own = {"api": FAULT, "call": FAULT, "pay": thrown("no such card")}
    blames = blame_failed([checkout(all_the_way), checkout(all_the_way), checkout(own)])
    assert [(one.path, one.traces, one.exceptions) for one in blames] == [
        ((API, PAY, CARDS), 2, ("CardError: declined",)),
        ((API, PAY), 1, ("CardError: no such card",)),
    ]
    assert blames[0].share == pytest.approx(2 / 3)
    assert blames[0].extra_seconds is None


def test_an_exception_recorded_above_the_failure_is_told() -> None:
    (blame,) = blame_failed([checkout({"pay": thrown("declined"), "cards": FAULT})])
    assert (blame.path[-1], blame.exceptions) == (CARDS, ("CardError: declined",))


def test_reported_causes_count_each_trace_once_per_path() -> None:
    reported = [
        [((API, PAY), ["CardError: declined"]), ((API, PAY), ["CardError: declined", "TimeoutError"])],
        [((API, PAY), ["CardError: declined"]), ((API, PAY, CARDS), [])],
        [],
    ]
    blames = blame_reported(reported)
    assert [(one.path, one.traces, one.exceptions) for one in blames] == [
        ((API, PAY), 2, ("CardError: declined", "TimeoutError")),
        ((API, PAY, CARDS), 1, ()),
    ]
    assert blames[0].share == pytest.approx(2 / 3)


def test_nothing_bad_blames_nobody() -> None:
    assert blame_slow([], {}) == blame_failed([]) == blame_reported([]) == []
    assert blame_failed([checkout()]) == []
