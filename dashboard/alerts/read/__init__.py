"""Alerts for pages: what needs somebody now, everything about one, and which thresholds are noise."""
