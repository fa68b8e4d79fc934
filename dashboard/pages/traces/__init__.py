"""Page: show me the bad ones, and what they have in common."""

from dashboard.pages.traces.page import traces

__all__ = ["traces"]
