"""The layout of the service map: where its boxes, lines, labels and frames stand. Pure."""

from dashboard.traces.layout.layered import lay_out
from dashboard.traces.layout.shapes import Box, Frame, Gap, Layout, Line, Placed, Route

__all__ = ["Box", "Frame", "Gap", "Layout", "Line", "Placed", "Route", "lay_out"]
