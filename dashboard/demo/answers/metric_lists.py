"""CloudWatch ListMetrics."""

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.series import Series

_PAGE = 500


@answers("cloudwatch", "ListMetrics")
def list_metrics(asked: Asked) -> Answer:
    """Metrics that match every filter; with RecentlyActive only those with data in the last three hours."""
    if asked.get("RecentlyActive") not in {None, "PT3H"}:
        raise AnswerError("InvalidParameterValue", "RecentlyActive must be PT3H.")
    found = [
        series for series in asked.world.series_in(asked.account_id, asked.region).values() if _wanted(asked, series)
    ]
    if asked.get("RecentlyActive"):
        found = [series for series in found if asked.world.recently_active(series, asked.now)]
    page, token = page_of(found, asked.get("NextToken"), _PAGE)
    return {
        "Metrics": [
            {
                "Namespace": series.namespace,
                "MetricName": series.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in series.dimensions],
            }
            for series in page
        ],
        "NextToken": token,
    }


def _wanted(asked: Asked, series: Series) -> bool:
    if asked.get("Namespace", series.namespace) != series.namespace:
        return False
    if asked.get("MetricName", series.name) != series.name:
        return False
    have = dict(series.dimensions)
    return all(
        one["Name"] in have and one.get("Value", have[one["Name"]]) == have[one["Name"]]
        for one in asked.get("Dimensions", [])
    )
