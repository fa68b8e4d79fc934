"""Traces stored: everything here may run twice without changing anything."""

from dashboard.traces.write.documents import want_document
from dashboard.traces.write.graph import expire_graph
from dashboard.traces.write.join import join_account
from dashboard.traces.write.samples import expire_traces

__all__ = ["expire_graph", "expire_traces", "join_account", "want_document"]
