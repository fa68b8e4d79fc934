"""Two teams, one person of each role in each, and a world whose names would run if they could."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from dashboard.access.models import Team
from dashboard.access.write import create_user
from dashboard.health.models import ResourceHealth, StackHealth
from dashboard.inventory.models import Account, CustomMetric, Deploy, Link, Resource, Stack, TagRule
from dashboard.metrics.models import Block, Series
from dashboard.polls.models import Run, Target

HOSTILE = (
    "<script>window.ran=1</script>",
    '" onmouseover="window.ran=1" x="',
    "' onfocus='window.ran=1' autofocus='",
    "{{7*7}}{% debug %}",
    "javascript:window.ran=1",
    "</script><img src=x onerror=window.ran=1>",
    "--><svg/onload=window.ran=1>",
    "${window.ran=1}`;window.ran=1;//",
)
CANARY = "canary-of-the-other-team"


@dataclass(frozen=True)
class Owned:
    """A stack and what hangs on it, by the names that addresses use for it."""

    account: Account
    stack: Stack
    resource: Resource
    series: Series
    target: Target
    run: Run
    deploy: Deploy
    team: Team
    rule: TagRule
    metric: CustomMetric


def make_owned(name: str, number: int, now: datetime) -> Owned:
    """An account with one stack of one team; every text that AWS or a user gives holds `name`."""
    # fmt: off
    seen = {"first_seen_at": now}
    account = Account.objects.create(name=name[:100], account_id=f"{number:012d}", regions=["eu-central-1"])
    team = Team.objects.create(name=f"{name[:90]} {number}")
    stack = Stack.objects.create(
        account=account, region="eu-central-1", name=name, source="cloudformation", environment=name[:64], owner=name,
        description=name, team=team, tags={name: name}, arn=f"arn:aws:cloudformation:::{name}", status=name[:64],
        **seen,
    )
    resource = Resource.objects.create(
        account=account, stack=stack, region="eu-central-1", service="lambda", physical_id=name, name=name,
        arn=f"arn:aws:lambda:eu-central-1:{number:012d}:function:{name}", logical_id=name, tags={name: name},
        facts=[{"label": name, "value": name, "unit": None}], seen_at=now, **seen,
    )
    other = Resource.objects.create(
        account=account, stack=stack, region="eu-central-1", service="sqs", physical_id=f"{name}-queue",
        name=f"{name} queue", facts=[{"label": name, "value": name, "unit": None}], seen_at=now, **seen,
    )
    Link.objects.create(source=resource, target=other, read_from=resource, kind=name[:32], seen_at=now)
    block = Block.objects.create(account=account, region="eu-central-1", period=300, size=1)
    series = Series.objects.create(block=block, position=0, resource=resource, metric="errors", unit="count")
    verdict = {
        "state": "critical", "reason": name, "metric": "errors", "value": 1.0, "threshold": 0.0, "since": now,
        "judged_at": now, "data_at": now,
    }
    ResourceHealth.objects.create(resource=resource, **verdict)
    StackHealth.objects.create(stack=stack, resource=resource, counts={"critical": 1}, **verdict)
    deploy = Deploy.objects.create(
        stack=stack, started_at=now - timedelta(hours=1), finished_at=now, action="update", result="failed",
        reason=name, changes=[{"logical_id": name, "type": name, "status": name, "reason": name}],
    )
    target = Target.objects.create(
        account=account, region="eu-central-1", source="inventory", every=timedelta(minutes=15), due_at=now,
        last_error="access_denied", last_error_action=name[:128], last_error_text=name, last_attempt_at=now,
        paused_reason=name,
    )
    run = Run.objects.create(
        target=target, started_at=now, duration=timedelta(seconds=1), ok=False, error="service", error_text=name
    )
    rule = TagRule.objects.create(account=account, name=name, tags={name: name}, team=team)
    metric = CustomMetric.objects.create(
        account=account, namespace=name, name=name, dimension_names=[name], stack=stack
    )
    # fmt: on
    return Owned(account, stack, resource, series, target, run, deploy, team, rule, metric)


@pytest.fixture
def owned(db: None) -> Owned:
    """What the home team owns."""
    return make_owned("home", 111122223333, datetime.now(UTC))


@pytest.fixture
def foreign(db: None) -> Owned:
    """What another team owns; none of its names may reach the home team."""
    return make_owned(CANARY, 444455556666, datetime.now(UTC))


@pytest.fixture
def people(owned: Owned, foreign: Owned) -> dict[str, User | None]:
    """By role: those of the home team, and `stranger` roles of the other one."""
    return {
        "anonymous": None,
        "strange viewer": create_user("stella", "x", "viewer", teams=[foreign.team]),
        "strange operator": create_user("oscar", "x", "operator", teams=[foreign.team]),
        "viewer": create_user("vera", "x", "viewer", teams=[owned.team]),
        "operator": create_user("olga", "x", "operator", teams=[owned.team]),
        "admin": create_user("ada", "x", "admin"),
    }
