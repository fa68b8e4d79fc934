"""What Cost Explorer is asked for: two groups at a time, and no more days than may have changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

TAX = "Tax"
CHARGES = ("Credit", "Refund", TAX)
"""Record types that are no usage: told apart, and left out of everything else."""
USAGE_ONLY: Mapping[str, Any] = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": list(CHARGES)}}}
"""The filter of every question but the one by record type."""
STACK_TAG = "aws:cloudformation:stack-name"
HISTORY = timedelta(days=90)
"""Days that are read at first."""
MONTHS = 13
"""Months that are read at first, by service alone."""
UNSETTLED = timedelta(days=7)
"""AWS rewrites the last days, and says of some only that they are estimated (Cost Explorer user guide)."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the pair of values that its groups are, as they are stored, and as they are asked."""

    pair: str
    by: tuple[tuple[str, str], tuple[str, str]]


SERVICE = ("DIMENSION", "SERVICE")
USAGE_TYPE = ("DIMENSION", "USAGE_TYPE")
ALWAYS = (
    Question("usage_type", (SERVICE, USAGE_TYPE)),
    Question("region", (SERVICE, ("DIMENSION", "REGION"))),
    Question("account", (SERVICE, ("DIMENSION", "LINKED_ACCOUNT"))),
)
RECORD_TYPES = Question("record_type", (SERVICE, ("DIMENSION", "RECORD_TYPE")))
"""Asked without the filter."""


def questions(tags: Mapping[str, str]) -> list[Question]:
    """Everything that is asked with the filter; `tags` are keys by what they tell."""
    by_tag = [
        Question(told, (SERVICE, ("TAG", tags[told]))) for told in ("stack", "environment", "team") if told in tags
    ]
    usage = [Question("stack_usage", (USAGE_TYPE, ("TAG", tags["stack"])))] if "stack" in tags else []
    return [*ALWAYS, *by_tag, *usage]


def tags_of(active: Iterable[str], environment: Sequence[str], owner: Sequence[str]) -> dict[str, str]:
    """Which tags tell the stack, the environment and the team: of each the first that is switched on for billing."""
    there = set(active)
    wanted = {"stack": [STACK_TAG], "environment": list(environment), "team": list(owner)}
    found = {told: next((key for key in keys if key in there), "") for told, keys in wanted.items()}
    return {told: key for told, key in found.items() if key}


def days_to_ask(today: date, newest: date | None, first_estimated: date | None) -> tuple[date, date]:
    """Days to read, the end exclusive: at first a quarter; then from the first that AWS may still change.

    The running month is always read whole: fees and discounts of the month change its first days.
    """
    end = today + timedelta(days=1)
    if newest is None:
        return today - HISTORY, end
    changing = min(first_estimated or newest, newest - UNSETTLED, today.replace(day=1))
    return max(changing, today - HISTORY), end


def months_back(today: date, months: int) -> date:
    """The first day of the month so many months before this one."""
    number = today.year * 12 + today.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
