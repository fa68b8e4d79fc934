"""Page: what are we paying for, what changed, when do we hit the cap? And the table as a file."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.access.roles import ADMIN, has_role
from dashboard.inventory.models import Account
from dashboard.pages.context import page_address
from dashboard.pages.refresh import refreshable, targets_of
from dashboard.pages.spend.asked import Asked, read_asked
from dashboard.pages.spend.query import COLUMNS, CUTS, NAMES, SpendState, allows, crossings
from dashboard.pages.spend.section import Background, Section, section_of
from dashboard.pages.spend.table import Cells, chips, to_csv
from dashboard.polls.models import Target
from dashboard.spend.found import Cut, Unexpected
from dashboard.spend.models import BilledDay
from dashboard.spend.read.anomalies import unexpected
from dashboard.spend.read.settled import crossed_tables, spend_tables

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@require_safe
@refreshable
def spend(request: HttpRequest) -> HttpResponse:
    """Show what is paid for."""
    asked = read_asked(request)
    since, estimated = billed_days(asked)
    context = {
        "state": asked.state,
        "sections": _sections(request, asked, since, estimated) if since else [],
        "empty": None if since else _why_empty(request, asked),
        "filters": asked.filters,
        **_switches(request, asked.state),
    }
    return render(request, "spend/page.html", context)


@require_safe
def spend_csv(request: HttpRequest) -> HttpResponse:
    """The table as a file: every row, exact amounts."""
    asked = read_asked(request)
    state = asked.state
    answer = HttpResponse(
        to_csv(spend_tables(asked.query, asked.now), state, crossed_of(asked)), content_type="text/csv; charset=utf-8"
    )
    name = f"spend-by-{state.cut.value}-{state.start.isoformat()}-to-{(state.end - DAY).isoformat()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _switches(request: HttpRequest, state: SpendState) -> dict[str, Any]:
    """What the controls offer."""
    return {
        "cuts": [(cut.value, name) for cut, name in CUTS.items() if allows(state.narrowed, cut)],
        "cut_label": CUTS[state.cut],
        "cut_word": CUTS[state.cut].lower(),
        "column_kinds": COLUMNS.items(),
        "crossings": [(key, CUTS[Cut(key)]) for key in crossings(state.cut, state.charges)],
        "chips": chips(state, request.GET),
        "periods": NAMES.items(),
        "last_day": state.end - DAY,
        "kept_fields": [
            (name, value)
            for name, values in request.GET.lists()
            if name not in ("period", "since", "until")
            for value in values
        ],
        "csv_url": f"{reverse('spend_csv')}?{request.GET.urlencode()}",
        "live_url": page_address("spend_live"),
    }


def _sections(request: HttpRequest, asked: Asked, since: date, estimated: frozenset[date]) -> list[Section]:
    """One for each currency; one without a table where nothing matches."""
    state, now = asked.state, asked.now
    strange = unexpected(asked.scope, min(state.start, now.date() - WEEK), max(state.end, now.date() + DAY))
    names = {one.name for one in asked.accounts if one.pk in asked.picked}
    behind = Background(
        state=state,
        given=request.GET,
        unexpected=[
            one for one in strange if (not asked.picked or one.account in names) and is_about(one, state.narrowed)
        ],
        seen=frozenset(one.account_id for one in asked.accounts),
        crossed=crossed_of(asked),
        estimated=estimated,
        known_since=since,
        now=now,
    )
    tables = spend_tables(asked.query, now)
    return [section_of(table.currency, table, behind) for table in tables] or [section_of("", None, behind)]


def is_about(one: Unexpected, narrowed: Mapping[str, str]) -> bool:
    """Whether a rise has to do with what was narrowed to: it is of that, or that drove it."""
    return all(
        value in {getattr(driver, name) for driver in one.drivers} or (one.cut.value == name and one.where == value)
        for name, value in narrowed.items()
        if name in ("stack", "service", "usage_type", "region")
    )


def crossed_of(asked: Asked) -> Mapping[str, Cells]:
    """What the bill says of the cut and a second one at once; empty unless columns are a second cut."""
    columns = asked.state.columns
    return {} if columns in COLUMNS else crossed_tables(asked.query, Cut(columns))


def billed_days(asked: Asked) -> tuple[date | None, frozenset[date]]:
    """The first day of which a bill was read, None without any; and the days shown that may still change."""
    rows = BilledDay.objects.filter(account_id__in=asked.picked) if asked.picked else BilledDay.objects.all()
    first = Subquery(rows.order_by("day").values("day")[:1])
    shown = Q(estimated=True, day__gte=asked.state.start, day__lt=asked.state.end)
    found = rows.filter(shown | Q(day=first)).order_by("day").values_list("day", "estimated").distinct()
    days = list(found)
    changing = frozenset(day for day, estimated in days if estimated and day >= asked.state.start)
    return (days[0][0] if days else None), changing


def _why_empty(request: HttpRequest, asked: Asked) -> dict[str, str]:
    """Why there is no cost to show, and what to do next."""
    if not asked.accounts:
        if Account.objects.exists():
            return {
                "title": "You see no account's costs",
                "text": "You see what your teams' stacks cost, and none of the stacks belongs to a team of yours.",
            }
        if has_role(request.user, ADMIN):
            return {
                "title": "Connect your first AWS account",
                "text": "Stackdeck reads daily cost from Cost Explorer with a read-only role.",
                "url": page_address("connect"),
                "action": "Connect an account",
            }
        return {"title": "No AWS account is connected", "text": "An admin can connect the first one."}
    if asked.state.accounts:
        return {
            "title": "No bill of this account was read",
            "text": "The other accounts may have some.",
            "url": reverse("spend"),
            "action": "Show all accounts",
        }
    targets = [one for one in targets_of(request) if one.source == Target.Source.COSTS]
    failed = next((one for one in targets if one.failures and one.last_error_text), None)
    if failed:
        return {
            "title": "Cost Explorer could not be read",
            "text": _say_failure(failed.last_error_text, failed.last_error_action),
            "url": reverse("collectors"),
            "action": "Open collectors",
        }
    return {
        "title": "Cost Explorer has not been asked yet",
        "text": "The first collection brings thirteen months by month and the last weeks by day; each page of it costs "
        "0.01 USD. The collectors page shows how far it is.",
        "url": reverse("collectors"),
        "action": "Open collectors",
    }


def _say_failure(text: str, action: str) -> str:
    """What AWS said, and the missing permission where it isn't named already."""
    return f"{text} Allow {action} in the role's policy." if action and action not in text else text
