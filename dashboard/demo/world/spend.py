"""What an account spends, and the budget that it is about to break."""

from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from dashboard.demo.world.blueprints import ACCOUNT_NAMES, DATA
from dashboard.demo.world.components import Component
from dashboard.demo.world.usage import cost_of
from dashboard.demo.world.world import World

_DAY = 1440


@dataclass(frozen=True)
class Budget:
    """A monthly cost budget in US dollars."""

    name: str
    account_id: str
    limit: float


class Ledger:
    """Sums of what flows cost; whole days are remembered."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._days: dict[tuple[str, int], float] = {}
        self._lock = Lock()

    def between(self, account_id: str, start: int, stop: int) -> float:
        """US dollars spent in the minutes [start, stop)."""
        total = 0.0
        while start < stop:
            end = min((start // _DAY + 1) * _DAY, stop)
            total += self._part(account_id, start, end)
            start = end
        return total

    def this_month(self, account_id: str, now: int) -> float:
        """US dollars since the first of the month, UTC; `now` in Unix seconds."""
        return self.between(account_id, month_start(now), now // 60)

    def _part(self, account_id: str, start: int, end: int) -> float:
        whole = end - start == _DAY
        key = (account_id, start // _DAY)
        if not whole or key not in self._days:
            flow = self.world.flow(start, end)
            spent = sum(float(cost_of(component, flow).sum()) for component in self._components(account_id))
            if not whole:
                return spent
            with self._lock:
                self._days[key] = spent
        return self._days[key]

    def _components(self, account_id: str) -> list[Component]:
        return [component for component in self.world.plan.components if component.account_id == account_id]


def month_start(now: int) -> int:
    """The Unix minute in which the month of a time began, UTC."""
    at = datetime.fromtimestamp(now, UTC)
    return int(at.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()) // 60


def month_end(now: int) -> int:
    """The Unix minute in which it ends."""
    return month_start((month_start(now) + 32 * _DAY) * 60)


def budgets(ledger: Ledger) -> list[Budget]:
    """The data account's cap is hit about four days after the world's origin; the other one is kept."""
    origin = ledger.world.origin * 60
    made = []
    for account_id, name in ACCOUNT_NAMES.items():
        spent = ledger.this_month(account_id, origin)
        a_day = ledger.between(account_id, ledger.world.origin - _DAY, ledger.world.origin)
        left = (month_end(origin) - ledger.world.origin) / _DAY
        days = min(4.0, left * 0.6) if account_id == DATA else left * 1.35 + 3
        made.append(Budget(f"{name} monthly", account_id, round(spent + days * a_day, 0)))
    return made
