"""How stacks and resources do, for pages: verdicts with their reasons, and figures over a window."""

from dashboard.health.read.overview import Named, Overview, StackRow, overview
from dashboard.health.read.preview import Preview, Previewed, Suggestion, days_of, preview
from dashboard.health.read.stack import Figure, ResourceRow, resource_rows
from dashboard.health.read.traced import TracePreview, preview_traced

__all__ = [
    "Figure",
    "Named",
    "Overview",
    "Preview",
    "Previewed",
    "ResourceRow",
    "StackRow",
    "Suggestion",
    "TracePreview",
    "days_of",
    "overview",
    "preview",
    "preview_traced",
    "resource_rows",
]
