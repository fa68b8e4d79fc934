"""Content put into words: one module per section, and the whole."""

from dashboard.digests.words.whole import worded

__all__ = ["worded"]
