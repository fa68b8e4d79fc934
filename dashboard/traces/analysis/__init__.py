"""Root causes over many traces: what bad ones have in common, and where on the call path they went bad."""

from dashboard.traces.analysis.blame import Blame, blame_failed, blame_reported, blame_slow, usual_times
from dashboard.traces.analysis.causes import Cause, Comparison, over_represented

__all__ = [
    "Blame",
    "Cause",
    "Comparison",
    "blame_failed",
    "blame_reported",
    "blame_slow",
    "over_represented",
    "usual_times",
]
