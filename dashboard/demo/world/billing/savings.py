"""A savings plan that production bought: what it covers costs less when amortized, and is negated when not.

Source of the types of records and of their costs: AWS Cost and Usage Report, "Savings Plans line items".
"""

from collections.abc import Iterable, Iterator
from datetime import date

from dashboard.demo.world.billing.charges import COVERED, NEGATION, RECURRING, UPFRONT, USAGE, Charge, whole
from dashboard.demo.world.blueprints import PRODUCTION

SERVICE, USAGE_TYPE = "Savings Plans for AWS Compute usage", "ComputeSP:1yrPartialUpfront"
A_DAY, DISCOUNT, MONTHS_AGO = 6.0, 0.12, 5
"""US dollars a day at the plan's own prices, half of it paid upfront for a year; its discount; when it was bought."""
_COVERS = "Lambda-GB-Second"


def bought_on(origin: date) -> date:
    """The first of the month in which the plan was bought."""
    months = origin.year * 12 + origin.month - 1 - MONTHS_AGO
    return date(months // 12, months % 12 + 1, 1)


def covered(charges: Iterable[Charge], share: float) -> Iterator[Charge]:
    """A day's charges with what the plan covers taken out of usage, and with its fee.

    `share` is the part of the day that the bill knows yet.
    """
    every = list(charges)
    dollars = sum(one.unblended for one in every if _covers(one))
    budget = whole(A_DAY * share / (1 - DISCOUNT))
    used = 0
    for one in every:
        if not _covers(one) or not dollars or not budget:
            yield one
            continue
        part = min(one.unblended * budget // dollars, one.unblended)
        quantity = one.quantity * part // one.unblended if one.unblended else 0
        effective = round(part * (1 - DISCOUNT))
        used += effective
        yield one.of(USAGE, one.unblended - part, one.amortized - part, one.quantity - quantity)
        yield one.of(COVERED, part, effective, quantity)
        yield one.of(NEGATION, -part, 0)
    if share and every:
        fee = Charge(
            every[0].day, PRODUCTION, SERVICE, "global", USAGE_TYPE, RECURRING, (), whole(A_DAY / 2 * share),
            max(whole(A_DAY * share) - used, 0), whole(24 * share), "Hrs",
        )  # fmt: skip
        yield fee


def upfront(day: int) -> Charge:
    """What was paid on the day on which the plan was bought."""
    paid = whole(A_DAY / 2 * 365)
    return Charge(day, PRODUCTION, SERVICE, "global", USAGE_TYPE, UPFRONT, (), paid, 0, whole(1), "Quantity")


def _covers(one: Charge) -> bool:
    return one.record_type == USAGE and _COVERS in one.usage_type
