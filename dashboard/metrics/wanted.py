"""Which metrics of a resource are worth asking for: those of its catalogue entry that exist."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dashboard.catalog.shape import Metric, Service

DAY = 86_400


class Key(NamedTuple):
    """What identifies a CloudWatch metric."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


def key_of(namespace: str, name: str, dimensions: Mapping[str, str]) -> Key:
    """The identity of a metric, whatever the order of its dimensions."""
    return Key(namespace, name, frozenset(dimensions.items()))


def existing_metrics(
    service: Service, dimensions: Mapping[str, str], listed: frozenset[Key] | set[Key]
) -> list[tuple[Metric, dict[str, str]]]:
    """The metrics of a resource with these dimensions that CloudWatch listed, each with all its dimensions.

    An error counter that was never seen is not among them: asking for it costs as much as for any other, and its
    absence while its siblings speak means zero (see derive.complete).
    """
    if not dimensions:
        return []
    wanted = ((metric, {**dimensions, **metric.dimensions}) for metric in service.metrics)
    return [(metric, full) for metric, full in wanted if key_of(service.namespace, metric.name, full) in listed]


def daily_names(services: Iterable[Service]) -> set[tuple[str, str]]:
    """Namespace and name of metrics that are emitted so seldom that they are never 'recently active'."""
    return {
        (service.namespace, metric.name)
        for service in services
        for metric in service.metrics
        if metric.period is not None and metric.period >= DAY
    }
