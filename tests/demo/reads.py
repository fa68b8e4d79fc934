"""Reads that several tests of the simulator share."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.simulated_aws import SimulatedAws


def now_of(aws: SimulatedAws) -> datetime:
    """The simulator's time."""
    return datetime.fromtimestamp(aws.simulator.clock.now(), UTC)


def minute_before(aws: SimulatedAws, minutes: int = 0, align: int = 60) -> datetime:
    """A time some minutes ago, rounded down to `align` seconds."""
    at = int((now_of(aws) - timedelta(minutes=minutes)).timestamp())
    return datetime.fromtimestamp(at // align * align, UTC)


def query(name: str, statistic: str = "Sum", period: int = 300, ident: str = "q", **dimensions: str) -> dict[str, Any]:
    """A GetMetricData query; `name` is 'Namespace/Metric' with a slash before the metric's name."""
    namespace, metric = name.rsplit("/", 1)
    listed = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    wanted = {"Namespace": namespace, "MetricName": metric, "Dimensions": listed}
    return {"Id": ident, "MetricStat": {"Metric": wanted, "Period": period, "Stat": statistic}}


def points(client: Any, wanted: dict[str, Any], start: datetime, end: datetime) -> list[float]:
    """Values of one query, oldest first."""
    answer = client.get_metric_data(
        MetricDataQueries=[wanted], StartTime=start, EndTime=end, ScanBy="TimestampAscending"
    )
    values: list[float] = answer["MetricDataResults"][0]["Values"]
    return values
