"""How bad what traces show is: from grey, which is fine, to what needs an eye."""

import math
from bisect import bisect_right
from collections.abc import Iterable

from dashboard.core.units import Unit, format_value
from dashboard.traces.read.shape import Flow

ORDER = {"critical": 0, "warning": 1, "ok": 2, "unknown": 3, "": 4}
"""Worst first."""
CRITICAL, WARNING = 0.05, 0.01
"""Shares of requests that fail by our own fault or are throttled."""
CALLERS_FAULT = 0.1
"""Share of requests that the caller got wrong (4xx): some are always there."""
FEWEST = 2
"""Bad requests below which nothing is said: one may be chance."""
SLOW = (0.05, 0.2, 1.0, 3.0)
"""Seconds of p95 at which the next level of the latency scale begins."""
MORE = (1.25, 2.0)
"""Growth of p95 that is worse, and that is much worse."""
POINTS = (0.01, 0.05)
"""The same of the share that fails, in parts of one."""


def worst(states: Iterable[str]) -> str:
    """The worst of several; blank for none."""
    return min(states, key=lambda state: ORDER.get(state, 4), default="")


def tone_of(flow: Flow | None) -> str:
    """critical, warning or ok; unknown without requests."""
    if flow is None or not flow.total:
        return "unknown"
    ours = flow.fault + flow.throttle
    if ours >= FEWEST and ours / flow.total >= WARNING:
        return "critical" if ours / flow.total >= CRITICAL else "warning"
    return "warning" if flow.error >= FEWEST and flow.error / flow.total >= CALLERS_FAULT else "ok"


def trouble_of(flow: Flow | None) -> str:
    """What is bad, in two words: '16 % faults'; blank where nothing is."""
    if flow is None or tone_of(flow) not in ("critical", "warning"):
        return ""
    number, name = max((flow.fault, "faults"), (flow.throttle, "throttled"), (flow.error, "errors"))
    return f"{format_value(_rounded(number / flow.total), Unit.SHARE)} {name}"


def _rounded(share: float) -> float:
    """To whole percent, or to a tenth below one: more digits say nothing on a picture."""
    return round(share, 2) if share >= 0.01 else round(share, 3)


def latency_level(flow: Flow | None) -> int:
    """1 (quick) to 5 (slow) by p95; 0 without one."""
    p95 = flow.percentiles()[2] if flow else None
    return 0 if p95 is None else 1 + bisect_right(SLOW, p95)


def change_level(flow: Flow | None, before: Flow | None) -> str:
    """new, gone, same, better, worse or much-worse against the compared window; blank where nothing is known."""
    if not flow or not flow.total:
        return "gone" if before and before.total else ""
    if not before or not before.total:
        return "new"
    ratio, points = growth(flow, before), failing(flow) - failing(before)
    if ratio >= MORE[1] or points >= POINTS[1]:
        return "much-worse"
    if ratio >= MORE[0] or points >= POINTS[0]:
        return "worse"
    return "better" if ratio <= 1 / MORE[0] or points <= -POINTS[0] else "same"


def growth(flow: Flow, before: Flow) -> float:
    """By which factor p95 has changed; 1 where either is unknown."""
    now, then = flow.percentiles()[2], before.percentiles()[2]
    return now / then if now is not None and then else 1.0


def failing(flow: Flow) -> float:
    """Share of requests that ended badly by our own fault or were throttled."""
    return (flow.fault + flow.throttle) / flow.total if flow.total else 0.0


def width_of(per_minute: float | None) -> float:
    """How thick a line is drawn, in px: it grows with the order of magnitude."""
    return 1.5 if not per_minute else round(min(1.5 + 1.1 * math.log10(1 + per_minute), 6.5), 2)
