"""Points and series stored: everything here may run twice without changing anything."""

from dashboard.metrics.write.points import store, store_hourly, store_points
from dashboard.metrics.write.seal import LATE, expire, seal
from dashboard.metrics.write.series import computed_of_resources, computed_series, place, retire

__all__ = [
    "LATE",
    "computed_of_resources",
    "computed_series",
    "expire",
    "place",
    "retire",
    "seal",
    "store",
    "store_hourly",
    "store_points",
]
