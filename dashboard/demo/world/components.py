"""The parts of the simulated accounts: components, the calls between them, stacks, deploys, incidents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, eq=False)
class Component:
    """One AWS resource that does work.

    `kind` is the key of the catalogue. `settings` holds its configuration and its behaviour (milliseconds, shares).
    """

    kind: str
    name: str
    account_id: str
    region: str
    stack: str = ""
    logical_id: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Unique in the world."""
        return f"{self.account_id}/{self.region}/{self.kind}/{self.name}"

    def get(self, name: str, default: Any = None) -> Any:
        """A setting, or the default."""
        return self.settings.get(name, default)


@dataclass(frozen=True, eq=False)
class Edge:
    """A call or delivery: `ratio` calls of the target per request of the source.

    `kind`: sync (the caller waits), async (fire and forget), queue, stream, rule, subscription, notification, task.
    `unless` names a cache: only its misses are sent.
    """

    source: Component
    target: Component
    ratio: float = 1.0
    kind: str = "sync"
    unless: Component | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Whether the source's latency and faults include the target's."""
        return self.kind == "sync"


@dataclass(frozen=True)
class Change:
    """One resource changed by a deploy."""

    logical_id: str
    kind: str  # Create, Update, Delete
    failed_because: str = ""


@dataclass(frozen=True)
class Deploy:
    """A change of a stack; `minutes_ago` counts back from the world's origin."""

    minutes_ago: int
    seconds: int
    changes: tuple[Change, ...]
    reason: str = "User Initiated"
    rolled_back: bool = False
    creates: bool = False


@dataclass(frozen=True)
class StackPlan:
    """A CloudFormation stack; `parent` and `parent_logical_id` are set for a nested one."""

    name: str
    account_id: str
    region: str
    environment: str
    team: str
    description: str
    deploys: tuple[Deploy, ...] = ()
    parent: str = ""
    parent_logical_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Incident:
    """A cause: from its start on, parameters of one component move to new values within `ramp` minutes."""

    key: str
    title: str
    component: str
    minutes_ago: int
    changes: Mapping[str, float]
    ramp: int = 5
