"""Traces: the service map, latency and single traces, from X-Ray."""
