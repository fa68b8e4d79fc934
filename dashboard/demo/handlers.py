"""Which of our functions answers which operation; everything else is moto's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.demo.credentials import Roles
from dashboard.demo.faults import Faults
from dashboard.demo.outgoing import Raw
from dashboard.demo.world.billing.bill import Bill
from dashboard.demo.world.components import Component
from dashboard.demo.world.spend import Budgets
from dashboard.demo.world.world import World


@dataclass(frozen=True)
class Asked:
    """One call: where it came in, when, with what."""

    world: World
    bill: Bill
    budgets: Budgets
    account_id: str
    region: str
    caller: str
    now: int
    parameters: Mapping[str, Any]
    protocol: str
    faults: Faults
    roles: Roles

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter, or the default when it wasn't given."""
        value = self.parameters.get(name)
        return default if value is None else value

    def components(self, *kinds: str) -> list[Component]:
        """Components of those kinds in the asked account and region."""
        return self.world.plan.of_kind(self.account_id, self.region, *kinds)


Answer = Mapping[str, Any] | Raw
Handler = Callable[[Asked], Answer]
HANDLERS: dict[tuple[str, str], Handler] = {}


def answers(service: str, operation: str) -> Callable[[Handler], Handler]:
    """Marks the function that answers an operation of a boto3 client."""

    def register(handler: Handler) -> Handler:
        HANDLERS[service, operation] = handler
        return handler

    return register
