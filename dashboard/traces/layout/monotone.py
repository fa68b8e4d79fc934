"""The nearest figures that never fall."""

from collections.abc import Iterable


def rising(wanted: Iterable[tuple[float, int]]) -> list[tuple[float, int]]:
    """Figures with their weights, moved as little as makes them never fall (pool adjacent violators)."""
    pools: list[tuple[float, int, int]] = []
    for figure, weight in wanted:
        pools.append((figure, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (one, one_weight, one_number), (other, other_weight, other_number) = pools[-2:]
            both = one_weight + other_weight
            pools[-2:] = [((one * one_weight + other * other_weight) / both, both, one_number + other_number)]
    return [(figure, weight) for figure, weight, number in pools for _ in range(number)]
