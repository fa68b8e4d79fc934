"""What reads of X-Ray give back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

Durations = tuple[tuple[float, int], ...]
"""A histogram as X-Ray gives it: seconds and how many requests took them."""


@dataclass(frozen=True, slots=True)
class XrayStatistics:
    """Requests by result. `error` are client errors other than throttles; `seconds` is the total response time."""

    ok: int = 0
    error: int = 0
    throttle: int = 0
    fault: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class XrayEdge:
    """A call from one service of an answer to another; `reference` is the target's, in that answer alone."""

    reference: int
    statistics: XrayStatistics
    times: Durations
    kind: str
    """Blank, or link: the target received what the source had been handed earlier."""
    ages: Durations
    """How long messages had waited when they were received."""
    aliases: tuple[str, ...]
    """Names under which the source calls the target."""


@dataclass(frozen=True, slots=True)
class XrayService:
    """A node of a service graph. Account and type are blank where X-Ray does not know them."""

    reference: int
    name: str
    names: tuple[str, ...]
    account_id: str
    type: str
    root: bool
    statistics: XrayStatistics
    times: Durations
    edges: tuple[XrayEdge, ...]


@dataclass(frozen=True, slots=True)
class XrayGroup:
    """A named filter on traces."""

    name: str
    arn: str
    filter_expression: str


@dataclass(frozen=True, slots=True)
class XrayServiceId:
    """A service that a trace went through."""

    name: str
    type: str
    account_id: str


@dataclass(frozen=True, slots=True)
class XrayRootCause:
    """Where X-Ray sees the cause: the services down the path, and what happened at the last of them."""

    services: tuple[XrayServiceId, ...]
    exceptions: tuple[str, ...] = ()
    """'Type: message' of the exceptions at the end of the path."""


@dataclass(frozen=True, slots=True)
class XraySummary:
    """A trace in short. Durations in seconds; `response_time` is what the caller waited."""

    id: str
    started_at: datetime
    duration: float
    response_time: float
    fault: bool
    error: bool
    throttle: bool
    partial: bool
    url: str
    method: str
    status: int | None
    client_ip: str
    user_agent: str
    annotations: Mapping[str, tuple[str, ...]]
    users: tuple[str, ...]
    zones: tuple[str, ...]
    services: tuple[XrayServiceId, ...]
    entry: XrayServiceId | None
    fault_causes: tuple[XrayRootCause, ...]
    error_causes: tuple[XrayRootCause, ...]
    slow_causes: tuple[XrayRootCause, ...]


@dataclass(frozen=True, slots=True)
class XraySummaries:
    """Summaries of a window. `scanned` is how many traces X-Ray looked at; `more` says that it was stopped early."""

    summaries: tuple[XraySummary, ...]
    scanned: int
    more: bool


@dataclass(frozen=True, slots=True)
class XrayTrace:
    """The segment documents of one trace, as JSON texts."""

    id: str
    documents: tuple[str, ...]
    limited: bool = False
    """X-Ray dropped segments: the trace was too big."""
