"""Cost that runs away: growth far over what the hour of the week normally costs, and loops that explain it."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from dashboard.catalog.shape import Values
from dashboard.core.money import format_money
from dashboard.core.units import write_figures
from dashboard.spend.burn import Normal

PERIODS = 2
"""Periods in a row that must be beyond the line: told with the second."""
TIMES, TIMES_LOOPED = 3.0, 2.0
"""Times the most that this hour normally costs; less where configuration shows a loop."""
FLOOR, FLOOR_LOOPED = 0.20, 0.05
"""USD per hour over normal below which nobody need be woken."""
TREND = 8
"""Periods over which exponential growth is looked for."""
FIT = 0.85
LONGEST_DOUBLING = timedelta(minutes=90)


@dataclass(frozen=True, slots=True)
class Growth:
    """How far a cost is beyond its normal, in USD per hour; `since` is the position of the first period beyond."""

    since: int
    per_hour: float
    normal: float
    words: str


def grown(values: Values, normal: Normal | None, step: int, *, looped: bool = False) -> Growth | None:
    """Judge the newest periods, `step` seconds apart; None where all is as usual, or nothing is known to compare with.

    Gaps within the newest periods count as not beyond.
    """
    known = np.flatnonzero(~np.isnan(values))
    if normal is None or len(known) < PERIODS:
        return None
    values = values[: known[-1] + 1]
    floor, times = (FLOOR_LOOPED, TIMES_LOOPED) if looped else (FLOOR, TIMES)
    line = max(times * normal.high, normal.high + floor)
    within = np.flatnonzero(~(values > line))
    since = int(within[-1]) + 1 if len(within) else 0
    if len(values) - since < PERIODS:
        return None
    now = float(values[-1])
    return Growth(since, now, normal.middle, _words(values, normal, step))


def _words(values: Values, normal: Normal, step: int) -> str:
    doubling = doubling_time(values, step)
    if doubling:
        return f"doubles every {max(round(doubling.total_seconds() / 60), 1)} minutes"
    if normal.middle <= 0:
        return "cost nothing before"
    return f"{write_figures(round(values[-1] / normal.middle))} times its normal"


def doubling_time(values: Values, step: int) -> timedelta | None:
    """How long the newest periods took to double, where they lie on an exponential line; else None."""
    newest = values[-TREND:]
    if len(newest) < TREND or np.isnan(newest).any() or (newest <= 0).any():
        return None
    at = np.arange(TREND, dtype=float)
    logs = np.log2(newest)
    slope, start = np.polyfit(at, logs, 1)
    spread = float(((logs - logs.mean()) ** 2).sum())
    left = float(((logs - (slope * at + start)) ** 2).sum())
    if slope <= 0 or not spread or 1 - left / spread < FIT:
        return None
    doubling = timedelta(seconds=step / float(slope))
    return doubling if doubling <= LONGEST_DOUBLING else None


def loop_through(start: int, follows: Mapping[int, Iterable[int]], longest: int = 5) -> tuple[int, ...]:
    """The shortest way from `start` along links back to it, ends included; empty where there is none."""
    ways: list[tuple[int, ...]] = [(start,)]
    seen: set[int] = set()
    for _ in range(longest):
        onward: list[tuple[int, ...]] = []
        for way in ways:
            for target in follows.get(way[-1], ()):
                if target == start and len(way) > 1:
                    return (*way, start)
                if target not in seen:
                    seen.add(target)
                    onward.append((*way, target))
        ways = onward
    return ()


def hours_left(now: datetime) -> float:
    """Hours until the month ends, UTC."""
    days = calendar.monthrange(now.year, now.month)[1]
    end = now.replace(day=days, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (end - now) / timedelta(hours=1)


def say_runaway(name: str, growth: Growth, by_month_end: str, loop: Sequence[str]) -> str:
    """'images-make-thumbnail costs 9.21 USD per hour, normally 0.0310: it doubles every 17 minutes …'."""
    if growth.words.startswith("doubles"):
        how = f"and {growth.words}"
    else:
        how = f"which {'is ' if growth.words[0].isdigit() else ''}{growth.words}" if growth.normal > 0 else growth.words
    around = "; what it starts leads back to it" if loop else ""
    now, usual = format_money(growth.per_hour), format_money(growth.normal)
    return (
        f"{name} costs {now} per hour, normally {usual}, {how}{around}. "
        f"At this rate it costs {format_money(growth.per_hour * 24)} a day and {by_month_end} by the end of the month."
    )


def say_alert(growth: str, per_hour: float, normal: float, by_month_end: float) -> str:
    """'It costs 9.21 USD an hour, 300 times its normal 0.0310 USD. If nothing is done: 1,483 USD by the …'."""
    usual = f"normally {format_money(normal)}"
    how = {"doubles": f", {usual}, and {growth}", "cost": f" and {growth}"}.get(
        growth.split(maxsplit=1)[0], f", {growth} {format_money(normal)}"
    )
    end = f"If nothing is done: {format_money(by_month_end)} by the end of the month."
    return f"It costs {format_money(per_hour)} an hour{how}. {end}"
