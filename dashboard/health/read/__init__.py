"""How stacks and resources do, for pages: verdicts with their reasons, and figures over a window."""

from dashboard.health.read.overview import Named, Overview, StackRow, overview
from dashboard.health.read.stack import Figure, ResourceRow, resource_rows

__all__ = ["Figure", "Named", "Overview", "ResourceRow", "StackRow", "overview", "resource_rows"]
