"""Page: what is wrong here, who has it, and what happened? One alert, and what people do about it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dashboard.access.roles import OPERATOR, has_role, require_role, scope_of
from dashboard.alerts.models import Alert, Silence, Transition
from dashboard.alerts.read.detail import Detail, detail
from dashboard.alerts.read.listing import AlertRow
from dashboard.alerts.write import acknowledge, assign, comment, silence
from dashboard.catalog import all_services
from dashboard.core.windows import Window
from dashboard.inventory.models import Deploy, Resource
from dashboard.notify.models import Delivery
from dashboard.pages.alerts import line_of
from dashboard.pages.charts import console_url, deploy_markers
from dashboard.pages.refresh import refreshable
from dashboard.pages.state import CUSTOM, PageState, parse_state
from dashboard.pages.timeline import Entry, deploy_entry, newest_first
from dashboard.thresholds.checks import metrics_of

BEFORE, AFTER = timedelta(hours=1), timedelta(minutes=30)
FOR = {"1h": ("1 hour", timedelta(hours=1)), "4h": ("4 hours", timedelta(hours=4)), "24h": ("1 day", timedelta(days=1)),
       "7d": ("1 week", timedelta(days=7))}  # fmt: skip
WHAT = {"alert": "this alert alone", "resource": "this resource", "stack": "the whole stack"}
TONES = {Alert.State.OPEN: "critical", Alert.State.ACKNOWLEDGED: "info", Alert.State.RESOLVED: "ok"}
ICONS = {
    Transition.Kind.OPENED: "zap",
    Transition.Kind.REOPENED: "zap",
    Transition.Kind.ATTACHED: "link",
    Transition.Kind.ESCALATED: "up",
    Transition.Kind.ACKNOWLEDGED: "eye",
    Transition.Kind.ASSIGNED: "user",
    Transition.Kind.COMMENTED: "edit",
    Transition.Kind.SILENCED: "paused",
    Transition.Kind.RESOLVED: "check",
}


class CommentForm(forms.Form):
    """What somebody writes down."""

    text = forms.CharField(max_length=2000, strip=True)


class SilenceForm(forms.Form):
    """For how long, and how widely, nothing is told."""

    time = forms.ChoiceField(choices=[(key, words) for key, (words, _) in FOR.items()])
    what = forms.ChoiceField(choices=list(WHAT.items()))
    reason = forms.CharField(max_length=200, strip=True)


@require_safe
@refreshable
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one alert; somebody else's does not exist."""
    now = timezone.now()
    found = detail(scope_of(request.user), pk)
    if found is None:
        raise Http404
    shown = found.alert
    state = time_around(request, shown, now)
    deploys = list(_deploys(shown, state.window))
    context = {
        "state": state,
        "line": line_of(AlertRow(shown, found.effects, silenced=False)),
        "alert": shown,
        "state_tone": TONES[Alert.State(shown.state)],
        "chart": _chart(shown, shown.resource) if shown.resource and not shown.page else None,
        "markers": deploy_markers(deploys),
        "timeline": newest_first([*_entries(found), *(deploy_entry(one) for one in deploys)]),
        "neighbours": [line_of(AlertRow(one, (), silenced=False)) for one in found.neighbours],
        "earlier": found.earlier,
        "people": User.objects.filter(is_active=True).order_by("username"),
        "times": [(key, words) for key, (words, _) in FOR.items()],
        "what": [(key, words) for key, words in WHAT.items() if key == "alert" or getattr(shown, key)],
        "may_operate": has_role(request.user, OPERATOR),
        "console": _console(shown.resource),
        "traces": f"{reverse('traces')}?{_query(state)}&stack={shown.stack_id}" if shown.stack_id else "",
    }
    return render(request, "alert/page.html", context)


def time_around(request: HttpRequest, shown: Alert, now: datetime) -> PageState:
    """The time around the alert, unless the address asks for another."""
    if "range" in request.GET:
        return parse_state(request.GET, now)
    end = min((shown.resolved_at or now) + AFTER, now + timedelta(minutes=1))
    query = QueryDict(mutable=True)
    begin = int((shown.since - BEFORE).timestamp()) // 60 * 60
    query.update({"range": CUSTOM, "from": str(begin), "to": str(int(end.timestamp()) // 60 * 60)})
    return parse_state(query, now)


def _query(state: PageState) -> str:
    start, end = (int(moment.timestamp()) for moment in (state.window.start, state.window.end))
    return f"range={CUSTOM}&from={start}&to={end}"


def _deploys(shown: Alert, window: Window) -> Iterable[Deploy]:
    """Of its stack, where it has one."""
    if shown.stack_id is None:
        return ()
    return Deploy.objects.filter(stack_id=shown.stack_id).between(window.start, window.end).select_related("stack")


def _console(resource: Resource | None) -> str:
    """Its page in AWS's console."""
    service = all_services().get(resource.service) if resource else None
    return console_url(service, resource) if service and resource else ""


def _chart(shown: Alert, resource: Resource) -> dict[str, Any]:
    """The metric with the line that it broke."""
    service = all_services().get(resource.service)
    known = metrics_of(service) if service else {}
    label, unit = known.get(shown.metric, (shown.metric, shown.unit))
    line = {"value": shown.line, "above": shown.value > shown.line, "label": shown.severity}
    return {
        "id": "chart-alert",
        "title": label,
        "kind": "line",
        "unit": unit,
        "from_zero": True,
        "series": [{"id": f"r{resource.pk}.{shown.metric}", "label": label}],
        "threshold": line if unit == shown.unit else None,  # of silence the line is a time
        "href": reverse("resource", args=[resource.pk]),
    }


def _entries(found: Detail) -> Iterable[Entry]:
    """Transitions and what was sent of them."""
    for one in found.transitions:
        who = f" by {one.person.get_username()}" if one.person else ""
        tone = found.alert.severity if one.kind in {Transition.Kind.OPENED, Transition.Kind.REOPENED} else ""
        yield Entry(one.at, ICONS[Transition.Kind(one.kind)], tone, f"{one.get_kind_display()}{who}", one.text)
    for sent in found.deliveries:
        tone = {"dead": "critical", "failed": "warning"}.get(sent.state, "")
        title = f"{sent.event.capitalize()}: {sent.get_state_display().lower()} to {sent.channel.name}"
        yield Entry(sent.sent_at or sent.created_at, "external", tone, title, say_tries(sent))


def say_tries(sent: Delivery) -> str:
    """How often a message was tried, and what came back: '3 tries. Answered: 250 OK.'."""
    open_again = sent.state in {Delivery.State.WAITING, Delivery.State.FAILED}
    parts = [
        f"{sent.attempts} tries" if sent.attempts > 1 else "",
        sent.error.rstrip(".") if sent.state in {Delivery.State.DEAD, Delivery.State.FAILED} else "",
        f"Answered: {sent.response.rstrip('.')}" if sent.state == Delivery.State.SENT and sent.response else "",
        f"Tried again after {sent.next_at:%H:%M:%S} UTC" if open_again and sent.attempts else "",
        "It may have arrived before: the answer was lost" if sent.may_have_arrived else "",
    ]
    return "".join(f"{part}. " for part in parts if part).strip()


def _visible(request: HttpRequest, pk: int) -> Alert:
    return get_object_or_404(
        Alert.objects.visible_to(scope_of(request.user)).select_related("stack", "resource"), pk=pk
    )


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    """To where the button was: the list or the alert."""
    return redirect("alerts") if request.POST.get("from") == "list" else redirect("alert", pk=pk)


def _person(request: HttpRequest) -> User:
    """The signed-in user as a row; the middleware has let nobody else through."""
    return User.objects.get(username=request.user.get_username())


@require_POST
@require_role(OPERATOR)
def acknowledge_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it, until it has recovered."""
    shown = _visible(request, pk)
    if acknowledge(shown, _person(request), timezone.now()):
        messages.success(request, f"{shown.name} is yours until it has recovered.")
    else:
        messages.info(request, f"{shown.name} is not open any more.")
    return _back(request, pk)


@require_POST
@require_role(OPERATOR)
def assign_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it to somebody."""
    shown = _visible(request, pk)
    name = request.POST.get("to", "")
    to = get_object_or_404(User, username=name, is_active=True) if name else None
    assign(shown, to, _person(request), timezone.now())
    messages.success(request, f"Assigned to {name or 'nobody'}.")
    return _back(request, pk)


@require_POST
@require_role(OPERATOR)
def comment_on_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Write something down."""
    shown = _visible(request, pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        comment(shown, form.cleaned_data["text"], _person(request), timezone.now())
    else:
        messages.error(request, "A comment has 1 to 2,000 characters.")
    return _back(request, pk)


@require_POST
@require_role(OPERATOR)
def silence_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell nothing of it for a time."""
    shown, now = _visible(request, pk), timezone.now()
    form = SilenceForm(request.POST)
    if not form.is_valid():
        messages.error(request, "A silence needs a time, what it is about, and a reason of up to 200 characters.")
        return _back(request, pk)
    made = Silence(reason=form.cleaned_data["reason"], starts_at=now, ends_at=now + FOR[form.cleaned_data["time"]][1])
    what = form.cleaned_data["what"]
    if what == "stack" and shown.stack:
        made.stack = shown.stack
    elif what == "resource" and shown.resource:
        made.resource = shown.resource
    else:
        made.subject, made.resource, made.metric = shown.subject, shown.resource, shown.metric
    silence(made, _person(request), now, shown)
    messages.success(request, f"Nothing is told of {WHAT[what]} for {FOR[form.cleaned_data['time']][0]}.")
    return _back(request, pk)
