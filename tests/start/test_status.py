"""What machines ask: alive, ready, measures."""

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from dashboard.inventory.models import Account
from dashboard.notify.models import Channel, Delivery
from dashboard.pages import status
from dashboard.polls.models import ApiUsage, Heartbeat, Run, Target

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(settings: Any, tmp_path: Path) -> None:
    """An installation in which everything works."""
    Heartbeat.objects.create(name="beat", at=timezone.now())
    settings.REDIS_URL = ""
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path)}


@pytest.fixture
def target() -> Target:
    account = Account.objects.create(name="Shop", account_id="111122223333")
    return Target.objects.create(
        account=account,
        region="eu-west-1",
        source=Target.Source.METRICS_5M,
        every=timedelta(minutes=5),
        due_at=timezone.now() - timedelta(minutes=7),
    )


@pytest.mark.django_db(databases=[])
def test_alive_needs_no_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"alive\n")


def test_ready_when_everything_works(client: Client, ready: None) -> None:
    answer = client.get("/readyz")
    assert answer.json() == {
        "ready": True,
        "checks": {"database": "ok", "migrations": "ok", "broker": "ok", "beat": "ok"},
    }
    assert answer.status_code == 200


def test_not_ready_before_the_first_beat(client: Client, ready: None) -> None:
    Heartbeat.objects.all().delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["beat"] == "Beat has not woken a worker yet."


def test_not_ready_when_beat_has_stopped(client: Client, ready: None) -> None:
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=10))
    assert re.match(r"Beat last woke a worker 60\d s ago", client.get("/readyz").json()["checks"]["beat"])


def test_not_ready_when_the_queue_folder_is_gone(client: Client, ready: None, settings: Any) -> None:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": "/nowhere"}
    assert client.get("/readyz").json()["checks"]["broker"] == "The queue folder /nowhere can't be written."


def test_not_ready_when_redis_refuses(client: Client, ready: None, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"].startswith("Redis does not answer")


def test_not_ready_when_the_database_is_down(client: Client, ready: None) -> None:
    with patch.object(status.connection, "cursor", side_effect=OperationalError("connection refused")):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "The database does not answer: connection refused"


def test_not_ready_while_a_migration_is_missing(client: Client, ready: None) -> None:
    with patch.object(status.MigrationExecutor, "migration_plan", return_value=[("dashboard.0002_more", False)]):
        answer = client.get("/readyz")
    assert answer.json()["checks"]["migrations"] == (
        "1 migrations are missing, first dashboard.0002_more. Run manage.py migrate."
    )


def measures(client: Client) -> dict[str, float]:
    lines = client.get("/metrics").content.decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def test_measures_count_targets_by_state(client: Client, target: Target) -> None:
    assert measures(client)['stackdeck_targets{source="metrics_5m",state="new"}'] == 1
    Target.objects.update(failures=2)
    assert measures(client)['stackdeck_targets{source="metrics_5m",state="failing"}'] == 1
    Target.objects.update(paused_at=timezone.now())
    assert measures(client)['stackdeck_targets{source="metrics_5m",state="paused"}'] == 1


def test_measures_tell_how_late_polling_is(client: Client, target: Target) -> None:
    lag = measures(client)['stackdeck_target_lag_seconds{account="111122223333",source="metrics_5m"}']
    assert lag == pytest.approx(420, abs=30)


def test_measures_add_up_calls_and_cost(client: Client, target: Target) -> None:
    today = timezone.now().date()
    for day in (today, today - timedelta(days=1)):
        ApiUsage.objects.create(
            account=target.account, day=day, api="cloudwatch:GetMetricData", calls=3, throttles=1, cost=Decimal("0.5")
        )
    labels = '{account="111122223333",api="cloudwatch:GetMetricData"}'
    found = measures(client)
    assert found[f"stackdeck_aws_calls_total{labels}"] == 6
    assert found[f"stackdeck_aws_throttles_total{labels}"] == 2
    assert found[f"stackdeck_aws_cost_usd_total{labels}"] == 1


def test_measures_add_up_the_points_of_the_last_hour(client: Client, target: Target) -> None:
    now = timezone.now()
    for age in (timedelta(minutes=5), timedelta(minutes=50), timedelta(hours=2)):
        Run.objects.create(target=target, started_at=now - age, duration=timedelta(seconds=1), ok=True, points=10)
    assert measures(client)['stackdeck_points_last_hour{source="metrics_5m"}'] == 20


def test_measures_tell_the_age_of_beat(client: Client, ready: None) -> None:
    assert measures(client)['stackdeck_heartbeat_age_seconds{part="beat"}'] == pytest.approx(0, abs=30)


def test_measures_tell_how_long_messages_wait_and_how_many_were_given_up(client: Client, target: Target) -> None:
    now = timezone.now()
    channel = Channel.objects.create(kind="email", name="ops", config={"to": ["ops@example.com"]})
    given = {"thread": "a", "event": "opened", "severity": "info", "title": "a", "message": {}, "payload": {}}
    for state in ("waiting", "dead", "dead"):
        number = Delivery.objects.count()
        late = now - timedelta(minutes=3)
        Delivery.objects.create(channel=channel, key=str(number), state=state, created_at=late, next_at=late, **given)
    found = measures(client)
    assert found["stackdeck_outbox_oldest_seconds"] == pytest.approx(180, abs=30)
    assert found['stackdeck_deliveries{state="dead"}'] == 2
    assert found['stackdeck_deliveries{state="failed"}'] == 0


def test_a_scrape_costs_a_fixed_number_of_queries(
    client: Client, target: Target, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(10):
        client.get("/metrics")


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True),
        ({"REMOTE_ADDR": "::1"}, True),
        ({"REMOTE_ADDR": "10.0.0.9"}, False),
        ({"REMOTE_ADDR": ""}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=127.0.0.1"}, False),
        ({"REMOTE_ADDR": "10.0.0.9", "HTTP_AUTHORIZATION": "Bearer right"}, True),
        ({"REMOTE_ADDR": "10.0.0.9", "HTTP_AUTHORIZATION": "Bearer wrong"}, False),
        ({"REMOTE_ADDR": "10.0.0.9", "HTTP_AUTHORIZATION": "Basic right"}, False),
        ({"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "1.2.3.4", "HTTP_AUTHORIZATION": "Bearer right"}, True),
    ],
)
def test_measures_are_for_this_machine_or_for_the_token(
    client: Client, settings: Any, headers: dict[str, str], allowed: bool
) -> None:
    settings.METRICS_TOKEN = "right"
    assert client.get("/metrics", **headers).status_code == (200 if allowed else 403)


def test_without_a_token_no_bearer_is_enough(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9", HTTP_AUTHORIZATION="Bearer ").status_code == 403


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_machines_only_ask(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
