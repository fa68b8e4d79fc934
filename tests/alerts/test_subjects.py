"""Alerts of what is no resource: budgets, objectives, bills."""

from datetime import timedelta
from typing import Any

import pytest

from dashboard.access.roles import EVERYTHING, Scope
from dashboard.alerts.models import Alert
from dashboard.alerts.read.listing import needing_somebody
from dashboard.alerts.write import apply_findings
from dashboard.catalog.shape import Severity
from dashboard.core.units import Unit
from dashboard.inventory.models import Account, Resource, Stack
from dashboard.notify.models import Channel
from dashboard.thresholds.finding import Finding, Outcome, Subject
from tests.alerts.conftest import alert_of, finding, judge, told
from tests.factories import NOW

EVERYWHERE: dict[str, frozenset[str]] = {
    "accounts": frozenset(), "environments": frozenset(), "teams": frozenset()
}  # fmt: skip


def budget(account: Account, outcome: Outcome = Outcome.BROKEN, number: int = 7) -> Finding:
    subject = Subject(f"budget:{number}", account.pk, "Data monthly", money=True, page=f"/spend/budgets/{number}/")
    return Finding(
        subject, "days_to_cap", Severity.WARNING, outcome, "The cap is reached in 3 days.", 3, 3, Unit.COUNT,
        int(NOW.timestamp()),
    )  # fmt: skip


def objective(stack: Stack) -> Finding:
    subject = Subject(f"slo:{stack.pk}", stack.account_id, "Checkout works", stack.pk, page="/slos/1/")
    return Finding(
        subject,
        "burn",
        Severity.WARNING,
        Outcome.BROKEN,
        "14.4 times too fast.",
        14.4,
        14.4,
        since=int(NOW.timestamp()),
    )


@pytest.mark.usefixtures("channel")
def test_what_is_no_resource_is_told_by_its_name(account: Account) -> None:
    apply_findings(account, [budget(account)], NOW, kind="budget")
    assert told() == [("opened", "Data monthly: The cap is reached in 3 days")]


def test_its_message_leads_to_its_own_page(account: Account, channel: Channel, settings: Any) -> None:
    settings.SITE_URL = "https://stackdeck.example"
    apply_findings(account, [budget(account)], NOW, kind="budget")
    links = {one["label"]: one["url"] for one in channel.deliveries.get().message["links"]}
    assert links["Chart"] == "https://stackdeck.example/spend/budgets/7/"
    assert "Traces" not in links


def test_what_holds_again_is_resolved(account: Account) -> None:
    apply_findings(account, [budget(account)], NOW, kind="budget")
    apply_findings(account, [budget(account, Outcome.HOLDS)], NOW, kind="budget")
    assert Alert.objects.get().state == Alert.State.RESOLVED


def test_what_is_not_judged_any_more_is_resolved(account: Account) -> None:
    apply_findings(account, [budget(account)], NOW, kind="budget")
    apply_findings(account, [], NOW, kind="budget")
    assert Alert.objects.get().state == Alert.State.RESOLVED


def test_judging_one_kind_leaves_the_others_alone(account: Account, function: Resource, stack: Stack) -> None:
    judge(account, finding(function))
    apply_findings(account, [budget(account)], NOW, kind="budget")
    apply_findings(account, [objective(stack)], NOW, kind="slo")
    judge(account, finding(function))
    assert Alert.objects.unresolved().count() == 3


def test_an_objective_of_a_stack_is_put_down_to_the_resource_that_broke_it(
    account: Account, function: Resource, stack: Stack
) -> None:
    judge(account, finding(function, minutes_ago=5))
    apply_findings(account, [objective(stack)], NOW + timedelta(minutes=1), kind="slo")
    assert Alert.objects.get(subject__startswith="slo:").cause == alert_of(function)


def test_money_is_shown_to_those_alone_who_may_see_it(account: Account) -> None:
    apply_findings(account, [budget(account)], NOW, kind="budget")
    without = Scope(everything=True, team_ids=frozenset())
    assert needing_somebody(without, NOW, **EVERYWHERE).total == 0
    assert needing_somebody(EVERYTHING, NOW, **EVERYWHERE).total == 1


def test_what_belongs_to_no_stack_is_for_those_who_see_everything(account: Account) -> None:
    apply_findings(account, [budget(account)], NOW, kind="budget")
    assert needing_somebody(Scope(everything=False, team_ids=frozenset({1}), money=True), NOW, **EVERYWHERE).total == 0
