"""What an objective's counts come to: budget, burn rates, and what is worth an alert; live and preview alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from dashboard.core.times import say_span
from dashboard.core.units import write_figures
from dashboard.slos.budget import Budget, budget_of, burn_rate, gone_in
from dashboard.slos.burn import (
    ENOUGH,
    RULES,
    SPENT,
    BurnRule,
    Flags,
    Objective,
    burning,
    runs,
    since,
    slots_of,
    spent,
)
from dashboard.slos.counts import STEP, Counts, Sum, part, summed

STALE = timedelta(minutes=30)
"""Older counts leave every rule unknown: CloudWatch's delay, two periods, and a poll that may be under way."""


@dataclass(frozen=True, slots=True)
class Burn:
    """One rule and how its two windows burn now."""

    rule: BurnRule
    long: float | None
    """Burn rate; None where no event is known."""
    short: float | None
    bad: float
    """Bad events of the long window."""
    fires: bool
    since: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How an objective stands at a moment."""

    events: Sum
    """Of the whole window."""
    budget: Budget
    burns: Sequence[Burn]
    spent: bool
    spent_since: int
    fresh: bool
    """False: the newest counts are too old to say anything of now."""
    newest: int | None
    """Unix time at which the newest known slot ends."""
    gone_in: timedelta | None
    """How long the budget lasts at the burn rate of the last six hours, or at the faster one that fires."""


def standing(counts: Counts, objective: Objective, now: int) -> Standing:
    """Judge counts, from which what is excluded has been taken; `now` is Unix time."""
    newest = counts.newest
    end = counts.start + STEP * (newest + 1) if newest is not None else now // STEP * STEP
    whole = part(counts, end - int(objective.window.total_seconds()), end)
    events = summed(whole)
    budget = budget_of(events, objective.share)
    burns = [_burn(whole, rule, objective) for rule in RULES]
    over = spent(whole, objective)
    return Standing(
        events=events,
        budget=budget,
        burns=burns,
        spent=bool(len(over) and over[-1]),
        spent_since=since(over, whole),
        fresh=newest is not None and end >= now - STALE.total_seconds(),
        newest=end if newest is not None else None,
        gone_in=gone_in(budget.left, _worst_rate(burns), objective.window),
    )


def _burn(whole: Counts, rule: BurnRule, objective: Objective) -> Burn:
    fires = burning(whole, rule, objective)
    long, short = (summed(part(whole, whole.end - _seconds(one), whole.end)) for one in (rule.long, rule.short))
    rate = burn_rate(long, objective.share), burn_rate(short, objective.share)
    return Burn(rule, *rate, long.bad, bool(len(fires) and fires[-1]), since(fires, whole))


def _seconds(length: timedelta) -> int:
    return slots_of(length) * STEP


def _worst_rate(burns: Sequence[Burn]) -> float | None:
    firing = [one.long for one in burns if one.fires and one.long is not None]
    if firing:
        return max(firing)
    return next((one.long for one in burns if one.rule.key == "burn_slow"), None)


def reasons(found: Standing, window: timedelta) -> Mapping[str, str]:
    """What is said of each rule that fires, by its key: '15× burn over 1 h, gone in 2 d'."""
    told = {
        one.rule.key: f"{write_figures(one.long or 0)}× burn over {say_span(one.rule.long)}, "
        f"{_say_end(gone_in(found.budget.left, one.long, window))}"
        for one in found.burns
        if one.fires
    }
    if found.spent:
        told[SPENT] = f"spent: {write_figures(found.events.bad)} failed, {write_figures(found.budget.allowed)} allowed"
    return told


def _say_end(left: timedelta | None) -> str:
    return f"gone in {say_span(left)}" if left else "nothing left"


def fired(counts: Counts, objective: Objective) -> list[tuple[int, int]]:
    """Every time that any rule would have fired over all of the counts: Unix times, oldest first."""
    every: list[Flags] = [burning(counts, rule, objective) for rule in RULES]
    return runs([*every, spent(counts, objective)], counts)


def knows_enough(found: Standing) -> bool:
    """Whether so much of the window is known that its budget means something."""
    return found.events.known >= ENOUGH
