"""A small installation in rows: an account with stacks, resources, points, verdicts, deploys and targets."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.contrib.auth.models import User

from dashboard.access.models import Team
from dashboard.access.write import create_user
from dashboard.alerts.models import Alert
from dashboard.catalog import service
from dashboard.core.units import Unit
from dashboard.health.models import ResourceHealth, StackHealth
from dashboard.inventory.models import Account, Deploy, Link, Resource, Stack
from dashboard.metrics.models import Series
from dashboard.metrics.write import computed_series, place, store_points
from dashboard.polls.models import Target

NOW = datetime(2026, 3, 10, 12, 2, 30, tzinfo=UTC)
GRID = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PERIOD = 300
LONG_AGO = NOW - timedelta(days=40)


def make_account(name: str = "Shop", number: int = 1) -> Account:
    return Account.objects.create(name=name, account_id=f"{number:012d}", regions=["eu-west-1"])


def make_stack(account: Account, name: str = "checkout", team: Team | None = None, **columns: Any) -> Stack:
    given = {"region": "eu-west-1", "source": "cloudformation", "first_seen_at": LONG_AGO, "environment": "prod"}
    return Stack.objects.create(account=account, name=name, team=team, **{**given, **columns})


def make_resource(stack: Stack, name: str = "checkout-api", service_key: str = "lambda", **columns: Any) -> Resource:
    given = {"physical_id": name, "region": stack.region, "first_seen_at": LONG_AGO, "seen_at": NOW}
    return Resource.objects.create(
        account=stack.account, stack=stack, service=service_key, name=name, **{**given, **columns}
    )


def make_points(resource: Resource, values: Mapping[str, Sequence[float]], period: int = PERIOD) -> dict[str, Series]:
    """Series of catalogue metrics; the last value of each is the newest, at the last full period before NOW."""
    known = {metric.key: metric for metric in service(resource.service).metrics}
    wanted = [
        Series(
            resource=resource,
            metric=key,
            namespace=service(resource.service).namespace,
            name=known[key].name,
            statistic=known[key].statistic,
            unit=known[key].unit,
            fine_from=LONG_AGO,
        )
        for key in values
    ]
    placed = place(wanted, resource.account, resource.region, period)
    for series in placed:
        _store(series, values[series.metric], period)
    return {series.metric: series for series in placed}


def make_signals(stack: Stack, values: Mapping[str, Sequence[float]]) -> dict[str, Series]:
    """The golden signals of a stack."""
    units = {"latency": Unit.MILLISECONDS, "saturation": Unit.SHARE}
    found = {key: computed_series(stack, key, units.get(key, Unit.COUNT)) for key in values}
    for key, series in found.items():
        _store(series, values[key], PERIOD)
    return found


def _store(series: Series, values: Sequence[float], period: int) -> None:
    newest = int(GRID.timestamp()) - period
    at = [newest - period * back for back in reversed(range(len(values)))]
    store_points([series], at, np.array(values, float).reshape(-1, 1))


def make_verdict(
    resource: Resource, state: str = "critical", reason: str = "", metric: str = "duration_p95", **columns: Any
) -> None:
    """The same verdict on a resource and on its stack."""
    verdict = {"state": state, "reason": reason, "metric": metric, "judged_at": NOW, "data_at": NOW, **columns}
    ResourceHealth.objects.create(resource=resource, signals={"latency": 2400.0, "saturation": 0.4}, **verdict)
    StackHealth.objects.create(stack=resource.stack, resource=resource, slowest=resource, fullest=resource, **verdict)


def make_deploy(stack: Stack, ago: timedelta = timedelta(hours=1), result: str = "succeeded", **columns: Any) -> Deploy:
    started = NOW - ago
    changes = [{"logical_id": "CheckoutFunction", "type": "AWS::Lambda::Function", "status": "UPDATE_COMPLETE"}]
    given = {"finished_at": started + timedelta(minutes=2), "action": "update", "changes": changes}
    return Deploy.objects.create(stack=stack, started_at=started, result=result, **{**given, **columns})


def make_link(source: Resource, target: Resource, kind: str = "event_source_mapping") -> Link:
    return Link.objects.create(source=source, target=target, read_from=target, kind=kind, seen_at=NOW)


def make_target(
    account: Account, source: str = "metrics_5m", age: timedelta = timedelta(minutes=3), **columns: Any
) -> Target:
    given = {
        "region": "eu-west-1",
        "every": timedelta(minutes=5),
        "due_at": NOW + timedelta(minutes=2),
        "last_attempt_at": NOW - age,
        "last_success_at": NOW - age,
    }
    return Target.objects.create(account=account, source=source, **{**given, **columns})


def make_user(name: str = "olga", role: str = "viewer", *, see_all: bool = True, teams: Sequence[Team] = ()) -> User:
    return create_user(name, "correct-horse-battery", role, see_all=see_all, teams=teams)


def make_checkout(team: Team | None = None) -> Stack:
    """A stack that turned red an hour after its deploy: slow and failing, with the guilty function named."""
    account = make_account()
    stack = make_stack(account, team=team, owner="payments")
    resource = make_resource(stack, limits={"timeout": 10_000})
    make_points(
        resource,
        {
            "requests": [600.0] * 36,
            "errors": [0.0] * 24 + [30.0] * 12,
            "duration_p50": [120.0] * 36,
            "duration_p95": [310.0] * 24 + [2400.0] * 12,
        },
    )
    make_signals(
        stack,
        {
            "traffic": [600.0] * 36,
            "errors": [0.0] * 24 + [30.0] * 12,
            "latency": [310.0] * 24 + [2400.0] * 12,
            "saturation": [0.4] * 36,
        },
    )
    make_verdict(
        resource,
        reason="checkout-api p95 2.4 s, usually 310 ms",
        value=2400.0,
        threshold=1000.0,
        since=NOW - timedelta(hours=1),
    )
    make_deploy(stack, timedelta(minutes=70))
    make_target(account)
    make_target(account, "inventory", every=timedelta(minutes=15))
    return stack


def make_alert(resource: Resource, severity: str = "critical", **columns: Any) -> Alert:
    """An open alert that began twenty minutes ago."""
    given = {
        "account": resource.account,
        "subject": f"resource:{resource.pk}",
        "name": resource.name,
        "unit": "share",
        "metric": "error_rate",
        "reason": "16 % of requests fail, above 5 % for 15 min.",
        "value": 0.16,
        "line": 0.05,
        "since": NOW - timedelta(minutes=20),
        "opened_at": NOW - timedelta(minutes=5),
        "seen_at": NOW,
    }
    return Alert.objects.create(resource=resource, stack=resource.stack, severity=severity, **{**given, **columns})
