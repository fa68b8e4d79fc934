"""Figures as tiles and tables show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.core.units import Unit, split_value
from dashboard.pages.state import PageState

NOTABLE = 0.1
"""Changes by less than this share are neither good nor bad: figures always move a little."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure on top of a page; `value` None says 'no data'."""

    label: str
    value: str | None
    unit: str = ""
    detail: str = ""
    href: str = ""
    tone: str = ""
    trend: dict[str, Any] | None = None
    values: Sequence[float | None] = ()
    spark: str = ""
    """Colour of the sparkline when the tile has no tone."""
    fresh: Any = None


def trend(share: float | None, state: PageState, *, more_is_worse: bool | None = None) -> dict[str, Any] | None:
    """What the trend part shows; None without a comparison. `more_is_worse` None: neither way is better."""
    if share is None:
        return None
    good = None if more_is_worse is None or abs(share) < NOTABLE else (share < 0) == more_is_worse
    return {"share": share, "good": good, "versus": state.versus}


def per_minute(value: float | None) -> tuple[str | None, str]:
    """A rate as number and unit: ('12.3', 'k /min')."""
    if value is None:
        return None, ""
    number, name = split_value(value, Unit.COUNT)
    return number, f"{name.strip()} /min".strip()
