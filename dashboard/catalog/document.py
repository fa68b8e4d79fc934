"""Writes the catalogue for people: docs/services.md, every service with what is measured and what counts as wrong."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dashboard.catalog.prices.api_calls import PER_METRIC
from dashboard.catalog.shape import Derived, Metric, Service, Threshold
from dashboard.core.units import Unit, format_value

POLLS_PER_MONTH = 12 * 24 * 30
"""Every five minutes."""
HEAD = """# What is watched

Generated from `dashboard/catalog/services/` by `manage.py services_doc` (`make services`); a test fails when it is
stale. Change the catalogue, not this file.

A metric is asked for only while CloudWatch has it, so these are upper bounds. *USD a month* is what CloudWatch charges
to read all collected metrics of one resource every five minutes. Derived metrics are computed here and cost nothing.
Golden signals: **T**raffic, **E**rrors, **L**atency, **S**aturation (as a share of a limit).
"""
UNITS = {
    Unit.COUNT: "count",
    Unit.PER_SECOND: "per second",
    Unit.SHARE: "share",
    Unit.SECONDS: "s",
    Unit.MILLISECONDS: "ms",
    Unit.MICROSECONDS: "µs",
    Unit.BYTES: "bytes",
    Unit.BYTES_PER_SECOND: "bytes per second",
    Unit.CAPACITY: "units",
    Unit.USD_PER_HOUR: "USD per hour",
}


def document(services: Mapping[str, Service]) -> str:
    """The whole document as Markdown."""
    ordered = sorted(services.values(), key=lambda service: service.noun.casefold())
    parts = [HEAD, *_table(OVERVIEW, (_overview_row(service) for service in ordered))]
    for service in ordered:
        parts += _section(service)
    return "\n".join(parts) + "\n"


OVERVIEW = ("Service", "Namespace", "Signals", "Metrics", "Derived", "Thresholds", "USD a month")


def _overview_row(service: Service) -> Sequence[str]:
    return (
        f"[{service.noun}](#{_anchor(service)})",
        f"`{service.namespace}`",
        _signals_of(service),
        str(len(service.metrics)),
        str(len(service.derived)),
        str(len(service.thresholds)),
        f"{_monthly(service):.2f}",
    )


def _anchor(service: Service) -> str:
    """The heading's anchor, as GitHub makes it."""
    return service.noun.lower().replace(" ", "-")


def _signals_of(service: Service) -> str:
    named = {
        "T": service.signals.traffic,
        "E": service.signals.errors,
        "L": service.signals.latency,
        "S": service.signals.saturation,
    }
    return " ".join(letter for letter, metric in named.items() if metric)


def _monthly(service: Service) -> float:
    """USD to read the collected metrics of one resource; daily ones hardly count."""
    frequent = sum(metric.period is None for metric in service.metrics)
    return float(frequent * POLLS_PER_MONTH * PER_METRIC)


def _billed(service: Service) -> str:
    """What the live burn rate counts, and what it can't."""
    counted = f"Live cost counts {', '.join(service.billing.units)}." if service.billing.units else "Live cost: none."
    untold = service.billing.untold
    return f"{counted} Not told by any metric: {', '.join(untold)}." if untold else counted


def _section(service: Service) -> Iterator[str]:
    yield f"\n## {service.noun}\n"
    origin = f"CloudFormation: {_codes(service.cfn_types)}. Read with {_codes(service.actions)}."
    yield f"{origin}{_place(service)}{_traced(service)}\n"
    yield f"{_billed(service)}\n"
    yield from _table(METRICS, [*map(_metric_row, service.metrics), *map(_derived_row, service.derived)])
    if service.thresholds:
        yield ""
        yield from _table(THRESHOLDS, (_threshold_row(service, one) for one in service.thresholds))


def _place(service: Service) -> str:
    return f" Listed and measured in {service.list_region}." if service.list_region else ""


def _traced(service: Service) -> str:
    """How X-Ray calls it: everything else is on the map as its configuration tells."""
    return f" In X-Ray's graph: {_codes(service.traced.types)}." if service.traced.types else ""


METRICS = ("Metric", "From CloudWatch", "Statistic", "Unit", "Emitted")


def _metric_row(metric: Metric) -> Sequence[str]:
    extra = ", ".join(f"{name}={value}" for name, value in metric.dimensions.items())
    return (
        metric.label or metric.name,
        f"`{metric.name}`{f' ({extra})' if extra else ''}",
        metric.statistic,
        UNITS[metric.unit],
        "daily" if metric.period else "when not zero" if metric.absent_is_zero else "always",
    )


def _derived_row(derived: Derived) -> Sequence[str]:
    limit = f" and the limit {', '.join(derived.limits)}" if derived.limits else ""
    return derived.label, f"computed from {', '.join(derived.needs)}{limit}", "", UNITS[derived.unit], ""


THRESHOLDS = ("Suggested threshold", "Line", "Periods", "From a volume of", "Severity")


def _threshold_row(service: Service, threshold: Threshold) -> Sequence[str]:
    known: Iterable[Metric | Derived] = (*service.metrics, *service.derived)
    by_key = {one.key: one for one in known}
    line = threshold.above if threshold.above is not None else threshold.below
    side = "above" if threshold.above is not None else "below"
    floor = f"{threshold.floor[1]:g} {by_key[threshold.floor[0]].label.lower()}" if threshold.floor else ""
    return (
        by_key[threshold.metric].label,
        f"{side} {format_value(line, by_key[threshold.metric].unit)}",
        f"{threshold.for_periods} of {threshold.of_periods or threshold.for_periods}",
        floor,
        threshold.severity.value,
    )


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |"
