"""Counts every call and what it costs; refuses one that would pass a budget."""

from collections import Counter, defaultdict
from decimal import Decimal
from threading import Lock
from typing import NamedTuple

from dashboard.aws.errors import AwsError, ErrorKind
from dashboard.catalog.prices import api_calls


class Usage(NamedTuple):
    """Calls of one action, retries included, and their price in USD."""

    calls: int
    throttles: int
    cost: Decimal


class Meter:
    """A record of calls, safe to share between threads.

    `budget` is the USD that may be spent in this record; None for no limit.
    """

    def __init__(self, budget: Decimal | None = None) -> None:
        self.budget = budget
        self.calls: Counter[str] = Counter()
        self.throttles: Counter[str] = Counter()
        self._costs: defaultdict[str, Decimal] = defaultdict(Decimal)
        self._lock = Lock()

    @property
    def cost(self) -> Decimal:
        """USD so far."""
        with self._lock:
            return sum(self._costs.values(), Decimal(0))

    def before(self, action: str, units: int = 0) -> None:
        """Reserve the price of a call. Raises AwsError(CAPPED) when that would pass the budget."""
        price, least = api_calls.price(action, units), api_calls.price(action, max(units, 1))
        with self._lock:
            spent = sum(self._costs.values(), Decimal(0))
            if least and self.budget is not None and spent + least > self.budget:
                raise AwsError(
                    ErrorKind.CAPPED,
                    action,
                    f"{action} was not called: it would pass the monthly cap on AWS API cost.",
                    "Raise the account's cap, or wait for the next month.",
                )
            self._costs[action] += price
            self.calls[action] += 1

    def after(self, action: str, retries: int, throttles: int, units: int = 0) -> None:
        """Add what only the answer tells: retries are calls too, and are paid."""
        with self._lock:
            self.calls[action] += retries
            self.throttles[action] += throttles
            self._costs[action] += api_calls.price(action, units) * max(0, retries - throttles)

    def charge(self, action: str, units: int) -> None:
        """Add units that only the answer tells of: how many traces were scanned."""
        with self._lock:
            self._costs[action] += api_calls.price(action, units) - api_calls.price(action)

    def by_action(self) -> dict[str, Usage]:
        """What each action came to."""
        with self._lock:
            return {
                action: Usage(calls, self.throttles[action], self._costs[action])
                for action, calls in self.calls.items()
            }
