"""From the planted incidents to the mail of people on call, with real processes: each told once, whoever is killed."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.alerts.models import Alert
from dashboard.inventory.models import Stack
from dashboard.management.progress import collected_once
from dashboard.notify.models import Delivery
from dashboard.notify.texts import REPEAT_NOTE
from dashboard.polls.models import Target
from dashboard.thresholds.models import ThresholdRule
from tests.processes.installation import Installation
from tests.processes.servers import SimulatedAws

pytestmark = [pytest.mark.processes, pytest.mark.timeout(500)]

COLLECTED = timedelta(seconds=150)
TOLD = timedelta(seconds=90)
# What the simulated world has planted, and which alert says it: severity, stack, resource, metric.
INCIDENTS = {
    "slow-deploy": ("critical", "checkout-prod", "checkout-create-order", "error_rate"),
    "throttled-consumer": ("warning", "orders-prod", "orders-fulfil", "throttle_share"),
    "poisoned-messages": ("warning", "notifications-prod", "notifications-email-dlq", "dead_letters"),
    "hot-shard": ("critical", "clickstream-prod", "clickstream-events", "write_throttle_share"),
    "cold-cache": ("critical", "catalog-prod", "catalog-db", "cpu"),
    "looping-function": ("warning", "image-pipeline-prod", "images-make-thumbnail", "concurrency_share"),
}
OPENED = {f"[Stackdeck] {severity.capitalize()}: {resource}: " for severity, _, resource, _ in INCIDENTS.values()}


@pytest.fixture
def installation(embedded: Installation, aws: SimulatedAws) -> Installation:
    """An installation on SQLite that tells people on call by mail, as the demo does."""
    embedded.environment["EMAIL_URL"] = aws.email_url
    code = "from dashboard.management.demo_channels import create_channel; create_channel()"
    embedded.manage("shell", "--command", code)
    return embedded


def told(alias: str) -> set[tuple[str, str, str, str]]:
    """Alerts about resources that stand for themselves and were told; money has alerts and tests of its own."""
    rows = Alert.objects.using(alias).filter(kind="resource", cause=None, told_at__isnull=False)
    return set(rows.values_list("severity", "stack__name", "resource__name", "metric"))


def sent(alias: str, event: str) -> int:
    """How many messages of an event have been sent about resources."""
    sent_ones = Delivery.objects.using(alias).filter(event=event, state=Delivery.State.SENT)
    return sent_ones.filter(alert__kind="resource").count()


def arrived(aws: SimulatedAws) -> Counter[str]:
    """Beginnings of subjects, with how many mails have them; what says that it may be a repetition doesn't count."""
    first = [mail["subject"] for mail in aws.mails() if REPEAT_NOTE not in mail["text"]]
    return Counter(": ".join(subject.split(": ")[:2]) + ": " for subject in first)


def raise_lines(alias: str, stack: str, service: str, metrics: tuple[str, ...]) -> None:
    """What is broken in a stack is within its thresholds from now on."""
    where = Stack.objects.using(alias).get(name=stack)
    ThresholdRule.objects.using(alias).bulk_create(
        ThresholdRule(service=service, metric=metric, severity="warning", above=1e9, stack=where) for metric in metrics
    )


def test_each_incident_is_one_mail_though_the_worker_is_killed_and_another_when_it_is_over(
    installation: Installation, aws: SimulatedAws
) -> None:
    assert {incident["key"] for incident in aws.state()["incidents"]} == set(INCIDENTS)
    since = installation.connect_demo_accounts()
    installation.start_embedded_worker()
    with installation.rows() as alias:
        installation.wait_until(Alert.objects.using(alias).exists, "The first alert", COLLECTED)
        installation.processes.kill("worker")
        installation.start_embedded_worker()
        # Four minutes later:
        Target.objects.using(alias).filter(lease_until__gt=timezone.now()).update(lease_until=timezone.now())
        installation.wait_until(lambda: collected_once(since, alias), "The first collection", COLLECTED)
        installation.wait_until(lambda: told(alias) == set(INCIDENTS.values()), "The alerts", TOLD)
        installation.wait_until(lambda: sent(alias, "opened") == len(INCIDENTS), "The mails", TOLD)
        assert arrived(aws) == Counter(OPENED)

        raise_lines(alias, "notifications-prod", "sqs", ("dead_letters", "age"))
        Target.objects.using(alias).update(due_at=timezone.now())
        installation.wait_until(lambda: sent(alias, "resolved") == 1, "The mail of the end", TOLD)
        assert arrived(aws) - Counter(OPENED) == Counter(["[Stackdeck] Resolved: notifications-email-dlq: "])
        assert len({mail["message_id"] for mail in aws.mails()}) == len(INCIDENTS) + 1
