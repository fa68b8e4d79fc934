"""Units of metrics, how their values are written and read; static/js/format.js writes the same in the browser."""

import math
import re
from datetime import timedelta
from enum import StrEnum

from dashboard.core.times import say_span


class Unit(StrEnum):
    """What a value counts; the text is stored with each series."""

    COUNT = "count"
    PER_SECOND = "per_second"
    SHARE = "share"  # 0..1, written as percent
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    MICROSECONDS = "microseconds"
    BYTES = "bytes"
    BYTES_PER_SECOND = "bytes_per_second"
    CAPACITY = "capacity"  # ACUs, capacity units, shards
    USD_PER_HOUR = "usd_per_hour"


NO_DATA = "no data"

_Steps = tuple[tuple[float, str], ...]
_TIME: _Steps = ((1e-6, "µs"), (1e-3, "ms"), (1, "s"), (60, "min"), (3600, "h"), (86_400, "d"))
_BYTES: _Steps = ((1, "B"), (2**10, "KiB"), (2**20, "MiB"), (2**30, "GiB"), (2**40, "TiB"), (2**50, "PiB"))
_COUNT: _Steps = ((1, ""), (1e3, "k"), (1e6, "M"), (1e9, "B"))
_SCALES: dict[str, tuple[_Steps, float, str]] = {
    Unit.SECONDS: (_TIME, 1, ""),
    Unit.MILLISECONDS: (_TIME, 1e-3, ""),
    Unit.MICROSECONDS: (_TIME, 1e-6, ""),
    Unit.BYTES: (_BYTES, 1, ""),
    Unit.BYTES_PER_SECOND: (_BYTES, 1, "/s"),
    Unit.PER_SECOND: (_COUNT, 1, "/s"),
    Unit.USD_PER_HOUR: (((1, "USD/h"),), 1, ""),
}
"""Per unit: its steps, what one of it is in the steps' base, what follows the name."""
_ZERO: dict[str, str] = {
    Unit.SECONDS: " s",
    Unit.MILLISECONDS: " ms",
    Unit.MICROSECONDS: " µs",
    Unit.BYTES: " B",
    Unit.BYTES_PER_SECOND: " B/s",
    Unit.PER_SECOND: "/s",
    Unit.USD_PER_HOUR: " USD/h",
}
_PATIENT = ("min", "h", "d")  # 90 s is read more easily than 1.5 min: these steps start at twice their size


def format_value(value: float | None, unit: Unit | str) -> str:
    """Write a value for people: '310 ms', '2.4 s', '12.3 k', '1.5 GiB', '4.2 %'; 'no data' for None, NaN, infinity."""
    number, name = split_value(value, unit)
    return number + name


def format_beside(value: float, line: float, unit: Unit | str) -> str:
    """A value written beside a line that it has passed: a share with as many digits as tell the two apart."""
    said = format_value(value, unit)
    if unit != Unit.SHARE or value == line or said != format_value(line, unit):
        return said
    longer = (f"{value * 100:.{digits}g} %" for digits in range(4, 8))
    return next((text for text in longer if text != f"{line * 100:.3g} %"), said)


def write_value(value: float, unit: Unit) -> str:
    """A value in a sentence: long waits in hours and minutes, the rest as everywhere."""
    steps, base, _ = _SCALES.get(unit, (_COUNT, 1, ""))
    seconds = value * base if steps is _TIME else 0
    return say_span(timedelta(seconds=seconds)) if seconds >= 3600 else format_value(value, unit)


def split_value(value: float | None, unit: Unit | str) -> tuple[str, str]:
    """The same as number and what follows it (' ms', ' k', '/s'), for tiles that write the two in two sizes."""
    if value is None or not math.isfinite(value):
        return NO_DATA, ""
    if unit == Unit.SHARE:
        return write_figures(value * 100), " %"
    steps, base, suffix = _SCALES.get(unit, (_COUNT, 1, ""))
    if value == 0:
        return "0", _ZERO.get(unit, "")
    size, name = _step_for(steps, value * base)
    return write_figures(value * base / size), f" {name}{suffix}" if name else suffix


def write_figures(value: float) -> str:
    """Three significant figures without trailing zeros or exponents; thousands set apart by a narrow space."""
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size >= 3:
        return f"{value:,.0f}".replace(",", "\u202f")
    text = f"{value:.{min(max(2 - size, 0), 8)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _step_for(steps: _Steps, value: float) -> tuple[float, str]:
    reached = [step for step in steps if abs(value) >= (2 if step[1] in _PATIENT else 0.9995) * step[0]]
    return reached[-1] if reached else steps[0]


def write_exact(value: float, unit: Unit | str) -> str:
    """Write a value with all its digits, in the largest unit in which they are few; `read_value` gives it back."""
    if unit == Unit.SHARE:
        return f"{value * 100:.12g} %"
    steps, base, suffix = _SCALES.get(unit, (_COUNT, 1, ""))
    fitting = [step for step in reversed(steps) if step[0] <= abs(value * base) and _is_short(value * base / step[0])]
    size, name = fitting[0] if fitting else next(step for step in steps if step[0] == base)
    number = f"{value * base / size:.15g}"
    return f"{number} {name}{suffix}" if name else f"{number}{suffix}"


def _is_short(number: float) -> bool:
    """Whether six digits behind the point say all."""
    return abs(round(number, 6) - number) <= 1e-12 * abs(number)


_TYPED = re.compile(r"([-+]?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?)\s*([^\d\s]*)", re.IGNORECASE)


def read_value(text: str, unit: Unit) -> float:
    """Read what somebody typed, in the unit: '5 %', '2.4 s', '900 ms', '1.5 GiB', '12k', or a bare number in the unit.

    Raises ValueError, with what can be typed, for anything else.
    """
    found = _TYPED.fullmatch(text.strip().replace("\u202f", ""))
    if found is None:
        raise ValueError(f"“{text}” is not a value. {_example(unit)}")
    number, name = float(found[1].replace(",", ".")), found[2].removesuffix("/s")
    if unit == Unit.SHARE and name in {"%", ""}:
        return number / 100 if name else number
    steps, base, _ = _SCALES.get(unit, (_COUNT, 1, ""))
    sizes = {step.lower(): size / base for size, step in steps if step} | {"": 1.0}
    if name.lower() not in sizes:
        raise ValueError(f"“{name}” is no unit of this metric. {_example(unit)}")
    return float(f"{number * sizes[name.lower()]:.12g}")  # 62.913 s are 62,913 ms, and not a hair more


def _example(unit: Unit) -> str:
    """What can be typed."""
    if unit == Unit.SHARE:
        return "Write a percentage such as 5 %."
    steps, _, suffix = _SCALES.get(unit, (_COUNT, 1, ""))
    names = [f"{step}{suffix}" for _, step in steps if step]
    return f"Write a number, alone or with {', '.join(names[:-1])} or {names[-1]}."
