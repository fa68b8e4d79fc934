"""A segment or subsegment while the tree is being put together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.traces.waterfall.values import mapping, text

HANDS_OVER = {
    "Publish", "PublishBatch", "SendMessage", "SendMessageBatch", "PutEvents", "PutRecord", "PutRecords",
    "PutRecordBatch", "StartExecution", "InvokeAsync",
}  # fmt: skip
"""AWS operations that return before what they set off is done."""


@dataclass(slots=True, eq=False)
class Piece:
    """Times are whole microseconds: Unix time, None where the document does not say."""

    raw: Mapping[str, Any]
    id: str
    parent_id: str
    name: str
    segment: bool
    """A record of its own, maybe by another host's clock; else work or a call within one."""
    inferred: bool
    """X-Ray made it up from the call that it answers."""
    origin: str
    start: int | None
    end: int | None
    missing: bool = False
    parent: "Piece | None" = None
    children: "list[Piece]" = field(default_factory=list)
    answer: "Piece | None" = None
    """The inferred segment that answers this call: the two are one row."""
    host: "Piece | None" = None
    """The segment whose clock it goes by."""
    unfinished: bool = False
    """Its end never came: the one it has is a guess."""
    moved: int = 0
    """By how much its clock was corrected."""
    notes: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether its end came."""
        return self.end is not None

    @property
    def began(self) -> int:
        """Its start, once times are settled."""
        return self.start or 0

    @property
    def ended(self) -> int:
        """Its end, once times are settled."""
        return self.end or 0

    @property
    def hands_over(self) -> bool:
        """Whether the call returns before what it set off is done."""
        aws = mapping(self.raw.get("aws"))
        return text(aws.get("invocation_type")) == "Event" or text(aws.get("operation")) in HANDS_OVER
