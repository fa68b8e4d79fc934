"""What a trace's waterfall is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

SEGMENT, SUBSEGMENT, REMOTE, MISSING = "segment", "subsegment", "remote", "missing"
"""Kinds of rows: a service's own record, work within it, a call that another service answers, an absent parent."""

DATABASE = "Database::SQL"
"""Type of what SQL is sent to."""


class Node(NamedTuple):
    """Who did the work: a node of the service map."""

    name: str
    type: str
    """As X-Ray names it; blank where it does not say."""


class Span(NamedTuple):
    """Seconds since the trace's start."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a stack."""

    path: str
    line: int | None
    label: str


@dataclass(frozen=True, slots=True)
class ExceptionRecord:
    """An exception that was thrown, or passed on, in a segment."""

    id: str
    type: str
    message: str
    remote: bool
    """The called service told of it."""
    stack: tuple[Frame, ...]
    left_out: int
    """Frames that the segment does not tell."""
    row: int
    """Where it was recorded: position of a row."""
    cause: str = ""
    """Type and message of the exception that led to this one."""
    cause_row: int | None = None
    """Where that was recorded."""

    @property
    def text(self) -> str:
        """Type and message."""
        return f"{self.type}: {self.message}" if self.message else self.type


@dataclass(frozen=True, slots=True)
class Http:
    """A request that was served or made; blanks and None where the segment does not say."""

    method: str
    url: str
    status: int | None
    user_agent: str
    client_ip: str
    forwarded: bool
    """The client's address comes from a header that anybody can write."""
    content_length: int | None


@dataclass(frozen=True, slots=True)
class Sql:
    """A query to a database."""

    query: str
    """Without the values that users gave."""
    url: str
    database: str
    driver: str
    user: str
    preparation: str


@dataclass(frozen=True, slots=True)
class ResourceHints:
    """What a segment tells of the AWS resource it ran on, or called. Blank where it does not say."""

    arn: str = ""
    function_name: str = ""
    table_name: str = ""
    queue_url: str = ""
    bucket: str = ""
    operation: str = ""
    region: str = ""
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One segment or subsegment in order of display. Times are seconds since the trace's start."""

    id: str
    parent: int | None
    """Position of the row above it in the tree."""
    depth: int
    beneath: int
    """How many of the rows that follow hang below it."""
    name: str
    kind: str
    type: str
    """Its origin; for calls what is called; blank for work within a service."""
    node: Node
    resource: ResourceHints
    start: float
    end: float
    own: float
    """Time in which none of its children ran."""
    spans: tuple[Span, ...]
    """When it was on the critical path."""
    ok: bool
    error: bool
    fault: bool
    throttle: bool
    in_progress: bool
    """Its end never came; it is drawn to the end of its parent or of the trace."""
    cold_start: bool
    exceptions: tuple[ExceptionRecord, ...]
    http: Http | None
    sql: Sql | None
    aws: Mapping[str, Any]
    annotations: Mapping[str, str]
    metadata: Mapping[str, Any]
    user: str
    links: tuple[str, ...]
    """Other traces that led to this one, or follow from it."""
    notes: tuple[str, ...]
    """What was corrected, in sentences."""
    hidden: bool = False
    """Of a service that the reader may not see: time alone is told."""

    @property
    def total(self) -> float:
        """Seconds from start to end."""
        return self.end - self.start

    @property
    def critical(self) -> bool:
        """Whether the answer, or the end of all work, would have come sooner without it."""
        return bool(self.spans)

    @property
    def on_path(self) -> float:
        """Seconds on the critical path."""
        return sum(span.end - span.start for span in self.spans)


@dataclass(frozen=True, slots=True)
class NodeTime:
    """Where time went: one node over all its rows."""

    node: Node
    own: float
    """Sum of its rows' own time; calls at the same time count each."""
    on_path: float
    """Seconds of the critical path before the answer came."""
    rows: int
    failed: int
    """Rows that ended in error, throttle or fault."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation's value, and the row that carries it."""

    key: str
    value: str
    row: int


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A whole trace, ready to be drawn."""

    trace_id: str
    started_at: float
    """Unix time; 0 for a trace without a readable time."""
    seconds: float
    """From the first start to the last end."""
    answered: float
    """Seconds from the first start to the end of its entry: what the caller waited; work may go on."""
    rows: Sequence[Row]
    entry: int | None
    """Position of the row where the trace begins; None of an empty trace."""
    culprit: int | None
    """Position of the row where the failure arose; None where nothing failed."""
    waiting: tuple[Span, ...]
    """Parts of the critical path in which no row ran: a message waited, or something was not traced."""
    nodes: Sequence[NodeTime]
    """Most own time first."""
    exceptions: Sequence[ExceptionRecord]
    """Each once, earliest first."""
    annotations: Sequence[Annotation]
    """Each pair of key and value once."""
    problems: Sequence[str]
    """What could not be read, is missing, or was corrected."""

    @property
    def fault(self) -> bool:
        """Whether anything in it ended as fault."""
        return any(row.fault for row in self.rows)

    @property
    def error(self) -> bool:
        """Whether anything in it ended as the caller's error."""
        return any(row.error for row in self.rows)

    @property
    def throttle(self) -> bool:
        """Whether anything in it was throttled."""
        return any(row.throttle for row in self.rows)

    @property
    def cold_starts(self) -> int:
        """How often a function was initialised."""
        return sum(row.cold_start and row.kind == SUBSEGMENT for row in self.rows)
