"""How an alarm of the world stands at a time, worked out from its metric as CloudWatch does."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.noise import Floats, stable_number
from dashboard.demo.world.series import Series
from dashboard.demo.world.watching.plans import (
    BELOW,
    COMPOSITE_ALARMS,
    METRIC_ALARMS,
    CompositePlan,
    MetricPlan,
)
from dashboard.demo.world.world import World, metric_region

OK, ALARM, NO_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"
LOOKED_BACK = 86_400
"""Seconds of metric history from which states follow; incidents are younger."""
ARRIVED_AFTER = 120
DAY = 86_400


@dataclass(frozen=True)
class Step:
    """From `at` (Unix seconds) on an alarm is in that state."""

    at: int
    state: str
    reason: str


@dataclass(frozen=True)
class Standing:
    """An alarm with its states up to now, the oldest first."""

    plan: MetricPlan | CompositePlan
    created: int
    steps: tuple[Step, ...]
    series: Series | None = None

    @property
    def last(self) -> Step:
        """How it stands."""
        return self.steps[-1]


def standings(world: World, account_id: str, region: str, now: int) -> list[Standing]:
    """Every alarm of a region: metric ones by name, then composite ones."""
    there = [one for one in METRIC_ALARMS if (one.account_id, one.region) == (account_id, region)]
    metric = {one.name: metric_standing(world, one, now) for one in sorted(there, key=lambda one: one.name)}
    composite = [one for one in COMPOSITE_ALARMS if (one.account_id, one.region) == (account_id, region)]
    return [*metric.values(), *(_composite_standing(one, [metric[name] for name in one.children]) for one in composite)]


def metric_standing(world: World, plan: MetricPlan, now: int) -> Standing:
    """Judge an alarm's metric over the last day; before that it was as it began."""
    created = created_at(world, plan.name)
    if plan.silent_days:
        return Standing(plan, created, tuple(_silent(world, plan, created)))
    series = series_of(world, plan)
    step = plan.period
    end = (now - ARRIVED_AFTER) // step * step
    start = end - LOOKED_BACK
    values = world.values(series, plan.statistic, start // 60, step // 60, LOOKED_BACK // step, now=now)
    return Standing(plan, created, tuple(_judged(plan, created, start, values)), series)


def created_at(world: World, name: str) -> int:
    """When an alarm was set up: between two and seven months before the world began."""
    return world.origin * 60 - 60 * DAY - stable_number("alarm", name) % (150 * DAY)


def series_of(world: World, plan: MetricPlan) -> Series:
    """The metric under the fewest dimensions; of a replicated cache the first node's."""
    component = _component(world, plan)
    place = metric_region(component.kind, component.region)
    found = [
        one
        for one in world.series_in(plan.account_id, place).values()
        if one.component is component and one.name == plan.metric
    ]
    return min(found, key=lambda one: (len(one.dimensions), one.dimensions))


def _component(world: World, plan: MetricPlan) -> Component:
    return next(
        one
        for one in world.plan.components
        if one.name == plan.component and one.account_id == plan.account_id and one.kind != "custom"
    )


def _silent(world: World, plan: MetricPlan, created: int) -> Iterator[Step]:
    """An alarm whose metric is not sent any more: what that means is its own choice."""
    yield Step(created, OK, _reason(plan, np.zeros(plan.of_periods), created, broken=False))
    if plan.treat_missing == "missing":
        gone = world.origin * 60 - plan.silent_days * DAY
        yield Step(gone, NO_DATA, f"Insufficient Data: {plan.of_periods} datapoints were unknown.")


def _judged(plan: MetricPlan, created: int, start: int, values: Floats) -> Iterator[Step]:
    """A step wherever the state changes."""
    broken = values < plan.threshold if plan.comparison == BELOW else values > plan.threshold
    missing = np.isnan(values) & (plan.treat_missing == "missing")
    state = ""
    for last in range(plan.of_periods, len(values) + 1):
        span = slice(last - plan.of_periods, last)
        became = NO_DATA if missing[span].all() else ALARM if broken[span].sum() >= plan.for_periods else OK
        if became == state:
            continue
        ended = start + last * plan.period
        at = ended + 20 + stable_number("alarm", plan.name) % 40 if state else created
        state = became
        if state == NO_DATA:
            yield Step(at, state, f"Insufficient Data: {plan.of_periods} datapoints were unknown.")
        else:
            yield Step(at, state, _reason(plan, values[span], ended, broken=state == ALARM))


def _reason(plan: MetricPlan, values: Floats, ended: int, *, broken: bool) -> str:
    """In CloudWatch's own words; the newest value stands first."""
    there = [f"{value:.1f}" for value in reversed(values) if not np.isnan(value)]
    side = "less than" if plan.comparison == BELOW else "greater than"
    were = f"{'were' if len(there) != 1 else 'was'}{'' if broken else ' not'}"
    points = f"{len(there)} datapoint{'s' if len(there) != 1 else ''} [{', '.join(there)}]"
    return f"Threshold Crossed: {points} {were} {side} the threshold ({plan.threshold:.1f})."


def _composite_standing(plan: CompositePlan, children: Sequence[Standing]) -> Standing:
    """Follow the children's steps in the order of time."""
    created = max(child.created for child in children) + 3600
    states = {child.plan.name: child.steps[0].state for child in children}
    turns = sorted(
        ((step, child.plan.name) for child in children for step in child.steps[1:]), key=lambda turn: turn[0].at
    )
    steps = [Step(created, _combined(plan, states.values()), "Initial evaluation of the alarm rule.")]
    for step, name in turns:
        states[name] = step.state
        combined = _combined(plan, states.values())
        if combined != steps[-1].state:
            steps.append(Step(step.at + 2, combined, _said(plan, name, step)))
    return Standing(plan, created, tuple(steps))


def _combined(plan: CompositePlan, states: Iterable[str]) -> str:
    held = [state == ALARM for state in states]
    return ALARM if (all(held) if plan.every else any(held)) else OK


def _said(plan: CompositePlan, name: str, step: Step) -> str:
    arn = f"arn:aws:cloudwatch:{plan.region}:{plan.account_id}:alarm:{name}"
    return f"{arn} transitioned to {step.state}"
