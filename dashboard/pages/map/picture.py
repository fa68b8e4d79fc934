"""The picture for one user and one view: read, grouped, placed, drawn."""

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from dashboard.access.roles import Scope
from dashboard.pages.map.costing import Burns
from dashboard.pages.map.drawing import Drawn, draw
from dashboard.pages.map.grouping import Grouped, group
from dashboard.pages.map.joined import verdicts, waiting_times
from dashboard.pages.map.options import Expression, MapOptions
from dashboard.pages.map.placing import place
from dashboard.pages.map.replay import starts_of, step_of
from dashboard.pages.state import PageState
from dashboard.spend.read.burn import burns_of_resources
from dashboard.traces.read import service_map
from dashboard.traces.read.shape import MapEdge, MapNode, ServiceMap


@dataclass(frozen=True)
class View:
    """Who looks at which part of the map; everything about it is read once."""

    scope: Scope
    state: PageState
    options: MapOptions

    @property
    def usable(self) -> dict[str, bool]:
        """Colour modes that there are: change needs something to compare with, cost the right to see money."""
        comparable = self.state.compare or self.options.column
        return {"health": True, "latency": True, "cost": self.scope.money, "change": bool(comparable)}

    @property
    def colour(self) -> str:
        """The colour mode in force."""
        return self.options.colour if self.usable[self.options.colour] else "health"

    @cached_property
    def given(self) -> ServiceMap:
        """The map of the window; what it is compared with is the replayed column, if there is one."""
        return service_map(
            self.scope,
            self.state.window,
            compared=self.options.column or self.state.compared,
            accounts=self.state.accounts,
            environments=self.state.environments,
            teams=self.state.teams,
            group=self.options.group,
            stack_ids=self.options.stacks,
            states=verdicts(self.scope),
            ages=waiting_times(self.scope, self.state.window),
        )

    @cached_property
    def grouped(self) -> Grouped:
        """What of it is drawn."""
        return group(
            self.given,
            collapse="none" if self.options.view == "table" else self.options.collapse,
            opened=self.options.opened,
            focus=self.options.focus,
            hops=self.options.hops,
            find=self.options.find.condition,
            hide=self.options.hide.condition,
            least=self.options.least,
            replayed=self.options.column is not None,
        )

    @cached_property
    def burns(self) -> Burns:
        """What the resources of the map cost per hour now; nothing without the right to see money."""
        if not self.scope.money:
            return {}
        shown = {node.resource_id for node in self.given.nodes if node.resource_id is not None and not node.hidden}
        return burns_of_resources(shown, timezone.now())

    @property
    def _place(self) -> tuple[object, ...]:
        """Views whose pictures should look alike: what is open or hidden changes nothing about who looks at what."""
        state, options = self.state, self.options
        named = [sorted(names) for names in (state.accounts, state.environments, state.teams)]
        stacks = sorted(options.stacks or ())
        return self.scope.everything, sorted(self.scope.team_ids), *named, stacks, options.group, options.focus

    def drawn(self) -> Drawn:
        """The picture, and what its controls need to know."""
        key, layout = place(self.grouped, self._place)
        options = self.options
        burns = self.burns if self.colour == "cost" else {}
        return self.said() | {
            "key": key,
            "version": self.given.version,
            **draw(self.grouped, layout, self.colour, found_only=options.find.condition is not None, burns=burns),
            "colour": self.colour,
            "collapsing": self.grouped.collapsing,
            "opened": sorted(self.grouped.opened),
            "left_out": self.grouped.left_out,
            "replay": {
                "starts": starts_of(self.state.window),
                "step": step_of(self.state.window),
                "at": int(options.column.start.timestamp()) if options.column else None,
            },
        }

    def said(self) -> Drawn:
        """What the fields of find and hide have to say."""
        return {
            "found": sum(box.found for box in self.grouped.boxes),
            "fields": {"find": _field(self.options.find), "hide": _field(self.options.hide)},
        }

    def listed(self) -> tuple[list[MapNode], list[MapEdge]]:
        """Nodes and connections for tables: those that are found, and what they are connected with."""
        boxes = self.grouped.boxes
        wanted = {box.id for box in boxes if box.found or self.options.find.condition is None}
        edges = [edge for line in self.grouped.lines for edge in line.edges]
        return (
            [box.first for box in boxes if box.id in wanted],
            [edge for edge in edges if {edge.source, edge.target} & wanted],
        )


def _field(expression: Expression) -> dict[str, str]:
    return {"text": expression.text, "problem": expression.problem}
