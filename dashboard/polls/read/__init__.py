"""How collecting goes: what is due, running, late or failing, and what it costs."""

from dashboard.polls.read.collectors import Collector, State, collectors
from dashboard.polls.read.costs import budget_of, cap_of, projected, spent, spent_by_account
from dashboard.polls.read.freshness import Freshness, Late, freshness, freshness_of
from dashboard.polls.read.progress import Progress, progress
from dashboard.polls.read.vitals import vital_problems

__all__ = [
    "Collector",
    "Freshness",
    "Late",
    "Progress",
    "State",
    "budget_of",
    "cap_of",
    "collectors",
    "freshness",
    "freshness_of",
    "progress",
    "projected",
    "spent",
    "spent_by_account",
    "vital_problems",
]
