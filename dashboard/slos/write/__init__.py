"""Objectives counted and judged, and decisions about them stored."""

from dashboard.slos.write.count import count, expire, forget
from dashboard.slos.write.judge import judge_slos

__all__ = ["count", "expire", "forget", "judge_slos"]
