"""What reads of the service map give back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.traces.histogram import Buckets, Numbers, percentiles

SHARES = (0.5, 0.9, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Flow:
    """Requests of a node or along an edge in a window of `minutes`, by result, with their response times."""

    ok: int
    error: int
    throttle: int
    fault: int
    seconds: float
    minutes: float
    buckets: Buckets
    numbers: Numbers

    @property
    def total(self) -> int:
        """All sampled requests."""
        return self.ok + self.error + self.throttle + self.fault

    @property
    def per_minute(self) -> float:
        """Sampled requests per minute."""
        return self.total / self.minutes

    @property
    def bad_share(self) -> float | None:
        """Share of requests that ended as error, throttle or fault."""
        return (self.total - self.ok) / self.total if self.total else None

    @property
    def fault_share(self) -> float | None:
        """Share of requests that ended as fault."""
        return self.fault / self.total if self.total else None

    @property
    def mean(self) -> float | None:
        """Mean response time in seconds."""
        return self.seconds / self.total if self.total else None

    def percentiles(self) -> tuple[float | None, ...]:
        """p50, p90, p95 and p99 in seconds."""
        return tuple(percentiles(self.buckets, self.numbers, SHARES))


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long messages wait between producer and consumer, in seconds."""

    median: float
    worst: float
    """p99 of what X-Ray saw, or the highest age that the queue's metric told."""
    source: str
    """'traces', or 'metric' where X-Ray has nothing."""


@dataclass(frozen=True, slots=True)
class MapNode:
    """One box of the map."""

    id: str
    """n<pk> of a traced node, r<pk> of a resource that is known from configuration alone."""
    name: str
    type: str
    """As X-Ray names it; blank for an untraced one."""
    service: str
    """Key of the catalogue; blank for clients and remote hosts."""
    kind: str
    """service, client, remote, or untraced."""
    entry: bool
    """Traces begin here."""
    resource_id: int | None
    stack_id: int | None
    stack_name: str
    account_id: str
    account_name: str
    region: str
    environment: str
    state: str
    """Verdict on its resource: critical, warning, ok or unknown."""
    reason: str
    hidden: bool
    """It belongs to a stack that the user may not see: no name, no figures."""
    flow: Flow | None
    before: Flow | None
    """The same in the compared window."""


@dataclass(frozen=True, slots=True)
class MapEdge:
    """One line of the map."""

    id: str
    """<source>-<target>."""
    source: str
    target: str
    traced: bool
    relation: str
    """What configuration says: event_source_mapping, subscription, target, reference…; blank if it says nothing."""
    link: bool
    """The target receives what the source was handed earlier."""
    flow: Flow | None
    before: Flow | None
    waiting: Waiting | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a stack's neighbourhood traces show."""

    traced: int
    edges: int

    @property
    def share(self) -> float | None:
        """Traced edges among all that are known."""
        return self.traced / self.edges if self.edges else None


@dataclass(frozen=True, slots=True)
class ServiceMap:
    """The whole picture in a window."""

    nodes: Sequence[MapNode]
    edges: Sequence[MapEdge]
    coverage: Mapping[int, Coverage]
    """By stack."""
    newest_at: datetime | None
    """End of the newest minute that was collected."""
    version: str
    """Changes with the data: for ETags."""


@dataclass(frozen=True, slots=True)
class Column:
    """Requests that ended in one span of a window, for heatmaps and lines over time."""

    at: int
    """Unix time of its start."""
    flow: Flow


@dataclass(frozen=True, slots=True)
class History:
    """How a node or an edge did over a window: the whole, and column by column of `step` seconds."""

    step: int
    whole: Flow
    before: Flow | None
    columns: Sequence[Column]
