"""Findings about money in words."""

from datetime import date
from decimal import Decimal

from dashboard.core.money import format_money
from dashboard.spend.found import Cut, Unexpected
from dashboard.spend.projection import Hit

NOTABLE_TRAFFIC = 0.1


def say_rise(one: Unexpected) -> str:
    """'checkout-prod cost 41.20 USD on Sat 21 Nov, 63 % above its usual 25.30 USD: EUC1-Lambda-GB-Second, 92 % …'."""
    what = {Cut.STACK: one.where, Cut.SERVICE: one.where, Cut.ACCOUNT: f"Account {one.account}"}.get(one.cut, one.where)
    for_service = f" for {one.drivers[0].service}" if one.cut is Cut.STACK and one.drivers else ""
    usual = (
        f"{one.share:.0%} above its usual {format_money(one.normal, one.currency)}".replace("%", " %")
        if one.normal
        else "where nothing is usual"
    )
    day = f"{one.day:%a} {one.day.day} {one.day:%b}"
    sentence = f"{what} cost {format_money(one.amount, one.currency)}{for_service} on {day}, {usual}"
    return f"{sentence}{_because(one)}.{_traffic(one)}"


def _because(one: Unexpected) -> str:
    if not one.drivers:
        return ""
    main = one.drivers[0]
    stack = f" of {main.stack}" if main.stack and one.cut is not Cut.STACK else ""
    return f": {main.usage_type}{stack} in {main.region} is {min(main.share, 1):.0%} of the rise".replace("%", " %")


def _traffic(one: Unexpected) -> str:
    said = ""
    if one.deploys:
        name, _, at = one.deploys[0]
        said = f" {name} was deployed at {at:%H:%M} UTC that day."
    if one.traffic_change is None:
        return said
    if abs(one.traffic_change) < NOTABLE_TRAFFIC:
        return f"{said} Requests were as many as usual."
    side = "more" if one.traffic_change > 0 else "fewer"
    return f"{said} There were {abs(one.traffic_change):.0%} {side} requests than usual.".replace("%", " %")


def say_cap(hit: Hit, today: date, end: date, limit: Decimal, currency: str) -> str:
    """'Cap reached on Thursday 26 November, in 3 days (25–28 November).'."""
    if hit.day is None:
        if hit.earliest is not None:
            return f"Kept, as far as can be told; at the worst the cap is reached on {_day(hit.earliest)}."
        return f"Kept: {format_money(limit, currency)} last beyond {_day(end)}."
    away = (hit.day - today).days
    when = "The cap has been passed" if away < 0 else f"Cap reached on {hit.day:%A} {_day(hit.day)}"
    if away < 0:
        return f"{when}."
    span = f" ({_span(hit)})" if hit.earliest != hit.latest else ""
    return f"{when}, {_in(away)}{span}."


def _in(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def _span(hit: Hit) -> str:
    earliest = _day(hit.earliest) if hit.earliest else "now"
    return f"{earliest} to {_day(hit.latest)}" if hit.latest else f"{earliest} or later, if at all"


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
