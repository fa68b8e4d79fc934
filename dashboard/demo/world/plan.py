"""All components, edges, stacks and incidents of the world, with the look-ups that others need."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from dashboard.demo.world.components import Component, Edge, Incident, StackPlan


@dataclass
class Plan:
    """The world as built: it doesn't change with time."""

    components: list[Component] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    stacks: list[StackPlan] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.by_key = {component.key: component for component in self.components}
        self._into: dict[str, list[Edge]] = defaultdict(list)
        self._out: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            self._into[edge.target.key].append(edge)
            self._out[edge.source.key].append(edge)
        names = {component.name for component in self.components}
        self._incidents: dict[str, list[Incident]] = defaultdict(list)
        for incident in self.incidents:
            if incident.component not in names:
                raise ValueError(f"The incident {incident.key} touches {incident.component}, which does not exist.")
            self._incidents[incident.component].append(incident)
        self._places: dict[tuple[str, str, str], list[Component]] = defaultdict(list)
        for component in self.components:
            self._places[component.account_id, component.region, component.kind].append(component)

    def into(self, component: Component) -> list[Edge]:
        """Edges that end at the component."""
        return self._into.get(component.key, [])

    def out_of(self, component: Component) -> list[Edge]:
        """Edges that begin at the component."""
        return self._out.get(component.key, [])

    def touching(self, component: Component) -> list[Incident]:
        """Incidents whose cause lies in the component."""
        return self._incidents.get(component.name, [])

    def of_kind(self, account_id: str, region: str, *kinds: str) -> list[Component]:
        """Components of those kinds in one region."""
        return [found for kind in kinds for found in self._places.get((account_id, region, kind), [])]

    def in_region(self, account_id: str, region: str) -> Iterable[Component]:
        """Every component of one region."""
        return (c for c in self.components if c.account_id == account_id and c.region == region)

    def stacks_in(self, account_id: str, region: str) -> list[StackPlan]:
        """Stacks of one region, nested ones included."""
        return [stack for stack in self.stacks if stack.account_id == account_id and stack.region == region]

    def of_stack(self, stack: StackPlan) -> list[Component]:
        """Components that the stack created itself."""
        here = self.in_region(stack.account_id, stack.region)
        return [component for component in here if component.stack == stack.name]
