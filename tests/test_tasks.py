"""The tasks, on the simulated AWS: what is due is polled, what fails is written down, and nothing is lost."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from config import celery_app
from dashboard import tasks
from dashboard.inventory.models import Account, Resource
from dashboard.metrics.models import Series, Slice
from dashboard.polls.models import MONEY_SOURCES, ApiUsage, Heartbeat, Run, Target
from dashboard.polls.write import ensure_targets, lease_due
from tests.simulated_aws import PRODUCTION, SimulatedAws

pytestmark = pytest.mark.django_db
REGION = "eu-central-1"
Judged = list[tuple[int, str]]


@pytest.fixture(autouse=True)
def judged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Judged]:
    """Tasks run at once, in this process; judging is noted."""
    calls: Judged = []
    monkeypatch.setattr(tasks, "judge", lambda account_id, region: calls.append((account_id, region)))
    celery_app.conf.task_always_eager = True
    yield calls
    celery_app.conf.task_always_eager = False


@pytest.fixture
def account(simulated_aws: SimulatedAws, settings: Settings) -> Account:
    settings.AWS_MAX_ATTEMPTS, settings.BACKFILL = 1, timedelta(days=1)
    account = Account.objects.create(name="production", account_id=PRODUCTION, regions=[REGION])
    ensure_targets(account, timezone.now())
    Target.objects.exclude(region=REGION).delete()
    Target.objects.filter(source__in=MONEY_SOURCES).delete()  # a year of bills has tests of its own
    return account


def make_due() -> None:
    Target.objects.filter(region=REGION).update(due_at=timezone.now(), paused_at=None)


def target(source: str) -> Target:
    return Target.objects.get(source=source, region=REGION)


def test_from_nothing_to_points_in_two_ticks(account: Account, judged: Judged) -> None:
    tasks.tick()
    assert Resource.objects.filter(region=REGION).exists()
    assert Series.objects.exists()
    assert set(Target.objects.filter(region=REGION).values_list("source", flat=True)) >= {
        "inventory", "metrics_5m", "metrics_1h"
    }  # fmt: skip
    tasks.tick()
    assert Slice.objects.exists()
    assert not Series.objects.filter(block__region=REGION, fine_from=None).exists()
    assert not Run.objects.filter(target__region=REGION, ok=False).exists()
    assert (account.pk, REGION) in judged
    assert {"beat", "worker"} == set(Heartbeat.objects.values_list("name", flat=True))


def test_calls_are_counted_and_priced(account: Account, simulated_aws: SimulatedAws) -> None:
    tasks.tick()
    tasks.tick()
    usage = {row.api: row for row in ApiUsage.objects.all()}
    asked = simulated_aws.calls()
    assert usage["cloudwatch:GetMetricData"].calls == asked["cloudwatch:GetMetricData"]
    assert usage["cloudwatch:GetMetricData"].cost > 0


@pytest.mark.parametrize(
    ("kind", "error"), [("throttle", "throttled"), ("empty", "invalid_answer"), ("truncated", "invalid_answer")]
)
def test_a_bad_answer_is_an_error_of_its_target_and_changes_nothing_else(
    account: Account, simulated_aws: SimulatedAws, kind: str, error: str
) -> None:
    tasks.tick()
    tasks.tick()
    before = list(Slice.objects.order_by("pk").values_list("block", "at", "values"))
    resources = set(Resource.objects.values_list("pk", "gone_at"))
    simulated_aws.fault(kind, service="cloudwatch", operation="GetMetricData")
    make_due()
    tasks.tick()
    assert target("metrics_5m").last_error == error
    assert target("metrics_5m").failures == 1
    assert target("inventory").failures == 0
    assert list(Slice.objects.order_by("pk").values_list("block", "at", "values")) == before
    assert set(Resource.objects.values_list("pk", "gone_at")) == resources
    simulated_aws.clear_faults()
    make_due()
    tasks.tick()
    assert target("metrics_5m").failures == 0


def test_a_fault_of_our_own_is_an_outcome_and_not_a_crash(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise KeyError("StackName")

    monkeypatch.setattr(tasks, "discover", broken)
    tasks.tick()
    found = target("inventory")
    assert (found.failures, found.lease_until, found.attempts) == (1, None, 0)
    assert "StackName" in found.last_error_text


def test_a_message_whose_lease_is_gone_asks_aws_nothing(account: Account, simulated_aws: SimulatedAws) -> None:
    tasks.poll(target("inventory").pk, str(uuid4()))
    assert simulated_aws.calls() == {}
    assert not Run.objects.exists()


def test_when_the_broker_takes_nothing_the_target_stays_due(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.poll, "apply_async", refuse)
    with pytest.raises(ConnectionError):
        tasks.tick()
    assert len(lease_due(timezone.now(), 10)) == 1


def test_housekeeping_seals_and_forgets(account: Account) -> None:
    long_ago = timezone.now() - timedelta(days=30)
    Run.objects.create(target=target("inventory"), started_at=long_ago, duration=timedelta(0), ok=True)
    tasks.housekeeping()
    assert not Run.objects.exists()
