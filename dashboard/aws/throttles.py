"""Counts the throttled attempts of the call that this thread is making: botocore retries them out of our sight."""

import threading
from typing import Any

CODES = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottledException",
        "RequestThrottled",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "TransactionInProgressException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "SlowDown",
        "PriorRequestNotComplete",
        "EC2ThrottledException",
    }
)


class _Seen(threading.local):
    count = 0


_seen = _Seen()


def note(response: Any, **_: Any) -> None:
    """Look at one attempt; botocore calls this (event needs-retry) after each."""
    if response is not None and response[1].get("Error", {}).get("Code") in CODES:
        _seen.count += 1


def take() -> int:
    """How many attempts of this thread were throttled since the last asking."""
    count, _seen.count = _seen.count, 0
    return count
