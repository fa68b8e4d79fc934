"""Admin of digests: schedules, addresses that agree by a click, addresses that mail servers refuse."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from dashboard.admin.shape import CollectedAdmin, ListField
from dashboard.admin.site import site
from dashboard.core.zones import time_zones
from dashboard.digests.models import Address, Schedule, Suppression
from dashboard.digests.periods import Cadence
from dashboard.digests.read.plans import rhythm_of
from dashboard.digests.rhythm_words import DAYS, say_rhythm
from dashboard.digests.sections import EVERY, SECTIONS
from dashboard.digests.write.compose import SUMMARY_KINDS
from dashboard.digests.write.people import ask_address
from dashboard.notify.models import Channel
from dashboard.tasks import wake_digests


class ScheduleForm(forms.ModelForm):
    """Who, when, about what, in which form."""

    days = forms.TypedMultipleChoiceField(
        coerce=int,
        choices=list(enumerate(DAYS)),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Of a weekly digest the one day; a monthly one needs none.",
    )
    only_environments = ListField(required=False, label="Environments", help_text="One per line. Blank: all.")
    sections = ListField(
        widget=forms.Textarea(attrs={"rows": len(EVERY), "spellcheck": "false"}),
        pattern="|".join(EVERY),
        example=f"one of {', '.join(EVERY)}",
        help_text="One per line, in the order of the mail: "
        + "; ".join(f"{key} ({label})" for key, label in SECTIONS.items()),
    )

    class Meta:
        model = Schedule
        fields = (
            "name", "enabled", "open", "cadence", "days", "at", "time_zone", "locale", "quiet", "sections", "users",
            "teams", "addresses", "channels", "only_accounts", "only_environments", "only_teams", "only_stacks",
            "shows_teams", "shows_money",
        )  # fmt: skip
        widgets = {"at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}
        help_texts = {
            "time_zone": "A place, for example Europe/Berlin. When clocks change, each day still has one digest.",
            "users": "They can leave by themselves.",
            "teams": "Everybody in them.",
            "addresses": "Of people who don't sign in; each gets mail once it has agreed.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = forms.ModelMultipleChoiceField(
            Channel.objects.filter(kind__in=SUMMARY_KINDS),
            required=False,
            help_text=self.fields["channels"].help_text,
        )
        self.fields["channels"] = channels

    def clean_time_zone(self) -> str:
        """Refuse what the zone database doesn't know."""
        name = str(self.cleaned_data["time_zone"]).strip()
        if name not in time_zones():
            raise forms.ValidationError(f"There is no time zone “{name}”. Try a name like Europe/Berlin, or UTC.")
        return name

    def clean(self) -> dict[str, Any]:
        """Days that fit the cadence."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        days, cadence = cleaned.get("days") or [], cleaned.get("cadence")
        if cadence == Cadence.DAILY and not days:
            self.add_error("days", "Choose at least one day.")
        if cadence == Cadence.WEEKLY and len(days) != 1:
            self.add_error("days", "Choose the one day of the week.")
        return cleaned


@admin.register(Schedule, site=site)
class ScheduleAdmin(admin.ModelAdmin):
    """Digests by mail: who is told what, when."""

    form = ScheduleForm
    list_display = ("name", "when", "enabled", "open")
    list_filter = ("enabled", "cadence")
    search_fields = ("name",)
    search_help_text = "Name"
    filter_horizontal = ("users", "teams", "addresses", "only_accounts", "only_teams", "only_stacks", "shows_teams")
    fieldsets = (
        (None, {"fields": ("name", "enabled", "open")}),
        ("When", {"fields": ("cadence", "days", "at", "time_zone", "quiet")}),
        ("What", {"fields": ("sections", "locale", "only_accounts", "only_environments", "only_teams", "only_stacks")}),
        ("To whom", {"fields": ("users", "teams", "addresses", "channels", "shows_teams", "shows_money")}),
    )

    def save_model(self, request: HttpRequest, obj: Schedule, form: Any, change: bool) -> None:
        """What fell due before a schedule was made, or while it was switched off, is not sent."""
        if not change or "enabled" in form.changed_data:
            obj.starts_at = timezone.now()
        super().save_model(request, obj, form, change)

    @admin.display(description="Sent")
    def when(self, schedule: Schedule) -> str:
        return say_rhythm(rhythm_of(schedule))


@admin.register(Address, site=site)
class AddressAdmin(admin.ModelAdmin):
    """Addresses of people who don't sign in."""

    list_display = ("email", "state")
    search_fields = ("email",)
    actions = ("ask_again",)

    def save_model(self, request: HttpRequest, obj: Address, form: Any, change: bool) -> None:
        """A new address, or another one, is asked before it gets anything."""
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            Address.objects.filter(pk=obj.pk).update(verified_at=None)
            self._ask(request, [obj])

    @admin.action(description="Ask again whether they want digests")
    def ask_again(self, request: HttpRequest, queryset: Any) -> None:
        self._ask(request, list(queryset.filter(verified_at=None)))

    def _ask(self, request: HttpRequest, addresses: list[Address]) -> None:
        for one in addresses:
            ask_address(one, timezone.now())
        transaction.on_commit(wake_digests)
        text = f"{len(addresses)} asked by mail; digests follow once they agree."
        self.message_user(request, text, messages.SUCCESS if addresses else messages.WARNING)

    @admin.display(description="State")
    def state(self, address: Address) -> str:
        if address.verified_at:
            return "Agreed"
        return "Asked, no answer yet" if address.asked_at else "Not asked"


@admin.register(Suppression, site=site)
class SuppressionAdmin(CollectedAdmin):
    """Addresses that mail servers refuse; deleting one lifts that."""

    list_display = ("email", "failures", "since", "last_error", "last_at")
    search_fields = ("email",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Admins: the address was corrected at its server."""
        return admin.ModelAdmin.has_delete_permission(self, request, obj)
