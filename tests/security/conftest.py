"""Two teams, one person of each role in each, and a world whose names would run if they could."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

import numpy as np
import pytest
from django.contrib.auth.models import User

from dashboard.access.models import Team
from dashboard.access.write import create_user
from dashboard.alarms.models import CloudWatchAlarm
from dashboard.alerts.models import Alert, Silence, Transition
from dashboard.digests.models import Body, Letter, Schedule
from dashboard.health.models import ResourceHealth, StackHealth
from dashboard.inventory.models import Account, CustomMetric, Deploy, Link, Resource, Stack, TagRule
from dashboard.metrics.models import Block, Series
from dashboard.notify.message import Event, Fact, Message, Severity, to_json
from dashboard.notify.models import Channel, Delivery, Route
from dashboard.notify.payloads import webhook
from dashboard.polls.models import Run, Target
from dashboard.slos.models import Slo, SloExclusion
from dashboard.spend.amounts import month_of, pack
from dashboard.spend.models import BilledDay, Budget, CostMonth, UnexpectedSpend
from dashboard.thresholds.models import ThresholdRule, TraceRule
from dashboard.traces.models import Node, TraceDocument
from dashboard.traces.write.documents import packed

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
    threshold: ThresholdRule
    slo: Slo
    trace_rule: TraceRule
    budget: Budget
    channel: Channel
    route: Route
    delivery: Delivery
    trace: TraceDocument
    alert: Alert
    silence: Silence
    schedule: Schedule
    letter: Letter


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
    make_cloudwatch_alarm(resource, name, now)
    # fmt: on
    threshold = ThresholdRule.objects.create(
        service="lambda", metric="error_rate", severity="critical", stack=stack, above=0.2, hint=name, says=name[:200]
    )
    channel = Channel.objects.create(
        kind="webhook", name=name[:100], team=team, config={"url": f"https://127.0.0.1/?{name}"}, last_error=name
    )
    route = Route.objects.create(name=name[:100], team=team, environments=[name], labels={name: name})
    route.channels.add(channel)
    delivery = make_delivery(channel, name, now)
    return Owned(
        account, stack, resource, series, target, run, deploy, team, rule, metric, threshold,
        make_slo(stack, name, now),
        TraceRule.objects.create(
            name=name[:120], account=account, stack=stack, figure="p95", severity="warning", above=1.0, hint=name,
        ),
        make_bill(stack, name, now), channel, route, delivery,
        make_trace(resource, name, now), make_alert(resource, name, now),
        Silence.objects.create(reason=name[:200], stack=stack, environment=name[:64], starts_at=now, created_at=now),
        *make_digest(team, name, now),
    )  # fmt: skip


def make_digest(team: Team, name: str, now: datetime) -> tuple[Schedule, Letter]:
    """A schedule of the team, and a mail of it to somebody who does not sign in; every text of both holds `name`."""
    schedule = Schedule.objects.create(name=name[:100], open=False, starts_at=now)
    schedule.teams.add(team)
    body = Body.objects.create(subject=name[:200], html=f"<p>{escape(name)}</p>", text=name)
    letter = Letter.objects.create(
        body=body, schedule=schedule, email=f"{team.pk}@shop.example", kind="test", message_id=f"<{team.pk}@test>",
        created_at=now, next_at=now, state="sent", sent_at=now, error=name,
    )  # fmt: skip
    return schedule, letter


def make_bill(stack: Stack, name: str, now: datetime) -> Budget:
    """A budget of the stack, a day of its bill, and that day as unexpected; every text of them holds `name`."""
    month, units = month_of(now.date()), np.full(31, 10**10)
    for pair, first, second in (("stack", name, stack.name), ("stack_usage", name, stack.name)):
        CostMonth.objects.create(
            account=stack.account, pair=pair, first=first[:255], second=second, month=month, currency="USD",
            unblended=pack(units), amortized=pack(units),
        )  # fmt: skip
    BilledDay.objects.create(
        account=stack.account, day=now.date(), currency="USD", unblended=1, amortized=1, gap=0, estimated=True,
        read_at=now,
    )  # fmt: skip
    UnexpectedSpend.objects.create(
        account=stack.account, day=now.date(), cut="stack", where=stack.name, amount=9, normal=4, currency="USD",
        found_at=now,
        drivers=[{"usage_type": name, "service": name, "region": name, "stack": name, "extra": "5", "share": 1.0}],
    )  # fmt: skip
    return Budget.objects.create(name=name[:100], limit=10, stack=stack, service=name)


def make_slo(stack: Stack, name: str, now: datetime) -> Slo:
    """An objective of the stack with a maintenance window; every text of it holds `name`."""
    slo = Slo.objects.create(name=name[:120], account=stack.account, stack=stack, objective=0.999, hint=name)
    SloExclusion.objects.create(slo=slo, reason=name[:200], starts_at=now)
    return slo


def make_alert(resource: Resource, name: str, now: datetime) -> Alert:
    """An open alert with a comment; every text of it holds `name`."""
    alert = Alert.objects.create(
        account=resource.account, resource=resource, stack=resource.stack, subject=f"resource:{resource.pk}",
        name=resource.name, metric="error_rate", severity="critical", reason=name, value=0.2,
        line=0.1, hint=name, since=now, opened_at=now, seen_at=now,
    )  # fmt: skip
    Transition.objects.create(alert=alert, at=now, kind=Transition.Kind.COMMENTED, text=name)
    return alert


def make_cloudwatch_alarm(resource: Resource, name: str, now: datetime) -> CloudWatchAlarm:
    """A dead alarm about the resource, part of a composite one; every text of both holds `name`."""
    given = {
        "account": resource.account, "region": resource.region, "stack": resource.stack, "arn": name, "seen_at": now,
        "state": "ALARM", "state_reason": name, "since": now, "configured_at": now, "condition": name,
        "description": name, "actions": [name], "missing": name,
    }  # fmt: skip
    alarm = CloudWatchAlarm.objects.create(
        name=name[:255], kind="metric", metric=name[:255], namespace=name[:255], dimensions={name: name},
        resource=resource, **given,
    )  # fmt: skip
    parent = CloudWatchAlarm.objects.create(name=f"both {name}"[:255], kind="composite", absent=[name], **given)
    alarm.parents.add(parent)
    return alarm


def make_trace(resource: Resource, name: str, now: datetime) -> TraceDocument:
    """A stored trace through the resource; every text of it holds `name`."""
    node = {"name": name.strip()[:255], "type": "AWS::Lambda::Function"}
    Node.objects.create(account=resource.account, region=resource.region, resource=resource, seen_at=now, **node)
    thrown = {"type": name, "message": name, "stack": [{"path": name, "label": name}]}
    segment = {
        "id": name, "name": node["name"], "origin": node["type"], "start_time": now.timestamp(), "user": name,
        "in_progress": True, "fault": True, "cause": {"exceptions": [thrown]}, "annotations": {name: name},
        "metadata": {name: name}, "http": {"request": {"method": name, "url": name}}, "aws": {name: name},
        "sql": {"sanitized_query": name, "url": name}, "links": [{"trace_id": name}],
    }  # fmt: skip
    return TraceDocument.objects.create(
        account=resource.account, region=resource.region, segments=packed([json.dumps(segment)]), wanted_at=now,
        trace_id=f"1-{int(now.timestamp()):08x}-{resource.pk:024x}", fetched_at=now, expires_at=now + timedelta(days=1),
    )  # fmt: skip


def make_delivery(channel: Channel, name: str, now: datetime) -> Delivery:
    """A message that was given up; every text of it holds `name`."""
    fact = Fact(name, name)
    message = Message(
        name, name, Event.OPENED, Severity.CRITICAL, name, now, (name,), (fact,), (), name, name, name, name, name, name
    )
    return Delivery.objects.create(
        channel=channel, key=name, thread=name, event="opened", severity="critical", title=name, state="dead",
        message=to_json(message), payload=webhook.payload(message), created_at=now, next_at=now, error=name,
        response=name,
    )  # fmt: skip


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
