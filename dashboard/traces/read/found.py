"""What is asked of stored traces, and what reads of them give back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.traces.histogram import Buckets, Numbers
from dashboard.traces.waterfall import Waterfall

RESULTS = ("", "ok", "bad", "fault", "error", "throttle", "slow")
ORDERS = ("newest", "oldest", "slowest", "fastest")


@dataclass(frozen=True, slots=True)
class TraceQuery:
    """Which traces are wanted; whatever is left out is not asked about. Conditions of different kinds must all hold."""

    result: str = ""
    """One of RESULTS. Bad is fault, error or throttle; slow is good but slower than `Found.slow_over`."""
    least_seconds: float | None = None
    most_seconds: float | None = None
    stack_id: int | None = None
    """A node of this stack is on the way."""
    node_id: int | None = None
    edge: tuple[int, int] | None = None
    """Both nodes are on the way: summaries do not tell who called whom."""
    url: str = ""
    """Part of the URL, in any case."""
    method: str = ""
    status: int | None = None
    user: str = ""
    annotations: tuple[tuple[str, str], ...] = ()
    """Key and value. Several values of one key: any of them."""
    facts: tuple[tuple[str, str], ...] = ()
    """Key and value, as in `Found.facets`. Several values of one key: any of them."""
    order: str = "newest"
    """One of ORDERS."""
    most: int = 100


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One stored trace. Names of nodes that the user may not see are left out of it."""

    id: str
    account_id: str
    region: str
    started_at: datetime
    seconds: float
    """What the caller waited."""
    duration: float
    """Until the last of its work ended, which may be long after the answer."""
    fault: bool
    error: bool
    throttle: bool
    partial: bool
    """Parts of it had not arrived when it was collected."""
    slow: bool
    entry: str
    """Name of the node where it began."""
    url: str
    """Without query string; ids in its path are written {id}."""
    method: str
    status: int | None
    user: str
    annotations: Mapping[str, tuple[str, ...]]
    facts: Mapping[str, tuple[str, ...]]
    """All facts by key, annotations among them."""
    cause: str
    """Where X-Ray sees the cause, and the exception there; blank for what is neither bad nor slow."""

    @property
    def ok(self) -> bool:
        """Neither fault nor error nor throttle."""
        return not (self.fault or self.error or self.throttle)

    @property
    def kind(self) -> str:
        """Fault, throttle, error, slow or ok: the first that holds."""
        kinds = (("fault", self.fault), ("throttle", self.throttle), ("error", self.error), ("slow", self.slow))
        return next((name for name, holds in kinds if holds), "ok")


@dataclass(frozen=True, slots=True)
class Point:
    """One trace of the scatter."""

    at: float
    """Unix time."""
    seconds: float
    kind: str
    """As in TraceRow."""
    trace_id: str
    account_id: str
    region: str


@dataclass(frozen=True, slots=True)
class Times:
    """Response times of what was found: in histogram buckets, all and the bad among them."""

    buckets: Buckets
    numbers: Numbers
    bad: Numbers
    """As long as `buckets`."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """How the stored traces of a window came about."""

    seen: int | None
    """Traces that X-Ray had; None for those who may not see all stacks."""
    kept: int
    """Those that are stored and may be seen: bad ones, the slowest, and a fair draw of all."""
    cut: bool
    """In some span there were more bad and slow ones than are kept; the worst are."""


@dataclass(frozen=True, slots=True)
class Found:
    """Stored traces of a window that a query wants."""

    rows: Sequence[TraceRow]
    """In the order asked for, at most as many."""
    total: int
    """All that match."""
    bad: int
    """Those of them that are fault, error or throttle."""
    points: Sequence[Point]
    """Thinned fairly: bad and slow ones first, then a draw of the others."""
    times: Times
    facets: Mapping[str, Sequence[tuple[str, int]]]
    """By key of a fact: values and how many of the found traces have them, most first."""
    sampled: Sampled
    slow_over: float | None
    """Seconds; p95 of the good traces of the fair draw that match everything but result and duration."""
    complete: bool = True
    """False: there were too many traces to look at all; those before `since` were not."""
    since: datetime | None = None
    newest_at: datetime | None = None
    """End of the newest span that was collected."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that is true of bad traces more often than of good ones."""

    kind: str
    """annotation, version, url, user, zone, node, client…: what the page calls it."""
    key: str
    """Key of the fact."""
    value: str
    bad: int
    """Bad traces that have it."""
    good: int
    """Good traces of the fair draw that have it."""
    share_bad: float
    share_good: float
    lift: float
    """How many times more often it is true of bad ones; smoothed, so that it is never infinite."""
    also: tuple[tuple[str, str], ...]
    """Facts, as key and value, that are true of exactly the same traces."""
    parameter: tuple[str, str]
    """Query parameter of the search page that filters by it: name and value."""


@dataclass(frozen=True, slots=True)
class SuspectDeploy:
    """A deploy of a stack on the way that began shortly before things went bad."""

    id: int
    stack_id: int
    stack_name: str
    started_at: datetime
    result: str
    before: float | None
    """Share of bad ones among drawn traces through that stack before it; None where there were too few."""
    after: float


@dataclass(frozen=True, slots=True)
class Blame:
    """A node on which first faults or extra time arise, down the call path."""

    name: str
    type: str
    node_id: int | None
    resource_id: int | None
    kind: str
    """fault, error or slow: what arises there."""
    traces: int
    """Bad traces in which it is to blame."""
    share: float
    """Of all bad traces that say where."""
    path: tuple[str, ...]
    """Names of the nodes from the entry down to it; itself alone where no document tells more."""
    seconds: float | None
    """Median of its own extra time, where documents are stored; None where only summaries tell."""
    exception: str
    """What it fails with most often; blank for slowness."""
    parameter: tuple[str, str]
    """Query parameter of the search page that filters by it: name and value."""


@dataclass(frozen=True, slots=True)
class Causes:
    """What bad traces of a window have in common."""

    bad: int
    good: int
    """Of the fair draw."""
    slow_over: float | None
    """Seconds above which good traces count as bad too; None where only failed ones do."""
    enough: bool
    """Enough of both to compare: two traces prove nothing."""
    candidates: Sequence[Candidate] = field(default=())
    """Most telling first."""
    deploys: Sequence[SuspectDeploy] = field(default=())
    blame: Sequence[Blame] = field(default=())
    first_bad_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One whole trace as X-Ray gave it, and what of it the user may see."""

    trace_id: str
    account_id: str
    region: str
    waterfall: Waterfall | None
    """Names and details of hidden nodes are left out. None while the trace is being fetched, or could not be."""
    segments: tuple[str, ...]
    """Segment documents as JSON, as they came; none for users from whom something is hidden."""
    fetched_at: datetime | None
    """None while it is being fetched."""
    error: str
    """Why it could not be fetched, with what to do about it; blank when all is well."""
    hidden_nodes: frozenset[tuple[str, str]]
    """Name and type of nodes of stacks that the user may not see."""
    resources: Mapping[tuple[str, str], tuple[int, str]]
    """By name and type of a node: resource and key of its service."""
    nodes: Mapping[tuple[str, str], int]
    """By name and type: the node of the service map."""
