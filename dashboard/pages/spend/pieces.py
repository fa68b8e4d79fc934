"""Pieces of the spend page that are fetched after it: the running month, what is ahead, what observing costs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.pages.refresh import refreshable, targets_of
from dashboard.pages.spend.asked import read_asked
from dashboard.pages.spend.figures import cap_tile, live_tile, month_tiles
from dashboard.pages.spend.observing import observing
from dashboard.spend.read.budgets import budget_statuses
from dashboard.spend.read.burn import burn_total, runaways
from dashboard.spend.read.settled import month_figures


@require_safe
@refreshable
def spend_month(request: HttpRequest) -> HttpResponse:
    """Show the running month: to date, its end, the one before; for each currency."""
    asked = read_asked(request)
    figures = month_figures(asked.scope, asked.state.basis, asked.picked, asked.now)
    context = {
        "tiles": [tile for one in figures for tile in month_tiles(one, asked.now)],
        "missing": list(dict.fromkeys(one.problem for one in figures if one.problem)),
        "collectors_url": reverse("collectors"),
    }
    return render(request, "spend/_tiles.html", context)


@require_safe
@refreshable
def spend_ahead(request: HttpRequest) -> HttpResponse:
    """Show what is spent right now, the cap that is reached next, and what runs away with how to stop it."""
    asked = read_asked(request)
    burn = None if asked.state.accounts else burn_total(asked.scope, asked.now)
    tiles = [live_tile(burn)] if burn else []
    tiles.append(cap_tile(budget_statuses(asked.scope, asked.now), asked.now.date()))
    return render(request, "spend/_tiles.html", {"tiles": tiles, "runaways": runaways(asked.scope, asked.now)})


@require_safe
@refreshable
def spend_observing(request: HttpRequest) -> HttpResponse:
    """Show what this product's own calls cost."""
    asked = read_asked(request)
    found = observing(list(asked.accounts), targets_of(request), asked.now)
    return render(request, "spend/_observing.html", {"observing": found})
