"""Deploys, read from the events of a stack."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

STACK = "AWS::CloudFormation::Stack"
MOST_CHANGES = 200
ACTIONS = {"CREATE": "create", "UPDATE": "update", "DELETE": "delete", "IMPORT": "update"}


class Event(Protocol):
    """What is needed of an event."""

    @property
    def at(self) -> datetime: ...  # noqa: D102
    @property
    def logical_id(self) -> str: ...  # noqa: D102
    @property
    def physical_id(self) -> str: ...  # noqa: D102
    @property
    def type(self) -> str: ...  # noqa: D102
    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102


@dataclass
class Change:
    """One deploy: from the event that starts it to the one that ends it."""

    started_at: datetime
    action: str
    finished_at: datetime | None = None
    result: str = "running"
    reason: str = ""
    changes: list[dict[str, Any]] = field(default_factory=list)


def deploys_of(stack_arn: str, events: Iterable[Event]) -> list[Change]:
    """Group a stack's events, given in any order, into deploys, oldest first.

    Events before the first start are left out: their deploy began before what was asked for.
    """
    found: list[Change] = []
    for event in sorted(events, key=lambda one: (one.at, _order(one, stack_arn))):
        own = _is_own(event, stack_arn)
        if own and _starts(event.status):
            found.append(Change(event.at, ACTIONS.get(event.status.split("_")[0], "update")))
        elif found and found[-1].finished_at is None:
            _add(found[-1], event, own=own)
    return found


def _is_own(event: Event, stack_arn: str) -> bool:
    """Whether the event is of the stack itself."""
    return event.type == STACK and event.physical_id == stack_arn


def _order(event: Event, stack_arn: str) -> int:
    """Among events of one instant: what starts a deploy comes first, what ends it last."""
    if not _is_own(event, stack_arn):
        return 1
    return 0 if _starts(event.status) else 2


def _starts(status: str) -> bool:
    return status in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS"}


def _add(change: Change, event: Event, *, own: bool) -> None:
    """Take one more event into the running deploy."""
    if own and "ROLLBACK" in event.status and event.reason and not change.reason:
        change.reason = event.reason
    if own and event.status.endswith(("_COMPLETE", "_FAILED")) and "CLEANUP" not in event.status:
        change.finished_at = event.at
        change.result = _result(event.status)
    elif not own and event.type != STACK and not event.status.endswith("_IN_PROGRESS"):
        _note(change, event)


def _note(change: Change, event: Event) -> None:
    """Remember how a resource fared; its last word counts."""
    if event.status.endswith("_FAILED") and event.reason and not change.reason:
        change.reason = f"{event.logical_id}: {event.reason}"
    change.changes = [one for one in change.changes if one["logical_id"] != event.logical_id][-MOST_CHANGES:]
    change.changes.append(
        {"logical_id": event.logical_id, "type": event.type, "status": event.status, "reason": event.reason}
    )


def _result(status: str) -> str:
    """How a deploy ended, by the last status of its stack."""
    if "ROLLBACK" in status:
        return "failed" if status.endswith("_FAILED") else "rolled_back"
    return "failed" if status.endswith("_FAILED") else "succeeded"
