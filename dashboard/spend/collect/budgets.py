"""Reads an account's budgets, and how they went."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dashboard.aws import AwsError, BudgetPeriod, Region
from dashboard.inventory.models import Account
from dashboard.spend.collect.costs import Collected
from dashboard.spend.write.budgets import store_budgets


def collect_budgets(account: Account, *, aws: Region, now: datetime) -> Collected:
    """Read every budget of AWS Budgets. Raises AwsError when they can't be listed."""
    collected, found = Collected(ok=True, points=0), aws.budgets()
    history: Mapping[str, Sequence[BudgetPeriod]] = {}
    try:
        history = {one.name: aws.budget_history(one.name) for one in found if one.kind == "COST"}
    except AwsError as error:
        collected.errors.append(error)
    collected.points = store_budgets(account, found, history, now)
    return collected
