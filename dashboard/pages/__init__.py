"""Door: one module per page."""
