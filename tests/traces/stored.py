"""Traces stored as collecting stores them, and nodes that the service graph has told of."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from dashboard.aws import XraySummary
from dashboard.core.windows import Window
from dashboard.inventory.models import Account, Resource
from dashboard.traces import sampling
from dashboard.traces.models import Node
from dashboard.traces.sampling import SPAN, Kept, time_of
from dashboard.traces.write.samples import store_span

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
HOUR = Window(NOW - timedelta(hours=1), NOW)
REGION = "eu-west-1"
SLOW_OVER = 1.0


def ago(minutes: float) -> datetime:
    """So long before NOW."""
    return NOW - timedelta(minutes=minutes)


def store(
    account: Account, summaries: Sequence[XraySummary], region: str = REGION, *, drawn: bool = True, cut: bool = False
) -> None:
    """Store traces in the spans that they belong to; good ones as a fair draw unless told otherwise."""
    spans: dict[int, list[XraySummary]] = defaultdict(list)
    for one in summaries:
        spans[time_of(one.id) // SPAN * SPAN].append(one)
    for span, some in spans.items():
        fair = some if drawn else []
        kept = sampling.choose(some, fair, span, SLOW_OVER, 10_000)
        store_span(account, region, span, Kept(kept.summaries, kept.reasons, cut), 2 * len(some))


def a_node(
    account: Account, name: str, type_: str = "AWS::Lambda::Function", resource: Resource | None = None, **columns: str
) -> Node:
    """A node of the service graph; in REGION unless told otherwise."""
    given = {"region": REGION, **columns}
    return Node.objects.create(account=account, name=name, type=type_, resource=resource, seen_at=NOW, **given)
