"""What a breach is in words and figures, for people: what, how much, against which line, for how long."""

import math
from dataclasses import dataclass
from datetime import timedelta

from dashboard.catalog.shape import Service
from dashboard.core.times import say_span
from dashboard.core.units import Unit, write_value
from dashboard.health.breaches import Breach
from dashboard.thresholds.checks import metrics_of
from dashboard.thresholds.conditions import condition
from dashboard.thresholds.conditions.shape import Crossing


@dataclass(frozen=True, slots=True)
class Told:
    """A breach as people read it; of silence the value is its seconds, and the line how many are allowed."""

    reason: str
    value: float
    line: float
    unit: Unit


def tell(breach: Breach, service: Service) -> Told:
    """A breach of a metric of a service."""
    label, unit = metrics_of(service).get(breach.threshold.metric, (breach.threshold.metric, Unit.COUNT))
    if breach.silent or math.isnan(breach.line):
        return _silence(breach, label)
    return Told(explain(breach, unit), breach.value, breach.line, unit)


def _silence(breach: Breach, label: str) -> Told:
    counts = "" if condition(breach.threshold.condition).absence else ", which counts as a breach here"
    reason = f"{label}: no data for {say_span(timedelta(seconds=breach.silent))}{counts}."
    return Told(reason, breach.silent, breach.threshold.for_periods * breach.step, Unit.SECONDS)


def explain(breach: Breach, unit: Unit) -> str:
    """A sentence for people about a value that is beyond its line."""
    threshold = breach.threshold
    sentence = threshold.says.replace("{value}", write_value(breach.value, unit))
    start = f"{sentence[0].upper()}{sentence[1:]}"
    beyond = condition(threshold.condition).says(Crossing(breach.value, breach.line, breach.usual, unit))
    if not breach.certain:
        return f"{start}{beyond}, but too many points are missing to tell whether it lasts."
    lasted = f"{'more than ' if breach.whole_window else ''}{say_span(timedelta(seconds=breach.seconds))}"
    return f"{start}{beyond} for {lasted}."
