"""Collecting alarms from the simulated AWS, over HTTP, in the order in which the product does it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from dashboard import aws, tasks
from dashboard.access.roles import EVERYTHING
from dashboard.alarms.collect import MOST_HISTORIES, collect_alarms
from dashboard.alarms.models import CloudWatchAlarm
from dashboard.alarms.read import alarms
from dashboard.aws import AwsError, ErrorKind, Meter, sessions
from dashboard.inventory.choices import Choices
from dashboard.inventory.collect import discover
from dashboard.inventory.models import Account
from dashboard.inventory.read import connection_of
from dashboard.polls.models import Target
from dashboard.polls.read import freshness
from dashboard.polls.write import ensure_targets, lease_due
from tests.simulated_aws import PRODUCTION, SimulatedAws

REGION = "eu-west-1"


@pytest.fixture
def account(db: None, simulated_aws: SimulatedAws) -> Iterator[Account]:
    sessions.forget()
    yield Account.objects.create(name="production", account_id=PRODUCTION, regions=[REGION])
    sessions.forget()


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def region(account: Account, meter: Meter) -> aws.Region:
    return aws.open(connection_of(account), REGION, meter)


def test_every_alarm_of_the_shop_is_found_and_most_know_their_resource(account: Account, region: aws.Region) -> None:
    now = datetime.now(UTC)
    discover(account, REGION, region, now, Choices())
    assert collect_alarms(account, REGION, aws=region, now=now).ok
    found = {alarm.name: alarm for alarm in CloudWatchAlarm.objects.select_related("resource", "stack")}
    assert len(found) == 20
    assert {name for name, alarm in found.items() if alarm.resource is None} == {
        "checkout-abandoned-baskets", "checkout-is-broken", "checkout-legacy-tax-errors", "orders-are-stuck"
    }  # fmt: skip
    broken = found["orders-are-stuck"]
    assert broken.stack
    assert (broken.stack.name, broken.children.count()) == ("orders-prod", 2)
    assert (
        found["checkout-create-order-slow"].condition
        == "Duration (p95) above 1\N{NARROW NO-BREAK SPACE}500 for 3 periods of 5 min"
    )


def test_the_three_dead_ones_are_found_with_their_reasons(account: Account, region: aws.Region) -> None:
    now = datetime.now(UTC)
    discover(account, REGION, region, now, Choices())
    collect_alarms(account, REGION, aws=region, now=now)
    assert {row.alarm.name: row.dead for row in alarms(EVERYTHING, now) if row.dead} == {
        "checkout-legacy-tax-errors": ["It watches the Lambda function checkout-legacy-tax, which does not exist."],
        "storefront-search-slow": ["It has no action: nobody is told when it goes off."],
        "checkout-abandoned-baskets": ["It has had no data for 34 d."],
    }


def test_history_is_asked_of_what_changed_and_of_nothing_twice(
    account: Account, region: aws.Region, simulated_aws: SimulatedAws
) -> None:
    now = datetime.now(UTC)
    collect_alarms(account, REGION, aws=region, now=now)
    asked = simulated_aws.calls()["cloudwatch:DescribeAlarmHistory"]
    changed = [alarm for alarm in CloudWatchAlarm.objects.all() if alarm.since > now - timedelta(days=14)]
    assert asked == len(changed) <= MOST_HISTORIES
    assert all(alarm.changes[0][1:] == ["OK", "ALARM"] for alarm in changed)
    collect_alarms(account, REGION, aws=region, now=now + timedelta(seconds=1))
    assert simulated_aws.calls()["cloudwatch:DescribeAlarmHistory"] == asked


def test_the_price_of_every_call_is_counted(account: Account, region: aws.Region, meter: Meter) -> None:
    collect_alarms(account, REGION, aws=region, now=datetime.now(UTC))
    usage = meter.by_action()
    for action in ("cloudwatch:DescribeAlarms", "cloudwatch:DescribeAlarmHistory"):
        assert float(usage[action].cost) == pytest.approx(usage[action].calls * 0.00001)


def test_without_the_right_to_histories_alarms_are_there_all_the_same(
    account: Account, region: aws.Region, simulated_aws: SimulatedAws
) -> None:
    simulated_aws.fault("access_denied", service="cloudwatch", operation="DescribeAlarmHistory")
    came = collect_alarms(account, REGION, aws=region, now=datetime.now(UTC))
    assert (came.ok, came.points, [error.kind for error in came.errors]) == (True, 20, [ErrorKind.ACCESS_DENIED])
    assert simulated_aws.calls()["cloudwatch:DescribeAlarmHistory"] == 1


def test_what_was_known_stays_when_listing_fails(
    account: Account, region: aws.Region, simulated_aws: SimulatedAws
) -> None:
    collect_alarms(account, REGION, aws=region, now=datetime.now(UTC))
    simulated_aws.fault("access_denied", service="cloudwatch", operation="DescribeAlarms")
    with pytest.raises(AwsError):
        collect_alarms(account, REGION, aws=region, now=datetime.now(UTC))
    assert CloudWatchAlarm.objects.count() == 20


def poll_alarms(account: Account) -> Target:
    """Poll the alarms as the worker does."""
    now = datetime.now(UTC)
    ensure_targets(account, now)
    Target.objects.exclude(source=Target.Source.ALARMS, region=REGION).delete()
    (lease,) = lease_due(now, 10)
    tasks.poll(lease.target_id, str(lease.token))
    return Target.objects.get(pk=lease.target_id)


def test_alarms_are_a_source_of_their_own(account: Account) -> None:
    target = poll_alarms(account)
    assert (target.failures, target.every, target.runs.get().points) == (0, timedelta(minutes=5), 20)


def test_a_refusal_degrades_this_source_alone(account: Account, simulated_aws: SimulatedAws) -> None:
    simulated_aws.fault("access_denied", service="cloudwatch", operation="DescribeAlarms")
    target = poll_alarms(account)
    assert (target.failures, target.last_error_action) == (1, "cloudwatch:DescribeAlarms")
    late = datetime.now(UTC) + timedelta(hours=1)
    assert not freshness([account.pk], late)[account.pk].stale
