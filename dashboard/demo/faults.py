"""What tests can break: which calls, in which way, how often."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from threading import Lock
from typing import Any


class FaultKind(StrEnum):
    """How an answer goes wrong."""

    THROTTLE = "throttle"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    ACCESS_DENIED = "access_denied"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    HTML = "html"
    EXPIRED = "expired"
    CLOCK_SKEW = "clock_skew"
    REGION_DISABLED = "region_disabled"
    LATE_DATA = "late_data"
    NAN = "nan"


ON_DATA = frozenset({FaultKind.LATE_DATA, FaultKind.NAN})
"""Kinds that change the data of an answer instead of breaking the call."""


@dataclass
class Fault:
    """One switched-on fault. Blank fields match everything; `times` is how many calls it still breaks (None: all).

    `seconds` is how long a timeout hangs, or how late late data is.
    """

    kind: FaultKind
    account: str = ""
    region: str = ""
    service: str = ""
    operation: str = ""
    times: int | None = None
    seconds: float = 60.0
    hits: int = 0
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def matches(self, account: str, region: str, service: str, operation: str) -> bool:
        """Whether this call is meant."""
        wanted = (self.account, self.region, self.service, self.operation)
        return all(
            not want or want == have for want, have in zip(wanted, (account, region, service, operation), strict=True)
        )


class Faults:
    """The faults that are switched on."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = Lock()

    def add(self, wanted: Mapping[str, Any]) -> Fault:
        """Switch one on. Raises ValueError or TypeError for a description that makes no sense."""
        fault = Fault(**{**wanted, "kind": FaultKind(wanted.get("kind", ""))})
        with self._lock:
            self._faults.append(fault)
        return fault

    def remove(self, fault_id: str = "") -> int:
        """Switch one off, or all when no id is given; returns how many."""
        with self._lock:
            kept = [fault for fault in self._faults if fault_id and fault.id != fault_id]
            removed = len(self._faults) - len(kept)
            self._faults = kept
        return removed

    def listed(self) -> list[dict[str, Any]]:
        """All that are on."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def breaking(self, account: str, region: str, service: str, operation: str) -> Fault | None:
        """The first fault that breaks this call; counts it as hit."""
        with self._lock:
            for fault in self._faults:
                if fault.kind in ON_DATA or fault.times == 0:
                    continue
                if fault.matches(account, region, service, operation):
                    fault.hits += 1
                    fault.times = fault.times if fault.times is None else fault.times - 1
                    return fault
        return None

    def on_data(self, kind: FaultKind, account: str, region: str) -> Fault | None:
        """A fault of that kind on the data of a region."""
        with self._lock:
            for fault in self._faults:
                if fault.kind is kind and fault.matches(account, region, "cloudwatch", "GetMetricData"):
                    return fault
        return None

    def disabled_regions(self, account: str) -> set[str]:
        """Regions that are switched off for the account."""
        with self._lock:
            return {
                fault.region
                for fault in self._faults
                if fault.kind is FaultKind.REGION_DISABLED and fault.account in {"", account}
            }
