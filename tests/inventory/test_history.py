"""Deploys out of a stack's events: plain tables."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.inventory.history import deploys_of

ARN = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop/1"
START = datetime(2026, 3, 10, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """One event; `who` is blank for the stack itself."""

    minute: int
    who: str
    status: str
    reason: str = ""
    type: str = "AWS::Lambda::Function"

    @property
    def at(self) -> datetime:
        return START + timedelta(minutes=self.minute)

    @property
    def logical_id(self) -> str:
        return self.who or "shop"

    @property
    def physical_id(self) -> str:
        return self.who or ARN


def own(minute: int, status: str, reason: str = "") -> Line:
    return Line(minute, "", status, reason, "AWS::CloudFormation::Stack")


@pytest.mark.parametrize(
    ("events", "deploys"),
    [
        pytest.param(
            [own(0, "CREATE_IN_PROGRESS"), Line(1, "Api", "CREATE_COMPLETE"), own(2, "CREATE_COMPLETE")],
            [("create", "succeeded", 2, "", ["Api"])],
            id="create",
        ),
        pytest.param(
            [
                own(0, "UPDATE_IN_PROGRESS"),
                Line(1, "Api", "UPDATE_IN_PROGRESS"),
                Line(1, "Api", "UPDATE_COMPLETE"),
                own(2, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
                Line(3, "Old", "DELETE_COMPLETE"),
                own(4, "UPDATE_COMPLETE"),
            ],
            [("update", "succeeded", 4, "", ["Api", "Old"])],
            id="update with cleanup",
        ),
        pytest.param(
            [
                own(0, "UPDATE_IN_PROGRESS"),
                Line(1, "Api", "UPDATE_FAILED", "Out of memory"),
                own(2, "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed: [Api]"),
                Line(3, "Api", "UPDATE_COMPLETE"),
                own(4, "UPDATE_ROLLBACK_COMPLETE"),
            ],
            [("update", "rolled_back", 4, "Api: Out of memory", ["Api"])],
            id="rollback",
        ),
        pytest.param(
            [own(0, "UPDATE_IN_PROGRESS"), own(1, "UPDATE_ROLLBACK_IN_PROGRESS"), own(2, "UPDATE_ROLLBACK_FAILED")],
            [("update", "failed", 2, "", [])],
            id="failed rollback",
        ),
        pytest.param(
            [own(0, "UPDATE_IN_PROGRESS"), Line(1, "Api", "UPDATE_COMPLETE")],
            [("update", "running", None, "", ["Api"])],
            id="running",
        ),
        pytest.param(
            [Line(0, "Api", "UPDATE_COMPLETE"), own(1, "UPDATE_COMPLETE")], [], id="begun before what was asked for"
        ),
        pytest.param(
            [
                own(0, "UPDATE_IN_PROGRESS"),
                Line(1, "Inner", "UPDATE_COMPLETE", type="AWS::CloudFormation::Stack"),
                own(2, "UPDATE_COMPLETE"),
            ],
            [("update", "succeeded", 2, "", [])],
            id="a nested stack neither ends it nor is a change",
        ),
        pytest.param(
            [
                own(0, "CREATE_IN_PROGRESS"), own(1, "CREATE_COMPLETE"),
                own(2, "UPDATE_IN_PROGRESS"), own(3, "UPDATE_COMPLETE"),
            ],
            [("create", "succeeded", 1, "", []), ("update", "succeeded", 3, "", [])],
            id="two in a row",
        ),
        pytest.param(
            [own(0, "UPDATE_COMPLETE"), Line(0, "Api", "UPDATE_COMPLETE"), own(0, "UPDATE_IN_PROGRESS")],
            [("update", "succeeded", 0, "", ["Api"])],
            id="newest first, all in one instant",
        ),
    ],
)  # fmt: skip
def test_events_are_grouped_into_deploys(events: list[Line], deploys: list[tuple[object, ...]]) -> None:
    found = deploys_of(ARN, events)
    assert [
        (
            one.action,
            one.result,
            None if one.finished_at is None else (one.finished_at - START) // timedelta(minutes=1),
            one.reason,
            [change["logical_id"] for change in one.changes],
        )
        for one in found
    ] == deploys


def test_the_order_of_events_does_not_matter() -> None:
    events = [own(0, "UPDATE_IN_PROGRESS"), Line(1, "Api", "UPDATE_COMPLETE"), own(2, "UPDATE_COMPLETE")]
    assert deploys_of(ARN, reversed(events)) == deploys_of(ARN, events)
