"""A run that left something over is followed by another one soon."""

from datetime import timedelta

import pytest

from dashboard.polls.due import SOON
from dashboard.polls.write.outcomes import Outcome, state_after
from tests.factories import NOW, make_account, make_target


@pytest.mark.parametrize(("unfinished", "wait"), [(True, SOON), (False, timedelta(minutes=5))])
def test_what_is_unfinished_is_due_soon(db: None, unfinished: bool, wait: timedelta) -> None:
    target = make_target(make_account(), "traces")
    due_at = state_after(target, Outcome(ok=True, unfinished=unfinished), NOW)["due_at"]
    assert timedelta(0) < due_at - NOW <= wait


def test_a_failed_run_waits_as_any_other(db: None) -> None:
    target = make_target(make_account(), "traces")
    due_at = state_after(target, Outcome(ok=False, unfinished=True), NOW)["due_at"]
    assert due_at - NOW > SOON
