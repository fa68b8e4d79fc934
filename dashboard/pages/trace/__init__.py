"""Page: what happened in this one request? Every segment on one time axis, with what failed and what took long."""

from dashboard.pages.trace.page import segment, trace

__all__ = ["segment", "trace"]
