"""How a stack of the world is written down: components, calls, deploys, in a few words each."""

from collections.abc import Mapping
from typing import Any

from dashboard.demo.world.components import Change, Component, Deploy, Edge, StackPlan
from dashboard.demo.world.noise import stable_number

TRACEABLE = frozenset({"lambda", "apigateway_rest", "step_functions"})
"""Kinds that send segments to X-Ray once tracing is switched on; HTTP and WebSocket APIs can't."""


class StackBuilder:
    """Builds one stack, or a group of resources outside any stack when `stack` is blank."""

    def __init__(
        self,
        account_id: str,
        region: str,
        stack: str = "",
        *,
        environment: str = "prod",
        team: str = "platform",
        description: str = "",
        tags: Mapping[str, str] | None = None,
        parent: str = "",
        parent_logical_id: str = "",
        traced: bool = False,
    ) -> None:
        self.account_id = account_id
        self.region = region
        self.stack = stack
        self.environment = environment
        self.team = team
        self.description = description
        self.tags = dict(tags) if tags is not None else {"environment": environment, "owner": team, "team": team}
        self.parent = parent
        self.parent_logical_id = parent_logical_id
        self.traced = traced
        self.components: list[Component] = []
        self.edges: list[Edge] = []
        self.deploys: list[Deploy] = []

    def add(self, kind: str, name: str, **settings: Any) -> Component:
        """A component of this stack."""
        if self.traced:
            settings.setdefault("traced", kind in TRACEABLE)
        made = Component(
            kind=kind,
            name=name,
            account_id=self.account_id,
            region=self.region,
            stack=self.stack,
            logical_id=settings.pop("logical_id", None) or logical_id(name, self.stack),
            settings=settings,
            tags=self.tags,
        )
        self.components.append(made)
        return made

    def call(
        self,
        source: Component,
        target: Component,
        ratio: float = 1.0,
        kind: str = "sync",
        unless: Component | None = None,
        **settings: Any,
    ) -> None:
        """An edge from source to target."""
        self.edges.append(Edge(source, target, ratio, kind, unless, settings))

    def queue(self, name: str, consumer: Component, **settings: Any) -> Component:
        """A queue with its dead-letter queue, drained by the consumer."""
        dead = self.add("sqs", f"{name}-dlq", dead_letter=True, stock=settings.pop("stock", 0))
        made = self.add("sqs", name, dlq=f"{name}-dlq", **settings)
        self.call(made, consumer, kind="queue")
        self.call(consumer, dead, kind="dead_letter")
        return made

    def deployed(self, *deploys: Deploy) -> None:
        """Deploys that the story needs; the ordinary ones are added by the plan."""
        self.deploys += deploys

    def plan(self) -> StackPlan:
        """The stack itself, with its history."""
        return StackPlan(
            name=self.stack,
            account_id=self.account_id,
            region=self.region,
            environment=self.environment,
            team=self.team,
            description=self.description,
            deploys=tuple(sorted([*self.deploys, *self._ordinary()], key=lambda deploy: deploy.minutes_ago)),
            parent=self.parent,
            parent_logical_id=self.parent_logical_id,
            tags=self.tags,
        )

    def _ordinary(self) -> list[Deploy]:
        """The creation, and an update of some functions every few days."""
        everything = tuple(Change(c.logical_id, "Create") for c in self.components if c.kind != "custom")
        deploys = [Deploy(80 * 1440 + stable_number(self.stack) % 9000, 260, everything, creates=True)]
        functions = [c.logical_id for c in self.components if c.kind == "lambda"]
        functions = functions or [c.logical_id for c in self.components[:2]]
        minutes_ago = 1440 + stable_number(self.stack, "first") % 4000
        while minutes_ago < 60 * 1440:
            pick = stable_number(self.stack, minutes_ago)
            changed = sorted({functions[(pick >> shift) % len(functions)] for shift in (0, 8, 16)})
            changes = tuple(Change(one, "Update") for one in changed)
            deploys.append(Deploy(minutes_ago, 40 + pick % 50, changes))
            minutes_ago += 2 * 1440 + pick % 7000
        return deploys


def logical_id(name: str, stack: str) -> str:
    """CamelCase, without the stack's own name."""
    short = name.removeprefix(f"{stack}-").removeprefix(stack.rsplit("-", 1)[0] + "-")
    return "".join(part.capitalize() for part in short.replace(".", "-").replace("_", "-").split("-"))
