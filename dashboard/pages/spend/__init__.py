"""Pages about money: spend, budgets, a stack's billed cost."""

from dashboard.pages.spend.caps import budget, budgets
from dashboard.pages.spend.elsewhere import spend_burning, spend_tile
from dashboard.pages.spend.live import resource_burn, spend_live, stack_burn
from dashboard.pages.spend.months import spend_months, spend_months_csv
from dashboard.pages.spend.of_stack import stack_spend
from dashboard.pages.spend.page import spend, spend_csv
from dashboard.pages.spend.pieces import spend_ahead, spend_month, spend_observing

__all__ = [
    "budget",
    "budgets",
    "resource_burn",
    "spend",
    "spend_ahead",
    "spend_burning",
    "spend_csv",
    "spend_live",
    "spend_month",
    "spend_months",
    "spend_months_csv",
    "spend_observing",
    "spend_tile",
    "stack_burn",
    "stack_spend",
]
