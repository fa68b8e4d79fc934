"""Pages: what does it cost per hour right now, and does anything run away? By stack, service and resource."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import Scope, demand_money, scope_of
from dashboard.catalog import all_services
from dashboard.core.units import Unit, format_value
from dashboard.inventory.models import Resource, Stack
from dashboard.pages.figures import Tile
from dashboard.pages.refresh import refreshable
from dashboard.pages.spend.figures import amount, cost_trend, rise
from dashboard.pages.spend.pricing import say_prices
from dashboard.spend.live import Burn, together
from dashboard.spend.read.burn import burns_of_resources, burns_of_stacks, runaways

MOST = 50
"""Resources with a row of their own on the live page; the dearest."""
SMALLEST_ERROR = 0.001
"""Below it, digits of an error say nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing and what it costs."""

    name: str
    href: str
    burn: Burn
    place: str = ""
    icon: str = ""

    @property
    def trend(self) -> dict[str, Any] | None:
        """The rate against what this hour normally costs."""
        normal = self.burn.normal_per_hour
        return cost_trend(rise(self.burn.per_hour, normal), "this hour of other weeks") if normal else None

    @property
    def error(self) -> str:
        """How far estimates were from bills."""
        return say_error(self.burn.error)


@require_safe
@refreshable
def spend_live(request: HttpRequest) -> HttpResponse:
    """Show what everything costs per hour now, what runs away first."""
    demand_money(request.user)
    scope, now = scope_of(request.user), timezone.now()
    resources = _resources(scope, now)
    stacks = list(Stack.objects.visible_to(scope).present().select_related("account"))
    of_stacks = burns_of_stacks([one.pk for one in stacks], now)
    whole = together([line.burn for line in resources])
    context = {
        "runaways": runaways(scope, now),
        "tiles": live_tiles(whole),
        "stacks": dearest(
            Line(one.name, reverse("stack", args=[one.pk]), of_stacks[one.pk], one.account.name)
            for one in stacks
            if one.pk in of_stacks
        ),
        "services": dearest(_by_service(resources)),
        "resources": resources[:MOST],
        "others": max(len(resources) - MOST, 0),
        "whole": whole,
        "prices": say_prices(sorted({region for one in stacks for region in one.account.regions})),
    }
    return render(request, "spend/live.html", context)


@require_safe
@refreshable
def stack_burn(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of a stack's page: what it and each of its resources cost per hour."""
    demand_money(request.user)
    scope, now = scope_of(request.user), timezone.now()
    shown = get_object_or_404(Stack.objects.visible_to(scope), pk=pk)
    lines = lines_of(list(Resource.objects.filter(stack=shown, gone_at=None).order_by("name")), now)
    context = {
        "burn": burns_of_stacks([shown.pk], now).get(shown.pk),
        "lines": lines,
        "runaways": runaways(scope, now, [shown.pk]),
    }
    return render(request, "stack/_burn.html", context)


@require_safe
@refreshable
def resource_burn(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of a resource's page: what it costs per hour."""
    demand_money(request.user)
    scope, now = scope_of(request.user), timezone.now()
    shown = get_object_or_404(Resource.objects.visible_to(scope), pk=pk)
    lines = lines_of([shown], now)
    context = {
        "line": lines[0] if lines else None,
        "runaways": [one for one in runaways(scope, now, [shown.stack_id]) if one.resource_id == shown.pk],
    }
    return render(request, "resource/_burn.html", context)


def burn_tile(scope: Scope, now: datetime) -> Tile:
    """The overview's tile: all of it per hour, and what runs away."""
    whole = together([line.burn for line in _resources(scope, now)])
    wild = runaways(scope, now)
    href = reverse("spend_live")
    if whole is None:
        return Tile(label="Burn rate now", value=None, detail="not estimated yet", href=href)
    normal = whole.normal_per_hour
    return Tile(
        label="Burn rate now",
        value=amount(whole.per_hour),
        unit="USD/h",
        detail=f"{wild[0].resource} runs away" if wild else say_error(whole.error),
        href=href,
        tone="critical" if wild else "",
        trend=cost_trend(rise(whole.per_hour, normal), "normally at this hour") if normal else None,
    )


def live_tiles(whole: Burn | None) -> list[Tile]:
    """The figures on top of the live page."""
    if whole is None:
        return [Tile(label="Per hour now", value=None), Tile(label="Today so far", value=None)]
    normal = whole.normal_per_hour
    trend = cost_trend(rise(whole.per_hour, normal), "this hour of other weeks") if normal else None
    return [
        Tile(label="Per hour now", value=amount(whole.per_hour), unit="USD/h", trend=trend),
        Tile(label="Normal at this hour", value=amount(normal) if normal else None, unit="USD/h"),
        Tile(label="Today so far", value=amount(whole.today), unit="USD", detail="since midnight UTC"),
        Tile(
            label="Error of the estimate",
            value=None if whole.error is None else format_value(round(whole.error, 3), Unit.SHARE),
            detail="against settled bills, after correction" if whole.error is not None else "no settled bill yet",
        ),
    ]


def say_error(error: float | None) -> str:
    """'± 4.2 %', or that nothing is known of it."""
    if error is None:
        return "not yet compared with a bill"
    return f"± {format_value(round(error, 3), Unit.SHARE)}" if error >= SMALLEST_ERROR else "below ± 0.1 %"


def _resources(scope: Scope, now: datetime) -> list[Line]:
    return lines_of(list(Resource.objects.visible_to(scope).present().select_related("stack").order_by("name")), now)


def lines_of(resources: Sequence[Resource], now: datetime) -> list[Line]:
    """Resources of which something is known, dearest first."""
    burns: Mapping[int, Burn] = burns_of_resources([one.pk for one in resources], now)
    return dearest(
        Line(one.name, reverse("resource", args=[one.pk]), burns[one.pk], one.stack.name, one.service)
        for one in resources
        if one.pk in burns
    )


def dearest(lines: Any) -> list[Line]:
    """The dearest first."""
    return sorted(lines, key=lambda line: (-line.burn.per_hour, line.name))


def _by_service(lines: Sequence[Line]) -> list[Line]:
    groups: dict[str, list[Burn]] = {}
    for line in lines:
        groups.setdefault(line.icon, []).append(line.burn)
    return [
        Line(all_services()[key].label, "", whole, all_services()[key].cost_name, key)
        for key, burns in groups.items()
        if key in all_services() and (whole := together(burns)) and whole.per_hour >= Decimal(0)
    ]
