"""How a figure is taken and reported: medians of interleaved runs, so that a drifting machine hits both sides alike."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

Action = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the report.

    `ratio` is value over the alternative's value where there is one; `goal` is written for people; `met` is None
    for a figure without a goal.
    """

    id: str
    value: float
    unit: str
    versus: str = ""
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None


def median(action: Action, times: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Median seconds of `times` runs after one that isn't counted."""
    return side_by_side([action], times, clock)[0]


def side_by_side(actions: list[Action], times: int, clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Median seconds of each action; the actions take turns, after one round that isn't counted."""
    taken: list[list[float]] = [[] for _ in actions]
    for turn in range(times + 1):
        for seconds, action in zip(taken, actions, strict=True):
            started = clock()
            action()
            if turn:
                seconds.append(clock() - started)
    return [statistics.median(seconds) for seconds in taken]


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of all are not above."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, round(share * (len(ranked) - 1)))]


def report(result: Result) -> None:
    """Hand a result to the run that started this process: one line of JSON on standard output."""
    sys.stdout.write(json.dumps(asdict(result)) + "\n")
    sys.stdout.flush()
