"""Page: who calls whom, and where does it hurt? The service map, its tables, and the side panel of a node or line."""

from dashboard.pages.map.page import service_map
from dashboard.pages.map.panel import edge_panel, node_panel

__all__ = ["edge_panel", "node_panel", "service_map"]
