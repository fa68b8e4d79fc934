"""Which lines run against the flow: without them, no cycle is left."""

from collections.abc import Sequence

from dashboard.traces.layout.graph import Pair


def feedback(count: int, lines: Sequence[Pair], column: Sequence[float | None]) -> list[Pair]:
    """The lines to draw backwards, self-loops among them; as few as needed: each alone would close a cycle.

    `column` is where each box stood before, if it did, and empty for a first picture: what went forwards then does so
    again, as far as the graph allows.
    """
    proper = [(source, target) for source, target in lines if source != target]
    position = column or _flow(count, proper)
    certain = {pair for pair in proper if _ascends(position, pair)}
    order = sorted(range(count), key=lambda one: (position[one] is None, position[one] or 0))
    reach = _reach(count, certain, order)
    backwards = [pair for pair in lines if pair[0] == pair[1]]
    for source, target in proper:
        if (source, target) in certain:
            continue
        if reach[target] >> source & 1:
            backwards.append((source, target))
            continue
        for one in range(count):
            if reach[one] >> source & 1:
                reach[one] |= reach[target]
    return sorted(backwards)


def _ascends(position: Sequence[float | None], pair: Pair) -> bool:
    source, target = (position[end] for end in pair)
    return source is not None and target is not None and source < target


def _reach(count: int, lines: set[Pair], order: Sequence[int]) -> list[int]:
    """Bits of the boxes that each can reach, itself among them; lines ascend in `order`."""
    called: list[list[int]] = [[] for _ in range(count)]
    for source, target in lines:
        called[source].append(target)
    reach = [1 << one for one in range(count)]
    for one in reversed(order):
        for target in called[one]:
            reach[one] |= reach[target]
    return reach


def _flow(count: int, lines: Sequence[Pair]) -> list[float]:
    """Positions of all boxes in an order that few lines run against (Eades' greedy order, entries first)."""
    callers: list[set[int]] = [set() for _ in range(count)]
    called: list[set[int]] = [set() for _ in range(count)]
    for source, target in lines:
        callers[target].add(source)
        called[source].add(target)
    depth = _depth(callers, called)
    left = set(range(count))
    head: list[int] = []
    tail: list[int] = []
    while left:
        sources = [one for one in sorted(left) if not callers[one]]
        sinks = [one for one in sorted(left) if not called[one] and callers[one]]
        if not sources and not sinks:
            sources = [min(left, key=lambda one: (depth[one], len(callers[one]) - len(called[one]), one))]
        head += sources
        tail += sinks
        for one in (*sources, *sinks):
            left.remove(one)
            _forget(one, callers, called)
    position = [0.0] * count
    for place, one in enumerate([*head, *reversed(tail)]):
        position[one] = place
    return position


def _forget(one: int, callers: Sequence[set[int]], called: Sequence[set[int]]) -> None:
    """Take a box out of the graph."""
    for other in callers[one]:
        called[other].discard(one)
    for other in called[one]:
        callers[other].discard(one)


def _depth(callers: Sequence[set[int]], called: Sequence[set[int]]) -> list[int]:
    """Calls from the nearest entry; those that no entry reaches come last."""
    depth = [0 if not those else len(callers) for those in callers]
    queue = [one for one, those in enumerate(callers) if not those]
    for one in queue:  # grows while it is walked
        for target in sorted(called[one]):
            if depth[target] == len(callers):
                depth[target] = depth[one] + 1
                queue.append(target)
    return depth
