"""Page: what exactly would be sent? Any schedule, any past period, with the rights of whoever looks."""

from datetime import date, datetime

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from dashboard.access.roles import ADMIN, has_role, scope_of
from dashboard.digests.models import Schedule
from dashboard.digests.periods import Due, Rhythm, date_before, is_due_on, newest_due, period_of
from dashboard.digests.read import plan_of
from dashboard.digests.read.plans import rhythm_of
from dashboard.digests.rhythm_words import say_date, say_rhythm
from dashboard.digests.send import send_now
from dashboard.digests.write.compose import Made, letter, make, store_body
from dashboard.digests.write.render import Rendered, in_browser, personalised
from dashboard.pages.digests.page import schedules_of, user_of
from dashboard.pages.state import StateError

OFFERED = 30
"""Past periods to choose from; any other by its date in the address."""
MAIL_POLICY = {
    "default-src": [NONE], "style-src": ["'unsafe-inline'"], "img-src": ["data:"], "script-src": [NONE],
    "frame-ancestors": [SELF], "form-action": [NONE], "base-uri": [NONE],
}  # fmt: skip
"""A mail's rules stand in its elements; nothing else may load, run or be sent."""


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type] # its stub knows no arguments
def digest(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the digest of a period as it would be sent to the user."""
    schedule = get_object_or_404(schedules_of(request), pk=pk)
    rhythm = rhythm_of(schedule)
    due = _asked(request, rhythm, timezone.now())
    view = "text" if request.GET.get("view") == "text" else "mail"
    context = {
        "schedule": schedule,
        "when": say_rhythm(rhythm),
        "due": due,
        "days": [(day, say_date(day)) for day in _past(rhythm, timezone.now())],
        "view": view,
        "text": _rendered(request, schedule, due).text if due and view == "text" else "",
        "admin": has_role(request.user, ADMIN),
        "email": user_of(request).email,
    }
    return render(request, "digests/preview.html", context)


@require_safe
@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)  # type: ignore[arg-type] # its stub knows no arguments
def digest_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail itself, for the frame and for printing."""
    schedule = get_object_or_404(schedules_of(request), pk=pk)
    due = _asked(request, rhythm_of(schedule), timezone.now())
    if due is None:
        raise StateError("This schedule names no day.")
    return as_document(_rendered(request, schedule, due))


def as_document(rendered: Rendered) -> HttpResponse:
    """A mail as a page of its own; its links open beside it."""
    here = reverse("digests")
    html = personalised(in_browser(rendered.html, rendered.images), here, here)
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))


@require_POST
def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the newest digest to the user now, and say what really came of it."""
    schedule, user = get_object_or_404(schedules_of(request), pk=pk), user_of(request)
    due = _asked(request, rhythm_of(schedule), timezone.now())
    if not user.email or due is None:
        messages.error(request, "You have no e-mail address. An admin can enter one under Users.")
        return redirect("digest", pk)
    row = letter(
        store_body(_rendered(request, schedule, due)), schedule, user.email, timezone.now(), edition=None,
        user_id=user.pk,
    )  # fmt: skip
    row.save()
    outcome = send_now(row, timezone.now)
    if outcome.ok:
        messages.success(request, f"The test is on its way. {outcome.response}.")
    else:
        messages.error(request, f"The test failed. {outcome.reason}")
    return redirect(f"{reverse('digest', args=[pk])}?date={due.date}")


def _rendered(request: HttpRequest, schedule: Schedule, due: Due) -> Rendered:
    """With the rights of whoever looks."""
    made: Made = make(plan_of(schedule), scope_of(request.user), due, timezone.now(), anyway=True)
    assert made.rendered  # noqa: S101 - that is what `anyway` is for
    return made.rendered


def _asked(request: HttpRequest, rhythm: Rhythm, now: datetime) -> Due | None:
    """The period that the address names, or the newest. Raises StateError for what is no date, or is to come."""
    newest = newest_due(rhythm, now)
    text = request.GET.get("date") or request.POST.get("date")
    if newest is None or not text:
        return period_of(rhythm, newest) if newest else None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise StateError(f"“date” is {text[:20]!r}; write it like 2026-11-23.") from error
    if not date(2000, 1, 1) <= day <= newest:
        raise StateError("There is no digest of that date yet, or it lies before 2000.")
    return period_of(rhythm, day if is_due_on(rhythm, day) else date_before(rhythm, day))


def _past(rhythm: Rhythm, now: datetime) -> list[date]:
    """The newest due dates."""
    days: list[date] = []
    day = newest_due(rhythm, now)
    while day and len(days) < OFFERED:
        days.append(day)
        day = date_before(rhythm, day)
    return days
