"""Targets and the record of each run: when due, how long, what failed, what it cost."""
