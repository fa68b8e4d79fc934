"""Series found and points fetched: AWS in, rows out."""

from dashboard.metrics.collect.points import Collected, collect
from dashboard.metrics.collect.series import sync_series
from dashboard.metrics.collect.sources import sources_of

__all__ = ["Collected", "collect", "sources_of", "sync_series"]
