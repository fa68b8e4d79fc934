"""Takes values of the wanted type out of documents that may hold anything."""

import math
from collections.abc import Mapping
from typing import Any

NOTHING: Mapping[str, Any] = {}
LATEST = 1e11
"""Unix seconds; what is beyond is no time of ours (milliseconds, for example)."""


def mapping(raw: Any) -> Mapping[str, Any]:
    """The object itself; an empty one for anything else."""
    return raw if isinstance(raw, dict) else NOTHING


def items(raw: Any) -> list[Any]:
    """The list itself; an empty one for anything else."""
    return raw if isinstance(raw, list) else []


def text(raw: Any) -> str:
    """Texts as they are, numbers and truth values as they are written; blank for anything else."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return f"{raw:.15g}" if isinstance(raw, int | float) and _finite(raw) else ""


def number(raw: Any) -> float | None:
    """Numbers, also written as text; None for anything else, NaN and infinity too."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return None
    try:
        value = float(raw)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def whole(raw: Any) -> int | None:
    """Whole numbers, also written as text."""
    value = number(raw)
    return None if value is None or abs(value) > 2**53 else int(value)


def microseconds(raw: Any) -> int | None:
    """A Unix time in seconds as whole microseconds; None for what is no time."""
    value = number(raw)
    return None if value is None or not 0 < value < LATEST else round(value * 1_000_000)


def truth(raw: Any) -> bool:
    """True, also written as text."""
    return raw is True or (isinstance(raw, str) and raw.lower() == "true")


def _finite(raw: float) -> bool:
    try:
        return math.isfinite(raw)
    except OverflowError:
        return False
