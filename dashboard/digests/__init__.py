"""Digests: what a period's mail says, to whom, and when."""
