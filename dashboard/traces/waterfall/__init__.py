"""One trace as rows in order of display: from segment documents, however broken, to a tree with times."""

from dashboard.traces.waterfall.assemble import read_trace
from dashboard.traces.waterfall.masking import mask
from dashboard.traces.waterfall.shape import (
    DATABASE,
    MISSING,
    REMOTE,
    SEGMENT,
    SUBSEGMENT,
    Annotation,
    ExceptionRecord,
    Frame,
    Http,
    Node,
    NodeTime,
    ResourceHints,
    Row,
    Span,
    Sql,
    Waterfall,
)

__all__ = [
    "DATABASE",
    "MISSING",
    "REMOTE",
    "SEGMENT",
    "SUBSEGMENT",
    "Annotation",
    "ExceptionRecord",
    "Frame",
    "Http",
    "Node",
    "NodeTime",
    "ResourceHints",
    "Row",
    "Span",
    "Sql",
    "Waterfall",
    "mask",
    "read_trace",
]
