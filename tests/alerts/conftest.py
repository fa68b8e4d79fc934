"""A stack whose function and API fail, and a channel that gets what is told."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from dashboard.alerts.models import Alert
from dashboard.alerts.write import apply_findings
from dashboard.catalog.shape import Severity
from dashboard.inventory.models import Account, Resource, Stack
from dashboard.notify.models import Channel, Delivery
from dashboard.thresholds.finding import Finding, Outcome, resource_subject
from tests.factories import NOW, make_account, make_link, make_resource, make_stack

Judge = Callable[..., None]


@pytest.fixture
def account(db: None) -> Account:
    return make_account()


@pytest.fixture
def stack(account: Account) -> Stack:
    return make_stack(account)


@pytest.fixture
def function(stack: Stack) -> Resource:
    return make_resource(stack, "create-order")


@pytest.fixture
def api(stack: Stack, function: Resource) -> Resource:
    """An API that calls the function."""
    made = make_resource(stack, "shop-api", "apigateway_http")
    make_link(made, function, "integration")
    return made


@pytest.fixture
def channel(db: None) -> Channel:
    return Channel.objects.create(kind="email", name="Ops", config={"to": ["ops@example.org"]})


def finding(resource: Resource, outcome: Outcome = Outcome.BROKEN, minutes_ago: int = 15, **changed: object) -> Finding:
    given: dict[str, object] = {
        "metric": "error_rate", "severity": Severity.CRITICAL, "reason": "16 % of requests fail, above 5 % for 15 min.",
        "value": 0.16, "line": 0.05, "since": int((NOW - timedelta(minutes=minutes_ago)).timestamp()),
    }  # fmt: skip
    subject = resource_subject(resource.pk, resource.stack_id, resource.account_id, resource.name)
    return Finding(subject, outcome=outcome, **{**given, **changed})  # type: ignore[arg-type]


def judge(account: Account, *findings: Finding, at: datetime = NOW) -> int:
    return apply_findings(account, findings, at)


def alert_of(resource: Resource) -> Alert:
    return Alert.objects.get(resource=resource)


def told() -> list[tuple[str, str]]:
    """Events and titles in the outbox, oldest first."""
    return [(one.event, one.title) for one in Delivery.objects.order_by("pk")]
