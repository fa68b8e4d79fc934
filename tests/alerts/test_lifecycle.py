"""What becomes of alerts when findings come in."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboard.alerts.lifecycle import FLAP, Change, Known, Step, changes
from dashboard.catalog.shape import Severity
from dashboard.thresholds.finding import Finding, Outcome, resource_subject

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
KEY = ("resource:1", "errors", "critical")


def finding(outcome: Outcome, resource_id: int = 1) -> Finding:
    subject = resource_subject(resource_id, 7, 3, f"function-{resource_id}")
    return Finding(subject, "errors", Severity.CRITICAL, outcome, since=int(NOW.timestamp()) - 900)


def steps(found: list[Change]) -> list[tuple[Step, int | None]]:
    return [(change.step, change.alert_id) for change in found]


OPEN = Known(5, KEY, None)


def resolved(ago: timedelta) -> Known:
    return Known(5, KEY, NOW - ago)


def test_what_is_broken_opens_an_alert() -> None:
    assert steps(changes([finding(Outcome.BROKEN)], [], ["resource:1"], NOW)) == [(Step.OPEN, None)]


def test_what_is_still_broken_keeps_its_alert() -> None:
    assert steps(changes([finding(Outcome.BROKEN)], [OPEN], ["resource:1"], NOW)) == [(Step.KEEP, 5)]


def test_what_holds_again_is_resolved() -> None:
    assert steps(changes([finding(Outcome.HOLDS)], [OPEN], ["resource:1"], NOW)) == [(Step.RESOLVE, 5)]


def test_what_cannot_be_told_changes_nothing() -> None:
    assert changes([finding(Outcome.UNKNOWN)], [OPEN], ["resource:1"], NOW) == []


def test_what_breaks_again_soon_is_the_same_alert() -> None:
    assert steps(changes([finding(Outcome.BROKEN)], [resolved(FLAP)], ["resource:1"], NOW)) == [(Step.REOPEN, 5)]


def test_what_breaks_again_later_is_a_new_one() -> None:
    late = resolved(FLAP + timedelta(seconds=1))
    assert steps(changes([finding(Outcome.BROKEN)], [late], ["resource:1"], NOW)) == [(Step.OPEN, None)]


def test_an_open_alert_counts_before_one_that_was_resolved() -> None:
    older = Known(3, KEY, NOW - timedelta(minutes=5))
    assert steps(changes([finding(Outcome.BROKEN)], [OPEN, older], ["resource:1"], NOW)) == [(Step.KEEP, 5)]
    assert steps(changes([finding(Outcome.BROKEN)], [older, OPEN], ["resource:1"], NOW)) == [(Step.KEEP, 5)]


def test_what_is_no_longer_judged_is_resolved() -> None:
    assert steps(changes([], [OPEN], ["resource:1"], NOW)) == [(Step.RESOLVE, 5)]


def test_other_resources_alerts_are_left_alone() -> None:
    assert changes([], [OPEN], ["resource:2"], NOW) == []


@given(st.lists(st.sampled_from(list(Outcome)), max_size=30))
def test_no_missing_point_ever_resolves(outcomes: list[Outcome]) -> None:
    alert: Known | None = None
    for outcome in outcomes:
        for change in changes([finding(outcome)], [alert] if alert else [], ["resource:1"], NOW):
            assert change.step is not Step.RESOLVE or outcome is Outcome.HOLDS
            alert = Known(5, KEY, NOW if change.step is Step.RESOLVE else None)
