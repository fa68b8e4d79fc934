"""Reads of what AWS bills."""

from dashboard.spend.collect.budgets import collect_budgets
from dashboard.spend.collect.costs import CostChoices, collect_costs

__all__ = ["CostChoices", "collect_budgets", "collect_costs"]
