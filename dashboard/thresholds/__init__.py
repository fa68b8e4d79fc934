"""Thresholds: what people decide over the catalogue's suggestions, and which one is in force where."""
