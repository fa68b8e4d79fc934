"""Page: what is not told, until when, and who wanted it so."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.access.roles import OPERATOR, Scope, demand_role, has_role, require_role, scope_of
from dashboard.alerts.models import SEVERITIES, Silence
from dashboard.alerts.read.quiet import held_back, quiet_of
from dashboard.alerts.silences import holds
from dashboard.alerts.write import end_silence, silence
from dashboard.core.zones import time_zones
from dashboard.inventory.models import Stack
from dashboard.notify.matching import DAYS
from dashboard.pages.silence_calendar import drawn

KEPT = timedelta(days=14)
"""Ended silences are shown so long."""
DAY_NAMES = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday",
             "sat": "Saturday", "sun": "Sunday"}  # fmt: skip


def minute_input() -> forms.DateTimeInput:
    """A minute to pick: browsers refuse whole minutes where the first value has seconds."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class SilenceForm(forms.ModelForm):
    """A time, once or each week, and what it is about."""

    starts_at = forms.DateTimeField(label="From", widget=minute_input())
    ends_at = forms.DateTimeField(
        label="Until",
        required=False,
        widget=minute_input(),
        help_text="Blank: until somebody ends it.",
    )
    days = forms.MultipleChoiceField(
        choices=list(DAY_NAMES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Each week on",
        help_text="Leave all out for the whole time; an end before its start lies on the next day.",
    )

    class Meta:
        model = Silence
        fields = (
            "reason",
            "stack",
            "environment",
            "severity",
            "starts_at",
            "ends_at",
            "days",
            "start",
            "end",
            "time_zone",
        )
        labels = {"start": "From the hour", "end": "To the hour", "stack": "Stack"}
        widgets = {
            "start": forms.TimeInput(attrs={"type": "time"}),
            "end": forms.TimeInput(attrs={"type": "time"}),
        }

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stacks = Stack.objects.visible_to(scope).present()
        self.fields["stack"] = forms.ModelChoiceField(stacks, required=not scope.everything, empty_label="Any")
        self.fields["severity"] = forms.ChoiceField(choices=[("", "Any"), *SEVERITIES], required=False)
        zones = [(name, name) for name in time_zones()]
        self.fields["time_zone"] = forms.ChoiceField(choices=zones, initial=timezone.get_current_timezone_name())

    def clean(self) -> dict[str, Any]:
        """An end that lies after the beginning; hours where days are given."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", "It ends before it begins.")
        if cleaned.get("days") and not (cleaned.get("start") and cleaned.get("end")):
            self.add_error("start", "Say from which hour to which, on these days.")
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
def silences(request: HttpRequest) -> HttpResponse:
    """Show silences that are in force, to come and lately ended; operators add one."""
    scope, now = scope_of(request.user), timezone.now()
    form = SilenceForm(request.POST or None, scope=scope, initial={"starts_at": timezone.localtime(now)})
    if request.method == "POST":
        demand_role(request.user, OPERATOR)
        if form.is_valid():
            silence(form.save(commit=False), User.objects.get(username=request.user.get_username()), now)
            messages.success(request, "The silence is set.")
            return redirect("silences")
    rows = list(_visible(scope, now))
    held = held_back(scope, [one for one in rows if holds(quiet_of(one), now)])
    context = {
        "rows": [_row(one, now, held.get(one.pk, 0)) for one in rows],
        "calendar": drawn(rows, about_of, timezone.localtime(now)),
        "form": form,
        "may_operate": has_role(request.user, OPERATOR),
    }
    return render(request, "silences/page.html", context)


@require_POST
@require_role(OPERATOR)
def end_silence_now(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on everything is told again."""
    quiet = get_object_or_404(_visible(scope_of(request.user), timezone.now()), pk=pk)
    end_silence(quiet, timezone.now())
    messages.success(request, "The silence has ended.")
    return redirect("silences")


def _visible(scope: Scope, now: datetime) -> QuerySet[Silence]:
    """Silences that have not ended long ago: all, or those about one's own stacks."""
    rows = Silence.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now - KEPT))
    rows = rows.select_related("stack", "resource", "created_by")
    if scope.everything:
        return rows
    mine = Q(stack__team_id__in=scope.team_ids) | Q(resource__stack__team_id__in=scope.team_ids)
    return rows.filter(mine)


def _row(one: Silence, now: datetime, held: int) -> dict[str, Any]:
    """A silence in words; `held` alerts wait for its end to be told."""
    quiet = quiet_of(one)
    ended = one.ends_at is not None and one.ends_at <= now
    state = "ended" if ended else "in force" if holds(quiet, now) else "waiting"
    days = [DAY_NAMES[day] for day in DAYS if day in one.days]
    weekly = ""
    if days and one.start and one.end:
        named = ", ".join(days) if len(days) < len(DAYS) else "every day"
        weekly = f"{named}, {one.start:%H:%M} to {one.end:%H:%M}, {one.time_zone}"
    return {
        "silence": one,
        "key": str(one.pk),
        "ending": _say_ending(held),
        "state": state,
        "tone": {"in force": "paused", "waiting": "info", "ended": "gone"}[state],
        "about": about_of(one),
        "weekly": weekly,
        "starts_at": one.starts_at.astimezone(UTC),
    }


def about_of(one: Silence) -> str:
    """Of what nothing is told, in words."""
    about = [f"stack {one.stack.name}" if one.stack else "", one.resource.name if one.resource else "", one.metric,
             one.environment, one.severity]  # fmt: skip
    return ", ".join(part for part in about if part) or "everything"


def _say_ending(held: int) -> str:
    """What happens when a silence ends now."""
    if not held:
        return "It holds back no alert at the moment. What opens from now on is told."
    alerts = "1 open alert that it holds back is" if held == 1 else f"{held} open alerts that it holds back are"
    return f"{alerts} told with the next check."
