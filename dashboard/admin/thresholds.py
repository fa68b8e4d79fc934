"""Admin of thresholds: what is judged where, with a look at what a rule would have done before it is saved."""

from typing import Any

from auditlog.models import LogEntry
from django import forms
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone

from dashboard.admin.shape import BY_NAME, named_errors, number_of
from dashboard.admin.site import site
from dashboard.admin.threshold_file import download, exchange
from dashboard.catalog import all_services
from dashboard.catalog.shape import LEVEL, Service
from dashboard.core.units import Unit, format_value, read_value, write_exact
from dashboard.health.read import Preview, Previewed, Suggestion, days_of, preview
from dashboard.inventory.models import Stack
from dashboard.thresholds.checks import Draft, faults_of, metrics_of, unit_of_lines, volume_of
from dashboard.thresholds.conditions import all_conditions, condition
from dashboard.thresholds.conditions.shape import reads
from dashboard.thresholds.models import MISSING, SCOPES, ThresholdRule
from dashboard.thresholds.read import rule_of

LINES = ("above", "below")
VALUES = (*LINES, "recover")
"""Written in the unit of the condition's lines."""
CHANGES = 8
"""Of a rule, shown below its form; the history has all."""


def metric_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """'service.metric' and its label, grouped by service."""
    services = sorted(all_services().values(), key=lambda one: one.label)
    return [(service.label, _choices_of(service)) for service in services]


def condition_choices() -> list[tuple[str, str]]:
    """Every condition, the plainest first."""
    return [(one.key, one.label) for one in all_conditions().values()]


def _choices_of(service: Service) -> list[tuple[str, str]]:
    labelled = sorted((label, key) for key, (label, _) in metrics_of(service).items())
    return [(f"{service.key}.{key}", label) for label, key in labelled]


class ThresholdForm(forms.ModelForm):
    """A rule in people's units."""

    what = forms.ChoiceField(label="Metric", choices=metric_choices)
    condition = forms.ChoiceField(
        required=False,
        choices=condition_choices,
        label="What is judged",
        help_text="Limits and changes are written in percent, rates by the minute, the unusual in times its spread.",
    )
    above = forms.CharField(
        required=False,
        label="Above, or rises by more than",
        help_text="For example 5 %, 900 ms, 12k. Blank: as it is elsewhere.",
    )
    below = forms.CharField(
        required=False, label="Below, or falls by more than", help_text="Both: outside the band between them."
    )
    recover = forms.CharField(
        required=False,
        label="Ends only when back at",
        help_text="Keeps a value that wavers around its line from opening and ending. Blank: at the line itself.",
    )
    missing = forms.ChoiceField(
        required=False,
        choices=(("", "as it is elsewhere"), *MISSING),
        label="Without data it is",
        help_text="Missing data never ends an alert.",
    )
    floor = forms.FloatField(
        required=False,
        min_value=0,
        label="From a volume of",
        help_text="Requests, messages or records in a period below which nothing is judged. Blank: as suggested.",
    )

    runbook = forms.URLField(required=False, assume_scheme="https", help_text="Address of the instructions.")

    class Meta:
        model = ThresholdRule
        field_classes = BY_NAME
        fields = (
            "severity", "account", "environment", "team", "stack", "resource", "muted", "condition", "above",
            "below", "recover", "missing", "for_periods", "of_periods", "floor", "hint", "runbook",
        )  # fmt: skip
        labels = {"for_periods": "In so many periods", "of_periods": "of the last"}
        help_texts = {"hint": "What it means and what to do first; shown with the verdict."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        environments = Stack.objects.exclude(environment="").order_by().values_list("environment", flat=True).distinct()
        named = [("", "Any"), *((one, one) for one in sorted(environments))]
        self.fields["environment"] = forms.ChoiceField(choices=named, required=False)
        if self.instance.pk:
            self._show_saved()

    def _show_saved(self) -> None:
        """Write what is stored in people's units."""
        rule = self.instance
        service = all_services().get(rule.service)
        known = service is not None and rule.metric in metrics_of(service)
        unit = unit_of_lines(service, rule.metric, rule.condition) if service and known else Unit.COUNT
        self.initial["what"] = f"{rule.service}.{rule.metric}"
        for name in VALUES:
            value = getattr(rule, name)
            self.initial[name] = "" if value is None else write_exact(value, unit)

    def clean(self) -> dict[str, Any]:
        """One place, a line that can be read, and a volume where a share alone would cry wolf."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if len([name for name in SCOPES if cleaned.get(name)]) > 1:
            raise forms.ValidationError("A threshold is for one place: choose an account, or a stack, or … – or none.")
        if "what" not in cleaned:
            return cleaned
        service_key, metric = cleaned["what"].split(".", 1)
        self.instance.service, self.instance.metric = service_key, metric
        service = all_services()[service_key]
        cleaned["condition"] = cleaned.get("condition") or LEVEL
        for name in VALUES:
            cleaned[name] = self._read(name, unit_of_lines(service, metric, cleaned["condition"]))
        if cleaned.get("floor") is not None:
            self.instance.floor_metric = volume_of(service, metric)
        if not self.errors:
            asked = ("condition", *VALUES, "for_periods", "of_periods", "floor")
            chosen: dict[str, Any] = {name: cleaned.get(name) for name in asked}
            draft = Draft(service, metric, cleaned["severity"], cleaned["muted"], **chosen)
            for name, told in faults_of(draft).items():
                self.add_error(name, told)
        return cleaned

    def _read(self, name: str, unit: Unit) -> float | None:
        text = self.cleaned_data.get(name)
        if not text:
            return None
        try:
            return read_value(text, unit)
        except ValueError as error:
            self.add_error(name, str(error))
            return None

    def validate_unique(self) -> None:
        """One rule per metric, severity and place; service and metric come from one field, so Django would skip it."""
        try:
            if not self.errors:
                self.instance.validate_constraints()
        except forms.ValidationError:
            self.add_error(None, "This metric has a threshold of this severity in this place: change that one.")


@admin.register(ThresholdRule, site=site)
class ThresholdAdmin(admin.ModelAdmin):
    """What is judged, beyond what Stackdeck suggests: for a service, an account, a team, a stack, a resource."""

    form = ThresholdForm
    change_form_template = "admin/dashboard/thresholdrule/change_form.html"
    list_display = ("name", "line", "severity", "place", "muted")
    list_filter = ("severity", "muted", "service", ("team", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("account", "team", "stack", "resource")
    search_fields = ("service", "metric", "stack__name", "resource__name", "environment")
    search_help_text = "Service, metric or place"
    raw_id_fields = ("stack", "resource")
    actions = ("mute", "unmute")
    fieldsets = (
        (None, {"fields": ("what", "severity", "muted")}),
        ("Where", {"fields": ("account", "environment", "team", "stack", "resource"),
                   "description": "One of these, or none for every resource of the service. The nearest wins."}),
        ("When", {"fields": (
            "condition", "above", "below", "recover", "for_periods", "of_periods", "floor", "missing",
        )}),
        ("What to do", {"fields": ("hint", "runbook")}),
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        """With the addresses of the preview and of the file."""
        own = (("preview", self.preview), ("file", exchange), ("download", download))
        guard = self.admin_site.admin_view
        looks = [path(f"{name}/", guard(view), name=f"dashboard_thresholdrule_{name}") for name, view in own]
        return [*looks, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form, with who changed the rule and how."""
        kind = ContentType.objects.get_for_model(ThresholdRule)
        changes = LogEntry.objects.filter(content_type=kind, object_pk=object_id).select_related("actor")
        context = {**(extra_context or {}), "changes": changes.order_by("-timestamp")[:CHANGES]}
        return super().change_view(request, object_id, form_url, context)

    def preview(self, request: HttpRequest) -> HttpResponse:
        """What the form's rule would have done, as a piece of the page."""
        saved = ThresholdRule.objects.filter(pk=number_of(request.GET.get("rule", ""))).first()
        form = ThresholdForm(request.GET, instance=saved)
        if not form.is_valid():
            return render(request, "admin/dashboard/thresholdrule/_preview.html", {"errors": named_errors(form)})
        rule = rule_of(form.save(commit=False))
        found = preview(rule, timezone.now())
        service = all_services()[rule.service]
        unit = metrics_of(service)[rule.metric][1]
        context = {"preview": found, "unit": unit, "charts": _charts(found, rule.metric, unit), "rows": found.rows[:8]}
        context |= _extreme_days(found)
        lines = unit_of_lines(service, rule.metric, rule.condition)
        context["suggestions"] = [_said(one, lines) for one in found.suggestions]
        return render(request, "admin/dashboard/thresholdrule/_preview.html", context)

    @admin.display(description="Metric", ordering="metric")
    def name(self, rule: ThresholdRule) -> str:
        service = all_services().get(rule.service)
        return (
            f"{service.label}: {metrics_of(service)[rule.metric][0]}" if service else f"{rule.service}: {rule.metric}"
        )

    @admin.display(description="Line")
    def line(self, rule: ThresholdRule) -> str:
        service = all_services().get(rule.service)
        unit = unit_of_lines(service, rule.metric, rule.condition) if service else Unit.COUNT
        how = condition(rule.condition)
        return reads(how, rule.above, rule.below, lambda value: format_value(value, unit)) or "as suggested"

    @admin.display(description="Where")
    def place(self, rule: ThresholdRule) -> str:
        found = rule_of(rule)
        return f"{found.level.name.lower()} {found.target_name}" if found.target_name else "everywhere"

    @admin.action(description="Mute: judge nothing by them")
    def mute(self, request: HttpRequest, chosen: QuerySet[ThresholdRule]) -> None:
        self._set_muted(chosen, muted=True)

    @admin.action(description="Unmute")
    def unmute(self, request: HttpRequest, chosen: QuerySet[ThresholdRule]) -> None:
        self._set_muted(chosen, muted=False)

    def _set_muted(self, chosen: QuerySet[ThresholdRule], *, muted: bool) -> None:
        """One by one: the history follows saves, not bulk updates."""
        for rule in chosen:
            rule.muted = muted
            rule.save(update_fields=["muted"])


def _charts(found: Preview, metric: str, unit: Unit) -> list[dict[str, Any]]:
    """The noisiest resource's history, with the line drawn in where it is the same at any time."""
    return [
        {
            "id": f"preview-{row.resource_id}",
            "title": row.name,
            "kind": "line",
            "unit": unit.value,
            "series": [{"id": f"r{row.resource_id}.{metric}", "label": row.name}],
            "threshold": _line_of(row),
        }
        for row in found.rows[:1]
    ]


def _extreme_days(found: Preview) -> dict[str, Any]:
    """The noisiest and the quietest of the whole days, where they differ."""
    days = sorted(days_of(found), key=lambda one: one[1])
    differ = len(days) > 1 and days[0][1] < days[-1][1]
    return {"quietest": days[0], "noisiest": days[-1]} if differ else {}


def _line_of(row: Previewed) -> dict[str, Any] | None:
    above = row.threshold.above is not None
    return None if row.line is None else {"value": row.line, "above": above, "label": "this threshold"}


def _said(one: Suggestion, unit: Unit) -> dict[str, Any]:
    return {"text": format_value(one.value, unit), "alerts": one.alerts}
