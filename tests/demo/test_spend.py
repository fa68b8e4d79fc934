import numpy as np
import pytest
from botocore.exceptions import ClientError

from dashboard.demo.world.spend import Ledger, budgets, month_end, month_start
from dashboard.demo.world.usage import cost_of
from dashboard.demo.world.world import World
from tests.simulated_aws import DATA, PRODUCTION, SimulatedAws

ORIGIN = 29_700_000


def test_a_day_costs_what_its_hours_cost() -> None:
    ledger = Ledger(World(1, ORIGIN))
    day = ORIGIN // 1440 * 1440 - 1440
    hours = sum(ledger.between(DATA, day + hour * 60, day + hour * 60 + 60) for hour in range(24))

    assert ledger.between(DATA, day, day + 1440) == pytest.approx(hours, rel=1e-6)


def test_a_looping_function_costs_more_every_hour() -> None:
    world = World(1, ORIGIN)
    function = next(one for one in world.plan.components if one.name == "images-make-thumbnail")
    hours = [
        float(cost_of(function, world.flow(start, start + 60)).sum())
        for start in (ORIGIN - 300, ORIGIN - 150, ORIGIN - 60)
    ]

    assert hours[1] > 5 * hours[0]
    assert hours[2] > 5 * hours[1]


def test_every_component_costs_something_or_nothing_but_never_less() -> None:
    world = World(1, ORIGIN)
    flow = world.flow(ORIGIN - 60, ORIGIN)

    assert all(np.all(cost_of(component, flow) >= 0) for component in world.plan.components)


@pytest.mark.parametrize("days_later", [0, 9, 20, 27])
def test_one_budget_breaks_its_cap_within_days_and_the_other_holds(days_later: int) -> None:
    origin = ORIGIN // 1440 * 1440 + days_later * 1440 + 600
    ledger = Ledger(World(1, origin))
    capped, kept = (next(b for b in budgets(ledger) if b.account_id == account) for account in (DATA, PRODUCTION))
    end = month_end(origin * 60)

    assert ledger.between(DATA, month_start(origin * 60), origin) < capped.limit
    assert ledger.between(DATA, month_start(origin * 60), min(origin + 5 * 1440, end)) > capped.limit
    assert ledger.between(PRODUCTION, month_start(origin * 60), end) < kept.limit


def test_budgets_are_described_with_spend_and_forecast(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("budgets", account=DATA)
    budget = client.describe_budgets(AccountId=DATA)["Budgets"][0]

    assert float(budget["CalculatedSpend"]["ActualSpend"]["Amount"]) < float(budget["BudgetLimit"]["Amount"])
    with pytest.raises(ClientError, match="AccessDenied"):
        client.describe_budgets(AccountId=PRODUCTION)
