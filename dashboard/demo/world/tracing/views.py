"""What one region sees of an entry's requests: the nodes and connections that its own segments tell of."""

from dataclasses import dataclass

from dashboard.demo.world.components import Edge
from dashboard.demo.world.tracing.calls import Slot
from dashboard.demo.world.tracing.places import CLIENT, REMOTE, Node, Place, function_node, node_of
from dashboard.demo.world.tracing.tables import Entry


@dataclass(frozen=True)
class Seen:
    """One slot as a region sees it: the service's node, and the function's own where the segment is kept here."""

    slot: Slot
    caller: Node | None
    service: Node
    function: Node | None
    local: bool


@dataclass(frozen=True, eq=False)
class View:
    """An entry as seen from one place; `root` is the first slot whose segment is kept there."""

    entry: Entry
    place: Place
    root: Slot
    seen: tuple[Seen, ...]
    feeds: tuple[Edge, ...]

    @property
    def complete(self) -> bool:
        """Whether the request began here, and not elsewhere."""
        return self.root.number == 0


def views_of(entries: list[Entry]) -> dict[Place, list[View]]:
    """Every region's views."""
    found: dict[Place, list[View]] = {}
    for entry in entries:
        for place in dict.fromkeys(slot.place for slot in entry.slots):
            found.setdefault(place, []).append(_view(entry, place))
    return found


def _view(entry: Entry, place: Place) -> View:
    root = next(slot for slot in entry.slots if slot.place == place)
    nodes = {slot.number: _own_node(slot) for slot in entry.slots}
    seen = [_seen(entry, slot, place, nodes) for slot in entry.slots if _visible(entry, slot, place)]
    return View(entry, place, root, tuple(seen), entry.feeds if root.number == 0 else ())


def _visible(entry: Entry, slot: Slot, place: Place) -> bool:
    return slot.place == place or (slot.parent >= 0 and entry.slots[slot.parent].place == place)


def _seen(entry: Entry, slot: Slot, place: Place, nodes: dict[int, Node]) -> Seen:
    local = slot.place == place
    service = _service_node(slot, place)
    function = None
    if slot.function and local and slot.component is not None:
        function = function_node(slot.component)
    caller = None
    if slot.parent >= 0 and entry.slots[slot.parent].place == place:
        caller = nodes[slot.parent]
    elif slot.number == 0:
        caller = Node(service.name, CLIENT)
    return Seen(slot, caller, service, function, local)


def _own_node(slot: Slot) -> Node:
    """The node from which the slot's own calls go out."""
    if slot.function and slot.component is not None:
        return function_node(slot.component)
    return _service_node(slot, slot.place)


def _service_node(slot: Slot, place: Place) -> Node:
    if slot.remote is not None:
        return Node(slot.remote.host, REMOTE)
    return node_of(slot.callee, place)
