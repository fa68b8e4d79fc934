"""Alerts: thresholds that are broken, from the first breach until somebody can forget about it."""
