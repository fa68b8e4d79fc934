"""What judging comes to: a threshold of a subject is broken, holds, or can't be told. Every judge speaks so."""

from dataclasses import dataclass
from enum import StrEnum

from dashboard.catalog.shape import Severity
from dashboard.core.units import Unit

RESOURCE = "resource"
"""The kind of subjects that are resources."""


class Outcome(StrEnum):
    """What a threshold comes to."""

    BROKEN = "broken"
    HOLDS = "holds"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: a resource, a budget, an objective of a stack."""

    key: str
    """Kind and number, 'resource:12': with metric and severity it makes an alert the same one as before."""
    account_id: int
    """Of our table, not AWS's number."""
    name: str
    stack_id: int | None = None
    resource_id: int | None = None
    money: bool = False
    """Told only to those who may see money."""
    page: str = ""
    """Path of the page about it; blank for resources, which have their own."""

    @property
    def kind(self) -> str:
        """What sort of thing it is."""
        return self.key.partition(":")[0]


def resource_subject(resource_id: int, stack_id: int, account_id: int, name: str) -> Subject:
    """The subject that a resource is."""
    return Subject(f"{RESOURCE}:{resource_id}", account_id, name, stack_id, resource_id)


@dataclass(frozen=True, slots=True)
class Finding:
    """One threshold of one subject, judged; times are Unix seconds. Value, line and since only where it is broken."""

    subject: Subject
    metric: str
    severity: Severity
    outcome: Outcome
    reason: str = ""
    value: float = 0.0
    line: float = 0.0
    unit: Unit = Unit.COUNT
    since: int = 0
    hint: str = ""
    runbook: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes its alert the same one as before."""
        return self.subject.key, self.metric, self.severity.value
