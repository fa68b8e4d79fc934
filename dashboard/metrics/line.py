"""Values at even steps of time."""

from dataclasses import dataclass

from dashboard.metrics.packing import Values


@dataclass(frozen=True, slots=True)
class Line:
    """Values from `start` (Unix time) every `step` seconds, NaN where nothing came; each stands for `period` seconds.

    With fewer points than there are values, each pair of points is the lowest and highest value of its time.
    """

    start: int
    step: int
    values: Values
    period: int
