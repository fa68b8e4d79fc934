"""Piece of the stack's page: what it has cost, as billed; fetched after the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import Scope, demand_money, scope_of
from dashboard.inventory.models import Stack
from dashboard.pages.refresh import refreshable
from dashboard.pages.spend.figures import cost_trend, rise
from dashboard.spend.found import Basis, Cut, SpendQuery, SpendTable
from dashboard.spend.read.settled import spend_tables

DAYS = 30


@require_safe
@refreshable
def stack_spend(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a stack's billed cost; somebody else's stack does not exist."""
    demand_money(request.user)
    scope = scope_of(request.user)
    shown = get_object_or_404(Stack.objects.visible_to(scope), pk=pk)
    return render(request, "stack/_settled.html", {"settled": settled_of(shown, scope, timezone.now())})


@dataclass(frozen=True, slots=True)
class Settled:
    """What a stack has cost, as billed, in one currency."""

    amount: Decimal
    before: Decimal
    currency: str
    trend: dict[str, Any] | None
    daily: Sequence[float]
    href: str


def settled_of(stack: Stack, scope: Scope, now: datetime) -> list[Settled]:
    """A stack's billed cost of the last 30 days, by currency; empty when nothing of it was billed with its tag."""
    end = now.date()
    query = SpendQuery(
        scope=scope,
        cut=Cut.STACK,
        basis=Basis.UNBLENDED,
        window=(end - timedelta(days=DAYS), end),
        accounts=frozenset({stack.account_id}),
        stack=stack.name,
    )
    address = f"{reverse('spend')}?{urlencode({'stack': stack.name, 'by': 'service'})}"
    return [_settled(table, address) for table in spend_tables(query, now) if table.total]


def _settled(table: SpendTable, address: str) -> Settled:
    daily = [float(sum((row.daily[at] for row in table.rows), Decimal(0))) for at in range(len(table.days))]
    share = rise(table.total, table.before)
    trend = cost_trend(share, f"the {DAYS} days before")
    return Settled(table.total, table.before, table.currency, trend, daily, address)
