"""What boxes of the map cost per hour now, in colours and words."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from dashboard.core.money import format_money
from dashboard.pages.map.grouping import HIDDEN, Box
from dashboard.spend.live import Burn, together

Burns = Mapping[int, Burn]
"""By resource id."""
DEAR = (Decimal("0.01"), Decimal("0.1"), Decimal(1), Decimal(10))
"""US dollars per hour at which the next level of the cost scale begins."""
FAR_OVER = 2
"""By which factor a cost over its usual is said and coloured."""


def burn_of(box: Box, burns: Burns) -> Burn | None:
    """What a node costs, or all nodes of a collapsed stack; None where nothing is estimated."""
    if box.kind == HIDDEN:
        return None
    resources = {node.resource_id for node in box.members if node.resource_id is not None}
    several = [burns[pk] for pk in sorted(resources) if pk in burns]
    if any(one.normal_per_hour for one in several):  # what has no usual yet counts as if it cost that
        several = [one if one.normal_per_hour else replace(one, normal_per_hour=one.per_hour) for one in several]
    return together(several)


def cost_level(burn: Burn | None) -> str:
    """The class of its colour: cost-1 (cheap) to cost-5 (dear), over-usual before either; blank without a figure."""
    if burn is None:
        return ""
    return "over-usual" if times_usual(burn) else f"cost-{1 + bisect_right(DEAR, burn.per_hour)}"


def times_usual(burn: Burn) -> float | None:
    """How many times its usual for this hour it costs; None where that isn't far over it, or is less than a cent."""
    usual = burn.normal_per_hour
    if not usual or burn.per_hour < max(FAR_OVER * usual, DEAR[0]):
        return None
    return float(burn.per_hour / usual)


def say_cost(burn: Burn | None) -> str:
    """The line of figures in the box: '4.10 USD/h · 12 × usual'."""
    if burn is None:
        return "no estimate"
    times = times_usual(burn)
    return f"{format_money(burn.per_hour)}/h" + (f" · {times:.0f} × usual" if times else "")


def facts_of_cost(burn: Burn) -> tuple[str, str]:
    """What is said on hover."""
    usual = "" if burn.normal_per_hour is None else f", usually {format_money(burn.normal_per_hour)}"
    return "Costs now", f"{format_money(burn.per_hour)} an hour{usual}"
