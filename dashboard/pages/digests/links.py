"""Pages that letters link to; they work without signing in, for whoever holds the signed address."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dashboard.digests.models import OptOut, Schedule
from dashboard.digests.read.links import WrongLinkError, address_of, subscription_of
from dashboard.digests.read.plans import rhythm_of
from dashboard.digests.rhythm_words import say_rhythm
from dashboard.digests.write import people

METHODS = ["GET", "HEAD", "POST"]


@csrf_exempt  # RFC 8058: mail programs post here by themselves; the signed address is the proof
@login_not_required
@never_cache
@require_http_methods(METHODS)
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask by GET, and leave by POST: mail programs open links on their own."""
    try:
        schedule_id, email = subscription_of(token)
    except WrongLinkError:
        return _wrong(request)
    schedule = Schedule.objects.filter(pk=schedule_id).first()
    if schedule is None:
        return _wrong(request)
    if request.method == "POST":
        people.unsubscribe(schedule, email, timezone.now())
    context = {"schedule": schedule, "email": email, "done": request.method == "POST"}
    return render(request, "digests/unsubscribe.html", context)


@login_not_required
@never_cache
@require_http_methods(METHODS)
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Which digests an address gets: those it was among the recipients of."""
    try:
        _, email = subscription_of(token)
    except WrongLinkError:
        return _wrong(request)
    schedules = list(_schedules(email))
    if request.method == "POST":
        wanted = set(request.POST.getlist("schedule"))
        for schedule in schedules:
            if str(schedule.pk) in wanted:
                people.resubscribe(schedule, email)
            else:
                people.unsubscribe(schedule, email, timezone.now())
    left = set(OptOut.objects.filter(email__iexact=email).values_list("schedule", flat=True))
    context = {
        "email": email,
        "lines": [(one, say_rhythm(rhythm_of(one)), one.pk not in left) for one in schedules],
        "saved": request.method == "POST",
    }
    return render(request, "digests/preferences.html", context)


@login_not_required
@never_cache
@require_http_methods(METHODS)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask by GET whether an address wants digests, and note by POST that it does."""
    try:
        email = address_of(token)
    except WrongLinkError:
        return _wrong(request)
    if request.method == "POST" and not people.confirm_address(email, timezone.now()):
        return _wrong(request)
    return render(request, "digests/confirm.html", {"email": email, "done": request.method == "POST"})


def _schedules(email: str) -> list[Schedule]:
    """Everything that the address gets, got, or left."""
    named = Q(users__email__iexact=email) | Q(teams__members__email__iexact=email) | Q(addresses__email__iexact=email)
    return list(Schedule.objects.filter(named | Q(opt_outs__email__iexact=email), enabled=True).distinct())


def _wrong(request: HttpRequest) -> HttpResponse:
    return render(request, "digests/wrong.html", status=HTTPStatus.NOT_FOUND)
