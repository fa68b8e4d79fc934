"""Reads of traces: rows in, frozen values out."""

from dashboard.traces.read.causes import root_causes
from dashboard.traces.read.documents import account_to_ask, document
from dashboard.traces.read.found import Causes, Document, Found, TraceQuery, TraceRow
from dashboard.traces.read.history import edge_history, node_history, nodes_of_resource, nodes_of_stack
from dashboard.traces.read.map import service_map
from dashboard.traces.read.search import search
from dashboard.traces.read.sources import in_transaction_search

__all__ = [
    "Causes",
    "Document",
    "Found",
    "TraceQuery",
    "TraceRow",
    "account_to_ask",
    "document",
    "edge_history",
    "in_transaction_search",
    "node_history",
    "nodes_of_resource",
    "nodes_of_stack",
    "root_causes",
    "search",
    "service_map",
]
