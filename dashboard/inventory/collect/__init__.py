"""One region of one account discovered, a connection tried: AWS in, rows out."""

from dashboard.inventory.collect.discover import Discovered, discover
from dashboard.inventory.collect.survey import Survey, own_account, survey

__all__ = ["Discovered", "Survey", "discover", "own_account", "survey"]
