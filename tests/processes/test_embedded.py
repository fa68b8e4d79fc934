"""One installation on SQLite, from its accounts to the mail of people on call; its worker is killed on the way."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Q
from django.utils import timezone

from dashboard.alerts.models import Alert
from dashboard.inventory.models import Stack
from dashboard.notify.models import Delivery
from dashboard.notify.texts import REPEAT_NOTE
from dashboard.polls.models import Target
from dashboard.thresholds.models import ThresholdRule
from tests.processes.conftest import running
from tests.processes.flow import COLLECTED, assert_all_is_collected, assert_overview_shows_the_trouble
from tests.processes.installation import Installation
from tests.processes.servers import SimulatedAws

pytestmark = [pytest.mark.processes, pytest.mark.timeout(500)]

TOLD = timedelta(seconds=90)
ABOUT_RESOURCES = Q(subject__startswith="resource:")
# What the simulated world has planted, and which alert says it: severity, stack, resource, metric.
INCIDENTS = {
    "slow-deploy": ("critical", "checkout-prod", "checkout-create-order", "error_rate"),
    "throttled-consumer": ("warning", "orders-prod", "orders-fulfil", "throttle_share"),
    "poisoned-messages": ("warning", "notifications-prod", "notifications-email-dlq", "dead_letters"),
    "hot-shard": ("critical", "clickstream-prod", "clickstream-events", "write_throttle_share"),
    "cold-cache": ("critical", "catalog-prod", "catalog-db", "cpu"),
    "looping-function": ("warning", "image-pipeline-prod", "images-make-thumbnail", "concurrency_share"),
}
OPENED = Counter(f"[Stackdeck] {severity.capitalize()}: {name}" for severity, _, name, _ in INCIDENTS.values())
RESOLVED = Counter(["[Stackdeck] Resolved: notifications-email-dlq"])


@pytest.fixture(scope="module")
def installation(
    simulator: SimulatedAws,
    sqlite_template: Path,
    static_root: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
) -> Iterator[Installation]:
    """An installation on SQLite without Redis that tells people on call by mail, as the demo does."""
    simulator.reset()
    folder = tmp_path_factory.mktemp("embedded")
    shutil.copy(sqlite_template, folder / "stackdeck.sqlite3")
    installation = Installation(folder, simulator.url, static_root=static_root)
    installation.environment["EMAIL_URL"] = simulator.email_url
    with django_db_blocker.unblock():
        code = "from dashboard.management.demo_channels import create_channel; create_channel()"
        installation.manage("shell", "--command", code)
        yield from running(installation)


@pytest.fixture(scope="module")
def since(installation: Installation) -> datetime:
    """When the accounts were connected; the worker was killed at the first alert, and another took over."""
    connected = installation.connect_demo_accounts()
    installation.start_web()
    installation.start_embedded_worker()
    with installation.rows() as alias:
        installation.wait_until(Alert.objects.using(alias).exists, "The first alert", COLLECTED)
        installation.processes.kill("worker")
        installation.start_embedded_worker()
        # Four minutes later:
        Target.objects.using(alias).filter(lease_until__gt=timezone.now()).update(lease_until=timezone.now())
    return connected


def told(alias: str) -> set[tuple[str, str, str, str]]:
    """Alerts about resources that stand for themselves and were told; money has alerts and tests of its own."""
    rows = Alert.objects.using(alias).filter(ABOUT_RESOURCES, cause=None).exclude(told_at=None)
    return set(rows.values_list("severity", "stack__name", "resource__name", "metric"))


def sent(alias: str, event: str) -> int:
    """How many messages of an event have been sent about resources."""
    threads = [f"alert-{pk}" for pk in Alert.objects.using(alias).filter(ABOUT_RESOURCES).values_list("pk", flat=True)]
    return Delivery.objects.using(alias).filter(event=event, state=Delivery.State.SENT, thread__in=threads).count()


def arrived(aws: SimulatedAws) -> Counter[str]:
    """Beginnings of subjects about the planted, by how many mails have them; what says that it may repeat isn't one."""
    first = [mail["subject"] for mail in aws.mails() if REPEAT_NOTE not in mail["text"]]
    beginnings = (": ".join(subject.split(": ")[:2]) for subject in first)
    return Counter(subject for subject in beginnings if subject in OPENED or subject in RESOLVED)


def raise_lines(alias: str, stack: str, service: str, metrics: tuple[str, ...]) -> None:
    """What is broken in a stack is within its thresholds from now on."""
    where = Stack.objects.using(alias).get(name=stack)
    ThresholdRule.objects.using(alias).bulk_create(
        ThresholdRule(service=service, metric=metric, severity="warning", above=1e9, stack=where) for metric in metrics
    )


def test_all_is_collected_though_the_worker_was_killed(installation: Installation, since: datetime) -> None:
    assert_all_is_collected(installation, since)
    assert_overview_shows_the_trouble(installation)


def test_each_incident_is_told_by_one_mail(
    installation: Installation, since: datetime, simulator: SimulatedAws
) -> None:
    assert {incident["key"] for incident in simulator.state()["incidents"]} == set(INCIDENTS)
    with installation.rows() as alias:
        installation.wait_until(lambda: told(alias) == set(INCIDENTS.values()), "The alerts", TOLD)
        installation.wait_until(lambda: sent(alias, "opened") == len(INCIDENTS), "The mails", TOLD)
    assert arrived(simulator) == OPENED


def test_the_end_of_an_incident_is_one_mail_too(
    installation: Installation, since: datetime, simulator: SimulatedAws
) -> None:
    with installation.rows() as alias:
        raise_lines(alias, "notifications-prod", "sqs", ("dead_letters", "age"))
        Target.objects.using(alias).filter(source__startswith="metrics").update(due_at=timezone.now())
        installation.wait_until(lambda: sent(alias, "resolved") == 1, "The mail of the end", TOLD)
    assert arrived(simulator) - OPENED == RESOLVED
