"""Admin of custom metrics: names as CloudWatch knows them, checked before they cost a call."""

import re

from django import forms
from django.contrib import admin

from dashboard.admin.shape import BY_NAME, ListField
from dashboard.admin.site import site
from dashboard.core.units import Unit
from dashboard.inventory.models import CustomMetric

NAMESPACE = re.compile(r"[0-9A-Za-z.\-_/#:]{1,255}")
STATISTIC = re.compile(r"Average|Sum|Minimum|Maximum|SampleCount|(p|tm|wm|tc|ts)(100|\d{1,2}(\.\d{1,10})?)")


class CustomMetricForm(forms.ModelForm):
    """A metric of one's own."""

    dimension_names = ListField(
        required=False,
        pattern=r"[^:\s][^\x00-\x1f]{0,254}",
        example="FunctionName",
        help_text="One per line, for example FunctionName. Each combination of their values becomes a resource.",
    )
    unit = forms.ChoiceField(choices=[(unit.value, unit.name.replace("_", " ").capitalize()) for unit in Unit])

    class Meta:
        model = CustomMetric
        field_classes = BY_NAME
        fields = ("account", "namespace", "name", "dimension_names", "statistic", "unit", "stack")
        help_texts = {
            "namespace": "As in CloudWatch, for example Shop/Checkout.",
            "statistic": "Average, Sum, Minimum, Maximum, SampleCount, or a percentile such as p95.",
            "stack": "Blank: resources join the stack that their dimensions point to, or Unassigned.",
        }

    def clean_namespace(self) -> str:
        """AWS's own namespaces are the catalogue's business."""
        namespace = str(self.cleaned_data["namespace"])
        if namespace.startswith("AWS/"):
            raise forms.ValidationError("Namespaces that begin with AWS/ belong to AWS services, which are built in.")
        if not NAMESPACE.fullmatch(namespace):
            raise forms.ValidationError("A namespace holds letters, digits and . - _ / # : only.")
        return namespace

    def clean_statistic(self) -> str:
        """CloudWatch's statistics, as it spells them."""
        statistic = str(self.cleaned_data["statistic"])
        if not STATISTIC.fullmatch(statistic):
            raise forms.ValidationError(
                f"CloudWatch has no statistic “{statistic}”. Use Average, Sum, Minimum, Maximum, SampleCount or p95."
            )
        return statistic


@admin.register(CustomMetric, site=site)
class CustomMetricAdmin(admin.ModelAdmin):
    """Metrics of namespaces of the user's own."""

    form = CustomMetricForm
    list_display = ("name", "namespace", "account", "statistic", "unit", "dimensions", "stack")
    list_select_related = ("account", "stack")
    list_filter = (("account", admin.RelatedOnlyFieldListFilter), "namespace", "statistic")
    search_fields = ("name", "namespace")
    search_help_text = "Metric or namespace"
    raw_id_fields = ("stack",)

    @admin.display(description="Dimensions")
    def dimensions(self, metric: CustomMetric) -> str:
        return ", ".join(metric.dimension_names) or "none"
