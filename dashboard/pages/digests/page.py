"""Page: what did I miss? Schedules to subscribe to, and what was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dashboard.access.roles import ADMIN, has_role
from dashboard.digests.models import Edition, Letter, OptOut, Schedule
from dashboard.digests.periods import due_at, next_due
from dashboard.digests.read.plans import rhythm_of
from dashboard.digests.rhythm_words import say_rhythm
from dashboard.digests.write import people

MOST_SENT = 100
TONES = {"sent": "ok", "waiting": "info", "sending": "info", "failed": "warning", "refused": "critical",
         "dead": "critical"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A schedule as somebody sees it."""

    schedule: Schedule
    when: str
    next_at: datetime | None
    subscribed: bool


def user_of(request: HttpRequest) -> User:
    """Whoever is signed in; pages are for nobody else."""
    assert isinstance(request.user, User)  # noqa: S101 - LoginRequiredMiddleware has seen to it
    return request.user


def schedules_of(request: HttpRequest) -> QuerySet[Schedule]:
    """Schedules that the user may look at."""
    user = user_of(request)
    return Schedule.objects.visible_to(user, admin=has_role(user, ADMIN))


def letters_of(request: HttpRequest) -> QuerySet[Letter]:
    """Letters that the user may read: their own; all, for an admin."""
    rows = Letter.objects.exclude(kind=Letter.Kind.VERIFY)
    return rows if has_role(user_of(request), ADMIN) else rows.filter(user=user_of(request))


@require_safe
def digests(request: HttpRequest) -> HttpResponse:
    """Show schedules to subscribe to, and what was sent."""
    user, now = user_of(request), timezone.now()
    admin = has_role(user, ADMIN)
    schedules = list(schedules_of(request))
    sent = letters_of(request).select_related("body", "schedule", "edition").defer(
        "body__html", "body__text", "body__images"
    )  # fmt: skip
    context = {
        "lines": _lines(user, schedules, now),
        "sent": [(one, TONES[one.state]) for one in sent[:MOST_SENT]],
        "skipped": Edition.objects.filter(state=Edition.State.SKIPPED, schedule__in=schedules)
        .select_related("schedule")
        .order_by("-date")[:10],
        "admin": admin,
        "email": user.email,
    }
    return render(request, "digests/page.html", context)


def _lines(user: User, schedules: Sequence[Schedule], now: datetime) -> list[Line]:
    mine = set(Schedule.objects.filter(Q(users=user) | Q(teams__members=user)).order_by().values_list("pk", flat=True))
    left = set(OptOut.objects.filter(email__iexact=user.email).values_list("schedule", flat=True))
    lines = []
    for schedule in schedules:
        rhythm = rhythm_of(schedule)
        day = next_due(rhythm, now) if schedule.enabled else None
        subscribed = schedule.pk in mine - left
        lines.append(Line(schedule, say_rhythm(rhythm), due_at(rhythm, day) if day else None, subscribed))
    return sorted(lines, key=lambda line: not line.subscribed)


@require_POST
def subscribe(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on the user gets it."""
    user, schedule = user_of(request), get_object_or_404(schedules_of(request), pk=pk)
    if not user.email:
        messages.error(request, "You have no e-mail address. An admin can enter one under Users.")
        return redirect("digests")
    people.subscribe(user, schedule)
    messages.success(request, f"You get “{schedule}” from now on.")
    return redirect("digests")


@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on the user does not get it."""
    user, schedule = user_of(request), get_object_or_404(schedules_of(request), pk=pk)
    people.unsubscribe(schedule, user.email, timezone.now())
    messages.success(request, f"You no longer get “{schedule}”.")
    return redirect("digests")
