"""One region of one account discovered: AWS in, rows out."""

from dashboard.inventory.collect.discover import Discovered, discover

__all__ = ["Discovered", "discover"]
