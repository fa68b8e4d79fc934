"""Admin of traces: which X-Ray groups have a service map of their own, and thresholds on what traces tell."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone

from dashboard.admin.shape import BY_NAME, CollectedAdmin, named_errors, number_of
from dashboard.admin.site import site
from dashboard.core.units import Unit, format_value, read_value, write_exact
from dashboard.health.read import preview_traced
from dashboard.health.traced import TRAFFIC, UNITS
from dashboard.thresholds.models import TraceRule
from dashboard.traces.models import Edge, Node, TraceGroup

LINES = ("above", "below")
SHOWN = 8
"""Rows of a preview."""


@admin.register(TraceGroup, site=site)
class TraceGroupAdmin(CollectedAdmin):
    """X-Ray's groups: tick those that get a service map of their own, at one more call a minute each."""

    list_display = ("name", "account", "region", "filter_expression", "collected")
    list_display_links = None
    list_editable = ("collected",)
    list_select_related = ("account",)
    list_filter = ("collected", ("account", admin.RelatedOnlyFieldListFilter), "region")
    search_fields = ("name", "account__name", "filter_expression")
    search_help_text = "Name, account or filter expression"
    readonly_fields = ("account", "region", "name", "arn", "filter_expression")

    def has_change_permission(self, request: HttpRequest, obj: TraceGroup | None = None) -> bool:
        """Whether a group is collected is the admin's choice; the rest is X-Ray's."""
        return site.has_permission(request)


class TraceRuleForm(forms.ModelForm):
    """A rule in people's units."""

    above = forms.CharField(required=False, help_text="For example 900 ms of a p95, 5 % of a share, 100 of traffic.")
    below = forms.CharField(required=False, help_text="One of the two.")
    runbook = forms.URLField(required=False, assume_scheme="https", help_text="Address of the instructions.")

    class Meta:
        model = TraceRule
        field_classes = BY_NAME
        fields = (
            "name", "enabled", "account", "node", "edge", "stack", "type", "figure", "severity", "above", "below",
            "for_periods", "of_periods", "floor", "hint", "runbook",
        )  # fmt: skip
        labels = {
            "for_periods": "In so many periods of five minutes",
            "of_periods": "of the last",
            "floor": "From a volume of",
        }
        help_texts = {"floor": "Traced requests in five minutes below which nothing is judged; not of traffic."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        edges = Edge.objects.select_related("source", "target").order_by("source__name", "target__name", "pk")
        self.fields["edge"] = forms.ModelChoiceField(edges, required=False, label="Connection")
        nodes = Node.objects.exclude(type="client").order_by("name", "pk")
        self.fields["node"] = forms.ModelChoiceField(nodes, required=False)
        types = Node.objects.exclude(type="client").order_by("type").values_list("type", flat=True).distinct()
        self.fields["type"] = forms.ChoiceField(
            choices=[("", "Any"), *((one, one) for one in types)], required=False, help_text="As X-Ray names it."
        )
        if self.instance.pk:
            for name in LINES:
                value = getattr(self.instance, name)
                self.initial[name] = "" if value is None else write_exact(value, UNITS[self.instance.figure])

    def clean(self) -> dict[str, Any]:
        """One place, one line that can be read, and periods that fit."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        own = [name for name in ("node", "edge") if cleaned.get(name)]
        if len(own) > 1 or (own and (cleaned.get("stack") or cleaned.get("type"))):
            raise forms.ValidationError("Choose a node, or a connection, or all nodes of a stack and a type.")
        if "figure" in cleaned:
            for name in LINES:
                cleaned[name] = self._read(name, UNITS[cleaned["figure"]])
            if not any(name in self.errors for name in LINES) and (
                (cleaned["above"] is None) == (cleaned["below"] is None)
            ):
                self.add_error("above", "Draw one line: above or below.")
        m, n = cleaned.get("for_periods"), cleaned.get("of_periods")
        if m and n and m > n:
            self.add_error("of_periods", f"{m} of {n} periods can’t be.")
        self._check_account(cleaned)
        return cleaned

    def _check_account(self, cleaned: dict[str, Any]) -> None:
        """What it is about lies in its account."""
        edge, account = cleaned.get("edge"), cleaned.get("account")
        for owner in (cleaned.get("node"), edge.source if edge else None, cleaned.get("stack")):
            if owner and account and owner.account_id != account.pk:
                self.add_error("account", f"{owner} is in another account.")

    def _read(self, name: str, unit: Unit) -> float | None:
        text = self.cleaned_data.get(name)
        if not text:
            return None
        try:
            return read_value(text, unit)
        except ValueError as error:
            self.add_error(name, str(error))
            return None


@admin.register(TraceRule, site=site)
class TraceRuleAdmin(admin.ModelAdmin):
    """Thresholds on the service map: response times, faults, errors and traffic of nodes and connections."""

    form = TraceRuleForm
    change_form_template = "admin/dashboard/tracerule/change_form.html"
    list_display = ("name", "line", "severity", "place", "enabled")
    list_filter = ("enabled", "severity", "figure", ("account", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("account", "node", "edge__source", "edge__target", "stack")
    search_fields = ("name", "node__name", "stack__name", "type")
    search_help_text = "Name, node, stack or type"
    raw_id_fields = ("stack",)
    fieldsets = (
        (None, {"fields": ("name", "enabled", "severity")}),
        ("Where", {"fields": ("account", "node", "edge", "stack", "type"),
                   "description": "A node or a connection; or all nodes of a stack, of a type, of the account. "
                   "The nearest wins."}),
        ("When", {"fields": ("figure", "above", "below", "for_periods", "of_periods", "floor")}),
        ("What to do", {"fields": ("hint", "runbook")}),
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        """With the address of the preview."""
        look = path("preview/", self.admin_site.admin_view(self.preview), name="dashboard_tracerule_preview")
        return [look, *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """What the form's rule would have done, as a piece of the page."""
        saved = TraceRule.objects.filter(pk=number_of(request.GET.get("rule", ""))).first()
        form = TraceRuleForm(request.GET, instance=saved)
        if not form.is_valid():
            return render(request, "admin/dashboard/tracerule/_preview.html", {"errors": named_errors(form)})
        rule = form.save(commit=False)
        found = preview_traced(rule, timezone.now())
        context = {"preview": found, "rows": found.rows[:SHOWN], "unit": UNITS[rule.figure]}
        return render(request, "admin/dashboard/tracerule/_preview.html", context)

    @admin.display(description="Line")
    def line(self, rule: TraceRule) -> str:
        side, value = ("above", rule.above) if rule.above is not None else ("below", rule.below)
        unit = "/min" if rule.figure == TRAFFIC else ""
        return f"{rule.get_figure_display()} {side} {format_value(value, UNITS[rule.figure])}{unit}"

    @admin.display(description="Where")
    def place(self, rule: TraceRule) -> str:
        if rule.node or rule.edge:
            return str(rule.node or rule.edge)
        named = [rule.type or "all nodes", f"of {rule.stack.name}" if rule.stack else f"in {rule.account.name}"]
        return " ".join(named)
