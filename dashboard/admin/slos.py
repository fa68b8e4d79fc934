"""Admin of objectives: what is promised, what does not count, with a look at what that would have come to."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone

from dashboard.admin.shape import BY_NAME, named_errors, number_of
from dashboard.admin.site import site
from dashboard.core.units import Unit, format_value, read_value, write_exact
from dashboard.core.zones import time_zones
from dashboard.notify.matching import DAYS
from dashboard.slos.budget import say_share
from dashboard.slos.models import Slo, SloExclusion
from dashboard.slos.read import preview
from dashboard.slos.read.days import exclusion_of
from dashboard.slos.write import forget

COUNTED = ("account", "stack", "resource", "kind", "target")
"""What makes it an objective about something else: what was counted is of no use then."""
LOWEST, HIGHEST = 0.5, 0.99999
MOST_ALERTS = 10
"""Times that a preview lists."""


class SloForm(forms.ModelForm):
    """An objective in people's units."""

    objective = forms.CharField(initial="99.9 %", help_text="Share of good events, from 50 % to 99.999 %.")
    target = forms.CharField(required=False, help_text="Of latency: for example 900 ms. What takes longer is bad.")
    runbook = forms.URLField(required=False, assume_scheme="https", help_text="Address of the instructions.")

    class Meta:
        model = Slo
        field_classes = BY_NAME
        fields = (
            "name", "enabled", "account", "stack", "resource", "kind", "objective", "target", "window_days",
            "alerting", "least_bad", "hint", "runbook",
        )  # fmt: skip
        labels = {"kind": "What counts", "least_bad": "From so many bad events"}
        help_texts = {
            "stack": "Its entry points speak for it. Neither stack nor resource: all stacks of the account.",
            "least_bad": "Fewer in a rule’s window are no alert: where requests are few, one failure is a large share.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["objective"] = write_exact(self.instance.objective, Unit.SHARE)
            target = self.instance.target
            self.initial["target"] = "" if target is None else write_exact(target, Unit.SECONDS)

    def clean_objective(self) -> float:
        """A share that leaves a budget. A bare number above 1 is meant in percent."""
        value = self._read("objective", Unit.SHARE)
        value = value / 100 if value > 1 else value
        if not LOWEST <= value <= HIGHEST:
            raise forms.ValidationError("An objective lies between 50 % and 99.999 %: 100 % leaves no budget at all.")
        return value

    def clean_target(self) -> float | None:
        """Seconds; blank for availability."""
        if not self.cleaned_data.get("target"):
            return None
        value = self._read("target", Unit.SECONDS)
        if value <= 0:
            raise forms.ValidationError("A response takes some time: write more than 0.")
        return value

    def _read(self, name: str, unit: Unit) -> float:
        try:
            return read_value(self.cleaned_data[name], unit)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """One thing, in its own account, and a time where latency is promised."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        stack, resource, account = (cleaned.get(name) for name in ("stack", "resource", "account"))
        if stack and resource:
            self.add_error("resource", "An objective is about a stack or a resource, not both.")
        owner = stack or resource
        if owner and account and owner.account_id != account.pk:
            self.add_error("account", f"{owner.name} is in another account.")
        kind = cleaned.get("kind")
        if kind == Slo.Kind.AVAILABILITY:
            cleaned["target"] = None
        elif kind and cleaned.get("target") is None and "target" not in self.errors:
            self.add_error("target", "Say within which time.")
        return cleaned


class ExclusionForm(forms.ModelForm):
    """A time that does not count, once or each week."""

    starts_at = forms.DateTimeField(label="From", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    ends_at = forms.DateTimeField(
        label="Until", required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    days = forms.MultipleChoiceField(
        choices=[(day, day.capitalize()) for day in DAYS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Each week on",
        help_text="Leave all out for the whole time.",
    )

    class Meta:
        model = SloExclusion
        fields = ("reason", "starts_at", "ends_at", "days", "start", "end", "time_zone")
        widgets = {
            "start": forms.TimeInput(attrs={"type": "time"}),
            "end": forms.TimeInput(attrs={"type": "time"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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


class Exclusions(admin.StackedInline):
    """Times that do not count."""

    model = SloExclusion
    form = ExclusionForm
    extra = 0
    verbose_name_plural = "What does not count"


@admin.register(Slo, site=site)
class SloAdmin(admin.ModelAdmin):
    """What is promised: shares of good requests over weeks, with an error budget."""

    form = SloForm
    inlines = (Exclusions,)
    change_form_template = "admin/dashboard/slo/change_form.html"
    list_display = ("name", "promised", "place", "kind", "alerting", "enabled")
    list_filter = ("enabled", "kind", "alerting", ("account", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("account", "stack", "resource")
    search_fields = ("name", "stack__name", "resource__name")
    search_help_text = "Name, stack or resource"
    raw_id_fields = ("stack", "resource")
    fieldsets = (
        (None, {"fields": ("name", "enabled")}),
        ("What it is about", {"fields": ("account", "stack", "resource", "kind", "target")}),
        ("What is promised", {"fields": ("objective", "window_days")}),
        ("Alerts", {"fields": ("alerting", "least_bad", "hint", "runbook")}),
    )

    def get_urls(self) -> list[URLPattern]:
        """With the address of the preview."""
        look = path("preview/", self.admin_site.admin_view(self.preview), name="dashboard_slo_preview")
        return [look, *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """What the form's objective would have come to, as a piece of the page."""
        saved = Slo.objects.filter(pk=number_of(request.GET.get("rule", ""))).first()
        form = SloForm(request.GET, instance=saved)
        windows = _exclusions(request, saved)
        if not form.is_valid() or not windows.is_valid():
            errors = named_errors(form, *windows.forms)
            return render(request, "admin/dashboard/slo/_preview.html", {"errors": errors})
        kept = [one.instance for one in windows.forms if one not in windows.deleted_forms]
        found = preview(form.save(commit=False), [exclusion_of(one) for one in kept], timezone.now())
        standing = found.status.standing
        context = {
            "preview": found,
            "standing": standing,
            "kept": say_share(standing.events.good_share),
            "used": format_value(standing.budget.used, Unit.SHARE),
            "known": format_value(standing.events.known, Unit.SHARE),
            "alerts": [_said(*one) for one in found.alerts[-MOST_ALERTS:]],
        }
        return render(request, "admin/dashboard/slo/_preview.html", context)

    def save_model(self, request: HttpRequest, obj: Slo, form: forms.ModelForm, change: bool) -> None:
        """Count anew what is about something else now."""
        super().save_model(request, obj, form, change)
        if change and set(form.changed_data) & set(COUNTED):
            forget(obj)

    @admin.display(description="Promised", ordering="objective")
    def promised(self, slo: Slo) -> str:
        return f"{write_exact(slo.objective, Unit.SHARE)} over {slo.window_days} days"

    @admin.display(description="Where")
    def place(self, slo: Slo) -> str:
        if slo.resource:
            return f"resource {slo.resource.name}"
        return f"stack {slo.stack.name}" if slo.stack else f"account {slo.account.name}"


def _exclusions(request: HttpRequest, saved: Slo | None) -> "BaseInlineFormSet[SloExclusion, Slo, ExclusionForm]":
    """The form's exclusion windows; none where the address has none."""
    formset = inlineformset_factory(Slo, SloExclusion, form=ExclusionForm, extra=0)
    asked = request.GET.copy()
    asked.setdefault("exclusions-TOTAL_FORMS", "0")
    asked.setdefault("exclusions-INITIAL_FORMS", "0")
    return formset(asked, instance=saved or Slo())


def _said(begin: int, end: int) -> dict[str, Any]:
    return {"at": datetime.fromtimestamp(begin, UTC), "seconds": end - begin}
