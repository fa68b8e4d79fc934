"""Door: read-only JSON for scripts and charts."""
