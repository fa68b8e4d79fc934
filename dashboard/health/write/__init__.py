"""Verdicts and golden signals stored."""

from dashboard.health.write.history import backfill_signals
from dashboard.health.write.traced import judge_traced
from dashboard.health.write.verdicts import judge_region

__all__ = ["backfill_signals", "judge_region", "judge_traced"]
