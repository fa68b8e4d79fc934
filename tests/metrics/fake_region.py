"""A region that answers from a function of time, and remembers what it was asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from dashboard.aws import AwsError, ErrorKind, ListedMetric, MetricAnswer, MetricQuery
from dashboard.core.windows import Window

Value = Callable[[MetricQuery, int], float]
UNREACHABLE = AwsError(ErrorKind.UNREACHABLE, "cloudwatch:GetMetricData", "No answer.", "Check the network.")
THROTTLED = AwsError(ErrorKind.THROTTLED, "cloudwatch:GetMetricData", "Too many calls.", "Nothing: it will go on.")


def one(query: MetricQuery, at: int) -> float:
    """Always 1."""
    return 1.0


@dataclass
class FakeRegion:
    """Answers GetMetricData with `value`, ListMetrics with `listed`; `fails` may raise for a call."""

    value: Value = one
    listed: Sequence[ListedMetric] = ()
    fails: Callable[[Sequence[MetricQuery], Window, int], AwsError | None] = lambda queries, window, period: None
    partial: tuple[int, ...] = ()
    asked: list[tuple[list[str], Window, int]] = field(default_factory=list)
    listings: list[tuple[str, bool, str]] = field(default_factory=list)

    def metric_data(self, queries: Sequence[MetricQuery], window: Window, period: int) -> MetricAnswer:
        self.asked.append(([query.name for query in queries], window, period))
        error = self.fails(queries, window, period)
        if error:
            raise error
        at = np.arange(int(window.start.timestamp()), int(window.end.timestamp()), period, dtype=np.int64)
        values = np.array([[self.value(query, int(when)) for query in queries] for when in at]).reshape(len(at), -1)
        return MetricAnswer(at, values, self.partial)

    def list_metrics(self, namespace: str, *, recently_active: bool = True, name: str = "") -> list[ListedMetric]:
        self.listings.append((namespace, recently_active, name))
        return [metric for metric in self.listed if metric.namespace == namespace and (not name or metric.name == name)]
