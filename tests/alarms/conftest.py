"""An account with a stack, and alarms as CloudWatch lists them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.alarms.write import store_alarms
from dashboard.aws import AlarmMetric, AlarmTest, ListedAlarm
from dashboard.inventory.models import Account, Stack
from tests.factories import NOW, make_account, make_stack

MakeAlarm = Callable[..., ListedAlarm]
TOPIC = "arn:aws:sns:eu-west-1:000000000001:ops"
AGES_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def listed(name: str, **more: Any) -> ListedAlarm:
    """A metric alarm on a Lambda function; with `rule` a composite one."""
    function = more.pop("function", name)
    metric = AlarmMetric("AWS/Lambda", "Errors", {"FunctionName": function}, "Sum")
    given: dict[str, Any] = {
        "arn": f"arn:aws:cloudwatch:eu-west-1:000000000001:alarm:{name}",
        "description": "",
        "state": "OK",
        "reason": "",
        "since": NOW - timedelta(hours=1),
        "configured_at": AGES_AGO,
        "actions": (TOPIC,),
        "enabled": True,
        "metrics": () if more.get("rule") else (metric,),
        "test": None if more.get("rule") else AlarmTest("GreaterThanThreshold", 5.0, 300, 3, 3),
    }
    return ListedAlarm(name=name, **{**given, **more})


@pytest.fixture
def account(db: None) -> Account:
    return make_account()


@pytest.fixture
def stack(account: Account) -> Stack:
    return make_stack(account)


@pytest.fixture
def store(account: Account) -> Callable[..., int]:
    """Store alarms as one listing of the account's region."""

    def once(*alarms: ListedAlarm, at: datetime = NOW, region: str = "eu-west-1") -> int:
        return store_alarms(account, region, alarms, at)

    return once
