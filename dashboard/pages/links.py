"""Addresses that lead to the exact place: a resource's chart of one metric."""

from django.urls import reverse

from dashboard.catalog import all_services
from dashboard.pages.charts import chart_of


def resource_link(resource_id: int, service_key: str, metric: str = "") -> str:
    """The resource's page, at the chart that shows the metric when there is one."""
    address = reverse("resource", args=[resource_id])
    service = all_services().get(service_key)
    chart = chart_of(service, metric) if service and metric else ""
    return f"{address}#{chart}" if chart else address
