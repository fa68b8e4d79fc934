"""Types, windows, units, ARNs, statistics: plain Python, no Django."""
