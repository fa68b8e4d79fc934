"""Page: do you take it? Where the link of a message leads: it names the alert, and acts when it is told to."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dashboard.access.roles import OPERATOR, demand_role, has_role, scope_of
from dashboard.alerts.models import Alert
from dashboard.alerts.read.links import ExpiredLinkError, WrongLinkError, alert_of
from dashboard.alerts.read.listing import AlertRow
from dashboard.alerts.write import acknowledge as take
from dashboard.pages.alerts import line_of


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: HttpRequest, token: str) -> HttpResponse:
    """Show the alert of a link, and acknowledge it by POST: mail programs open links on their own.

    Who is signed in acts as themselves. Nobody else acts, unless ALERT_LINKS_WITHOUT_SIGN_IN is on.
    """
    person = request.user if isinstance(request.user, User) else None
    if person is None and not settings.ALERT_LINKS_WITHOUT_SIGN_IN:
        return redirect_to_login(request.get_full_path())
    try:
        alert = alert_of(token, timezone.now())
    except WrongLinkError:
        return render(request, "acknowledge/page.html", {"wrong": True}, status=HTTPStatus.NOT_FOUND)
    except ExpiredLinkError:
        return render(request, "acknowledge/page.html", {"expired": True}, status=HTTPStatus.GONE)
    if person and not Alert.objects.visible_to(scope_of(person)).filter(pk=alert.pk).exists():
        raise Http404
    return _take(request, alert, person) if request.method == "POST" else _ask(request, alert, person)


def _ask(request: HttpRequest, alert: Alert, person: User | None) -> HttpResponse:
    context = {
        "alert": alert,
        "line": line_of(AlertRow(alert, (), silenced=False)),
        "may_operate": person is None or has_role(person, OPERATOR),
    }
    return render(request, "acknowledge/page.html", context)


def _take(request: HttpRequest, alert: Alert, person: User | None) -> HttpResponse:
    if person:
        demand_role(person, OPERATOR)
    taken = take(alert, person, timezone.now())
    if person is None:
        return redirect(request.path)
    if taken:
        messages.success(request, f"{alert.name} is yours until it has recovered.")
    return redirect("alert", pk=alert.pk)
