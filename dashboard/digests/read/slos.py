"""Objectives as they stand at the end of a period."""

from django.db.models import Q

from dashboard.digests.content import SloItem, SloNews
from dashboard.digests.read.selection import Selection, address
from dashboard.slos.read import Status, statuses_of, visible, worst_first

OVERSPENT = -9.99
"""More than ten times a budget is not told apart: an objective without any allowance has infinitely much."""


def slo_news(about: Selection) -> SloNews | None:
    """Enabled objectives, those in trouble first; three queries. None where nobody has set any."""
    rows = visible(about.scope).filter(enabled=True)
    if not about.whole:
        ids = about.stack_ids
        rows = rows.filter(Q(stack__in=ids) | Q(resource__stack__in=ids))
    if about.plan.accounts:
        rows = rows.filter(account__in=about.plan.accounts)
    found = worst_first(statuses_of(rows, about.window.end))
    return SloNews([_item(one) for one in found], about.listing("slos")) if found else None


def _item(one: Status) -> SloItem:
    budget, slo = one.standing.budget, one.slo
    stack = slo.stack or (slo.resource.stack if slo.resource else None)
    return SloItem(
        name=slo.name,
        stack=stack.name if stack else slo.account.name,
        target=slo.objective,
        attained=1 - budget.bad / budget.total if budget.total else None,
        budget_left=None if budget.left is None else max(budget.left, OVERSPENT),
        window=f"{slo.window_days} days",
        state=one.state,
        href=address("slo", slo.pk),
    )
