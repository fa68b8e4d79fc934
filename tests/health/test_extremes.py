"""Whose latency and whose saturation are the stack's."""

import numpy as np

from dashboard.health.signals import Speaker, extremes


def speaker(pk: int, *, entry: bool, latency: float, saturation: float) -> Speaker:
    signals = {name: np.array([value]) for name, value in (("latency", latency), ("saturation", saturation))}
    return Speaker("any", entry, {"traffic": np.array([100.0]), **signals}, pk)


def test_the_slowest_is_an_entry_point_and_the_fullest_is_any_resource() -> None:
    api = speaker(1, entry=True, latency=200, saturation=0.1)
    worker = speaker(2, entry=False, latency=900, saturation=0.8)
    assert extremes([api, worker]) == (1, 2)


def test_without_values_nobody_is_named() -> None:
    assert extremes([]) == (None, None)
    assert extremes([speaker(1, entry=True, latency=float("nan"), saturation=float("nan"))]) == (None, None)
