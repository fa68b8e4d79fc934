"""The service graph and sampled traces fetched: AWS in, rows out."""

from dashboard.traces.collect.documents import fetch_document
from dashboard.traces.collect.graph import collect_graph
from dashboard.traces.collect.samples import collect_samples

__all__ = ["collect_graph", "collect_samples", "fetch_document"]
