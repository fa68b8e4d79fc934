"""Which stored spans to add up for a window: the coarsest that lie inside it, finer ones for the rest."""

from collections.abc import Collection, Mapping

Range = tuple[int, int]
"""Unix times [start, end)."""


def cover(start: int, end: int, held: Mapping[int, Collection[int]]) -> list[tuple[int, int]]:
    """Periods and starts of spans that lie in [start, end) and overlap nowhere; as few as possible.

    `held` are starts by period; longer periods are multiples of shorter ones, and all start on multiples.
    """
    chosen: list[tuple[int, int]] = []
    gaps: list[Range] = [(start, end)] if start < end else []
    for period in sorted(held, reverse=True):
        taken, gaps = _take(gaps, period, sorted(held[period]))
        chosen += [(period, at) for at in taken]
    return chosen


def _take(gaps: list[Range], period: int, starts: list[int]) -> tuple[list[int], list[Range]]:
    """Spans that fit into the gaps, and what they leave open. Both come in order of time."""
    taken: list[int] = []
    left: list[Range] = []
    position = 0
    for start, end in gaps:
        since = start
        while position < len(starts) and starts[position] < start:
            position += 1
        while position < len(starts) and starts[position] + period <= end:
            at = starts[position]
            if since < at:
                left.append((since, at))
            taken.append(at)
            since = at + period
            position += 1
        if since < end:
            left.append((since, end))
    return taken, left


def finest(start: int, end: int, held: Mapping[int, Collection[int]]) -> list[tuple[int, int]]:
    """Periods and starts of spans that lie in [start, end) and overlap nowhere; as fine as they are complete.

    A span gives way to finer ones where those cover it as a whole; where it is missing, what is there of them counts.
    """
    inside = {period: {at for at in starts if start <= at and at + period <= end} for period, starts in held.items()}
    periods = sorted(inside, reverse=True)
    tops = {at // periods[0] * periods[0] for starts in inside.values() for at in starts}
    return [span for at in sorted(tops) for span in _finer(periods, 0, at, inside)]


def _finer(periods: list[int], level: int, at: int, held: Mapping[int, Collection[int]]) -> list[tuple[int, int]]:
    """What there is of one span."""
    period, itself = periods[level], at in held[periods[level]]
    if level + 1 == len(periods):
        return [(period, at)] if itself else []
    step = periods[level + 1]
    parts = [one for start in range(at, at + period, step) for one in _finer(periods, level + 1, start, held)]
    whole = sum(length for length, _ in parts) == period
    return [(period, at)] if itself and not whole else parts
