"""What every page's shell needs: navigation, filters, time zone, theme."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import PermissionsMixin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from dashboard.access.read import preference_of
from dashboard.access.roles import ADMIN, SEE_MONEY, VIEWER, Person, has_role, scope_of
from dashboard.inventory.models import Stack
from dashboard.pages.refresh import open_alerts, open_by_severity

NAVIGATION = (
    ("Overview", "overview", "overview", "o", VIEWER),
    ("Alerts", "alerts", "alerts", "l", VIEWER),
    ("Service map", "map", "map", "m", VIEWER),
    ("Traces", "traces", "traces", "t", VIEWER),
    ("Spend", "spend", "spend", "s", SEE_MONEY),
    ("Digests", "digests", "digests", "d", VIEWER),
    ("Collectors", "collectors", "collectors", "c", VIEWER),
    ("Connect", "connect", "connect", "n", ADMIN),
    ("Admin", "admin:index", "admin", "a", ADMIN),
)
"""Label, URL name, icon, key after g, least role or the permission that it takes."""
PARENTS = {
    "alarms": "alerts",
    "alert": "alerts",
    "alert_coverage": "alerts",
    "silences": "alerts",
    "slo": "alerts",
    "slos": "alerts",
    "budget": "spend",
    "budgets": "spend",
    "spend_live": "spend",
    "digest": "digests",
    "digest_mail": "digests",
    "stack": "overview",
    "resource": "overview",
    "trace": "traces",
}
"""Pages that light another page's entry."""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what the sidebar and header show."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    preference = preference_of(request.user)
    return {
        "nav": navigation(request),
        "filters": SimpleLazyObject(lambda: filters_of(_visible_stacks(request))),
        "search_url": page_address("search"),
        "bell": [{"severity": one, "number": number} for one, number in open_by_severity(request).items() if number],
        "time_zone": timezone.get_current_timezone_name(),
        "theme": preference.theme,
    }


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The pages that the user may open."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    here = "admin:index" if here.startswith("admin:") else PARENTS.get(here, here)
    return [
        {"label": label, "url": url, "icon": icon, "key": key, "active": here == name, "badge": _badge(request, name)}
        for label, name, icon, key, role in NAVIGATION
        if _may_open(request.user, role) and (url := page_address(name))
    ]


def _badge(request: HttpRequest, name: str) -> int:
    """Open alerts beside their entry."""
    return open_alerts(request) if name == "alerts" else 0


def _may_open(user: Person, role: str) -> bool:
    """Whether a page is listed. Admins are staff: of anybody else the groups need not be asked for."""
    if role == SEE_MONEY:
        return isinstance(user, PermissionsMixin) and user.has_perm(SEE_MONEY)
    return role == VIEWER or (getattr(user, "is_staff", False) and has_role(user, role))


def page_address(name: str) -> str:
    """The address of a page; blank for one that this installation leaves out."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _visible_stacks(request: HttpRequest) -> Iterable[Stack]:
    return Stack.objects.visible_to(scope_of(request.user)).present().select_related("account", "team")


def filters_of(stacks: Iterable[Stack]) -> list[dict[str, Any]]:
    """Account, environment and team, with what there is to choose from; what leaves no choice is left out."""
    options: dict[str, dict[str, str]] = {"account": {}, "environment": {}, "team": {}}
    for stack in stacks:
        options["account"][stack.account.account_id] = stack.account.name
        if stack.environment:
            options["environment"][stack.environment] = stack.environment
        if stack.team:
            options["team"][stack.team.name] = stack.team.name
    return [
        {"name": name, "label": name.capitalize(), "options": _sorted(found)}
        for name, found in options.items()
        if len(found) > 1
    ]


def _sorted(found: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"value": value, "label": label} for value, label in sorted(found.items(), key=lambda pair: pair[1].lower())
    ]
