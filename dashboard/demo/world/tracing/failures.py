"""How calls fail: the exception that a segment tells of, and the status that the caller got."""

from dataclasses import dataclass

import numpy as np

from dashboard.demo.world.tracing import facts
from dashboard.demo.world.tracing.calls import Slot, is_database
from dashboard.demo.world.tracing.chance import Codes, steps
from dashboard.demo.world.tracing.requests import Requests
from dashboard.demo.world.tracing.stories import story_of

FRAUD_HOST = "fraud.shieldline.example"
_ORDINARY = (("RuntimeError", "unexpected end of input"),)


@dataclass(frozen=True)
class Failure:
    """An exception as the code raised it."""

    type: str
    message: str
    remote: bool = False


def failed_calls(requests: Requests, slot: Slot, position: int) -> list[Slot]:
    """Calls below a slot whose failure made it fail."""
    return [
        other
        for other in requests.entry.slots
        if other.parent == slot.number
        and (other.adds or other.remote is not None)
        and requests.columns[other.number].present[position]
        and requests.columns[other.number].fault[position]
    ]


def failure_of(requests: Requests, slot: Slot, position: int) -> Failure | None:
    """Why a slot failed or was refused; None for one that went well."""
    column = requests.columns[slot.number]
    if column.throttle[position]:
        return _refusal(slot)
    if column.error[position]:
        return _conflict(slot)
    if not column.fault[position]:
        return None
    if not slot.runs:
        return _broken(slot)
    below = [other for other in failed_calls(requests, slot, position) if other.adds]
    return failure_of(requests, below[0], position) if below else _raised(requests, slot, position)


def _broken(slot: Slot) -> Failure:
    """What the caller makes of a call that failed on the other side."""
    if slot.remote is not None:
        host = f"HTTPSConnectionPool(host='{slot.remote.host}', port=443)"
        return Failure("ReadTimeout", f"{host}: Read timed out.", remote=True)
    if is_database(slot):
        return Failure("OperationalError", "server closed the connection unexpectedly", remote=True)
    return Failure("ClientError", "An error occurred (InternalServerError): internal failure", remote=True)


def _refusal(slot: Slot) -> Failure:
    if slot.function:
        return Failure("TooManyRequestsException", "Rate Exceeded.", True)
    return Failure("ProvisionedThroughputExceededException", "Rate exceeded for shard shardId-000000000002", True)


def _conflict(slot: Slot) -> Failure | None:
    if slot.component is not None and slot.component.kind == "dynamodb":
        return Failure("ConditionalCheckFailedException", "The conditional request failed", True)
    return None


def _raised(requests: Requests, slot: Slot, position: int) -> Failure:
    """What the function's own code raised."""
    if slot.number == 0 and requests.slow[position]:
        return Failure("FraudCheckTimeout", f"no answer from {FRAUD_HOST} within 3.0 s, asked twice")
    if slot.number == 0 and requests.poisoned[position]:
        return Failure("UnknownCurrency", f"no format for the currency {facts.UNKNOWN_CURRENCY}")
    known = story_of(slot.callee.name).exceptions or _ORDINARY
    kind, message = known[int(requests.hashes[position]) % len(known)]
    return Failure(kind, message)


def statuses(requests: Requests, slot: Slot) -> Codes:
    """The HTTP status that each caller of a slot got."""
    column = requests.columns[slot.number]
    refusals = np.array([404, 400, 401, 409]) if slot.runs else np.array([400, 400, 400, 400])
    found = np.where(column.error, refusals[steps(requests.hashes, 1) % 4], 200)
    found = np.where(column.fault, 502 if slot.number == 0 else 500, found)
    return np.where(column.throttle, 429 if slot.function else 400, found)
