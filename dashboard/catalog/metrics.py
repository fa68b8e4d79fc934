"""Short ways to write the metrics that most entries have."""

from collections.abc import Mapping

from dashboard.catalog.shape import Metric
from dashboard.core.units import Unit

PERCENTILES = ("p50", "p95", "p99")


def count(
    key: str, name: str, label: str, *, sparse: bool = False, dimensions: Mapping[str, str] | None = None
) -> Metric:
    """A sum of events per period; `sparse` ones are emitted only when not zero."""
    return Metric(key, name, "Sum", Unit.COUNT, label, dimensions=dimensions or {}, absent_is_zero=sparse)


def percentiles(
    key: str, name: str, unit: Unit, *, label: str = "", scale: float = 1.0, dimensions: Mapping[str, str] | None = None
) -> tuple[Metric, ...]:
    """p50, p95 and p99 of one metric: keys key_p50, key_p95, key_p99."""
    return tuple(
        Metric(f"{key}_{one}", name, one, unit, f"{label} {one}".strip(), scale=scale, dimensions=dimensions or {})
        for one in PERCENTILES
    )


def keys(key: str) -> tuple[str, ...]:
    """The metric keys that `percentiles` makes."""
    return tuple(f"{key}_{one}" for one in PERCENTILES)
