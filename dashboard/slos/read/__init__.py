"""Reads of objectives: rows in, frozen values out."""

from dashboard.slos.read.preview import Preview, preview
from dashboard.slos.read.standings import Status, statuses_of, visible, worst_first

__all__ = ["Preview", "Status", "preview", "statuses_of", "visible", "worst_first"]
