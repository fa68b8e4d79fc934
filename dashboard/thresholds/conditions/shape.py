"""The shape of a condition: how it turns a threshold into lines through time, and how people speak of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dashboard.catalog.shape import Severity, Values
from dashboard.core.units import Unit

Times = NDArray[np.int64]
Flags = NDArray[np.bool_]
PAD = 1800
"""Seconds before and after a time that belong to the same hour of another week."""
Line = Values | float | None
"""A value that is not to be passed: the same always, one per period (NaN where it can't be told), or none."""


@dataclass(frozen=True, slots=True)
class Background:
    """What judging may know of a resource beyond the newest values of its metrics."""

    ceilings: Mapping[str, float] = field(default_factory=dict)
    """What a metric can't pass, by metric; only limits that are known."""
    weeks: Mapping[str, Values] = field(default_factory=dict)
    """Values of the weeks before at the same times, half an hour (`PAD`) longer at both ends: [weeks, times]."""
    deploys: Sequence[tuple[int, int]] = ()
    """Beginning and end of each deploy of its stack."""
    due: int | None = None
    """Unix time up to which points should have come; None: up to the last period."""
    fired: Collection[str] = ()
    """Thresholds that were broken before the grid begins: they stay so until something says otherwise."""


BLANK = Background()


def remembered(metric: str, severity: Severity) -> str:
    """By which a resource's broken thresholds are remembered."""
    return f"{metric} {severity.value}"


@dataclass(frozen=True, slots=True)
class Given:
    """What a condition looks at: one metric of one resource on a grid of Unix times."""

    at: Times
    values: Values
    metric: str
    background: Background

    @property
    def step(self) -> int:
        """Seconds between periods."""
        return int(self.at[1] - self.at[0])


@dataclass(frozen=True, slots=True)
class Basis:
    """What lines are reckoned from, in the metric's own unit: a reference, and how far values stray from it.

    NaN where it isn't known, and throughout where the condition needs none.
    """

    usual: Values | float = float("nan")
    spread: Values | float = float("nan")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lines, in the metric's own unit."""

    upper: Line = None
    lower: Line = None


def lines(draw: Callable[[float], Line], above: float | None, below: float | None, *, down: float = 1) -> Bounds:
    """The lines that there are; `down` is -1 where an amount below is reckoned from the same reference."""
    return Bounds(None if above is None else draw(above), None if below is None else draw(down * below))


@dataclass(frozen=True, slots=True)
class Crossing:
    """A value that is beyond its line, all in the metric's unit; what a sentence is made of."""

    value: float
    line: float
    usual: float | None
    unit: Unit


@dataclass(frozen=True, slots=True)
class Condition:
    """One way to judge a metric. `bounds` gets the basis, then `above` and `below` in the unit of `unit`."""

    key: str
    """As it stands in the table and in the file."""
    label: str
    above: str
    """How people read the two lines: 'above', 'rises by more than'."""
    below: str
    bounds: Callable[[Basis, float | None, float | None], Bounds]
    figure: Callable[[Values, Basis], Values]
    """What the lines are held against, in their unit: where a line would have to lie to be just reached."""
    says: Callable[[Crossing], str]
    """What follows the value in a sentence: ', above 1 s'."""
    basis: Callable[[Given], Basis] = lambda given: Basis()
    unit: Callable[[Unit], Unit] = lambda unit: unit
    """Unit of its lines, from the metric's."""
    suffix: str = ""
    """What follows a line when people read it: ' per minute'."""
    order: int = 0
    """Among the choices of a form."""
    amounts: bool = False
    """Its lines are amounts from 0 up, each in its own direction, and not a band."""
    weeks: int = 0
    """How many weeks before it looks at."""
    volume: Callable[[Given], Values] = lambda given: given.values
    """What is held against the floor, from the metric that tells the volume."""
    absence: bool = False
    """Broken where nothing came; it has no lines."""
    faults: Callable[["Asked"], Mapping[str, str]] = lambda asked: {}
    """What else is wrong with a threshold, by field."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a condition may refuse: the metric, what is known of it, and whether a volume is asked for."""

    metric: str
    limited: Mapping[str, str]
    """Labels of the service's metrics that have a limit, by key."""
    has_floor: bool


def steady(
    condition: Condition, metric: str, above: float | None, below: float | None, ceilings: Mapping[str, float]
) -> float | None:
    """Its line in the metric's unit where that is the same at any time, so that a chart can show it."""
    given = Given(np.arange(2, dtype=np.int64), np.zeros(2), metric, Background(ceilings))
    bounds = condition.bounds(condition.basis(given), above, below)
    line = bounds.lower if bounds.upper is None else bounds.upper
    return None if isinstance(line, np.ndarray) else line


def reads(condition: Condition, above: float | None, below: float | None, write: Callable[[float], str]) -> str:
    """The condition as people read it: 'above 1 s or below 10 ms'; `write` writes a line."""
    if condition.absence:
        return condition.above
    sides = ((condition.above, above), (condition.below, below))
    return " or ".join(f"{side} {write(line)}{condition.suffix}" for side, line in sides if line is not None)
