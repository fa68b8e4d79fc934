"""Admin of routes: which messages go to which channels."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin

from dashboard.admin.shape import ListField, TagsField
from dashboard.admin.site import site
from dashboard.core.times import say_span
from dashboard.core.zones import time_zones
from dashboard.notify.matching import DAYS, When
from dashboard.notify.message import Severity
from dashboard.notify.models import Route

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORKING_DAYS = DAYS[:5]
REPEATS = (("", "Never"), ("15", "Every 15 minutes"), ("60", "Every hour"), ("240", "Every 4 hours"), ("1440", "Daily"))
WAITS = (("", "At once"), *((str(minutes), f"After {minutes} minutes") for minutes in (5, 10, 15, 30, 60, 120)))

CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class RouteForm(forms.ModelForm):
    """What a route takes, when, and where that goes."""

    severities = forms.MultipleChoiceField(
        choices=[(one.value, one.capitalize()) for one in Severity],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="None chosen: all.",
    )
    environments = ListField(required=False, help_text="One per line. Blank: all.")
    labels = TagsField(required=False, help_text="One key=value per line. A message must carry all of them.")
    days = forms.MultipleChoiceField(
        choices=list(zip(DAYS, DAY_NAMES, strict=True)),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=WORKING_DAYS,
    )
    repeat = forms.TypedChoiceField(
        choices=REPEATS,
        coerce=lambda minutes: timedelta(minutes=int(minutes)),
        empty_value=None,
        required=False,
        label="Tell again",
        help_text="As long as it is open and nobody has acknowledged it.",
    )

    after = forms.TypedChoiceField(
        choices=WAITS,
        coerce=lambda minutes: timedelta(minutes=int(minutes)),
        empty_value=None,
        required=False,
        label="Asked",
        help_text="Escalation: only alerts that nobody has acknowledged for so long. Other routes don't hold it back.",
    )

    class Meta:
        model = Route
        fields = (
            "name", "position", "channels", "severities", "team", "environments", "labels", "when", "days", "start",
            "end", "time_zone", "after", "repeat", "stops",
        )  # fmt: skip
        widgets = {"channels": forms.CheckboxSelectMultiple, "start": CLOCK, "end": CLOCK}
        help_texts = {
            "end": "An end before the start lies on the next day.",
            "time_zone": "A place, for example Europe/Berlin.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("repeat", "after"):
            if span := getattr(self.instance, name):
                self.initial[name] = str(int(span.total_seconds() // 60))

    def clean_time_zone(self) -> str:
        """It must exist."""
        name = str(self.cleaned_data["time_zone"]).strip()
        if name not in time_zones():
            raise forms.ValidationError(f"There is no time zone “{name}”. Try a name like Europe/Berlin, or UTC.")
        return name

    def clean(self) -> dict[str, Any]:
        """Hours without a day would never come."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("when") != When.ALWAYS and not cleaned.get("days"):
            self.add_error("days", "Choose at least one day, or “At any time”.")
        return cleaned


@admin.register(Route, site=site)
class RouteAdmin(admin.ModelAdmin):
    """Which messages go to which channels; without any route, all go to all."""

    form = RouteForm
    list_display = ("name", "position", "takes", "asked", "when", "channel_list", "stops")
    list_select_related = ("team",)
    list_filter = (("team", admin.RelatedFieldListFilter), ("channels", admin.RelatedOnlyFieldListFilter))
    search_fields = ("name", "channels__name")
    search_help_text = "Route or channel"
    fieldsets = (
        (None, {"fields": ("name", "position", "stops")}),
        ("Takes", {"fields": ("severities", "team", "environments", "labels")}),
        ("When", {"fields": ("after", "when", "days", ("start", "end"), "time_zone")}),
        ("Where to", {"fields": ("channels", "repeat")}),
    )

    def get_queryset(self, request: Any) -> Any:
        """With their channels, for the list."""
        return super().get_queryset(request).prefetch_related("channels")

    @admin.display(description="Takes")
    def takes(self, route: Route) -> str:
        team = [f"team {route.team.name}"] if route.team else []
        labels = [f"{key}={value}" for key, value in route.labels.items()]
        return ", ".join([*route.severities, *team, *route.environments, *labels]) or "everything"

    @admin.display(description="Asked", ordering="after")
    def asked(self, route: Route) -> str:
        return f"after {say_span(route.after)}" if route.after else "at once"

    @admin.display(description="Channels")
    def channel_list(self, route: Route) -> str:
        return ", ".join(channel.name for channel in route.channels.all())
