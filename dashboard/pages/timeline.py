"""What happened, as entries of a timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from dashboard.alerts.models import Alert
from dashboard.core.times import say_duration, say_span
from dashboard.inventory.models import Deploy

TONES = {"succeeded": "", "running": "info", "rolled_back": "warning", "failed": "critical"}
WORDS = {
    "succeeded": "succeeded",
    "running": "is running",
    "rolled_back": "was rolled back",
    "failed": "failed",
}
THINGS = ("resource", "node", "edge")
"""Kinds of subjects that break; a budget and an objective don't."""
NAMED = 3
"""How many changed resources a sentence names."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    at: datetime
    icon: str
    tone: str
    title: str
    detail: str = ""
    url: str = ""


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """Order for reading."""
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def deploy_entry(deploy: Deploy) -> Entry:
    """A deploy of a stack; its stack must be loaded."""
    return Entry(
        at=deploy.started_at,
        icon="deploy",
        tone=TONES.get(deploy.result, ""),
        title=f"{deploy.stack.name}: {deploy.action} {WORDS.get(deploy.result, deploy.result)}",
        detail=say_changes(deploy),
        url=f"{reverse('stack', args=[deploy.stack_id])}#deploys",
    )


def alert_entries(alert: Alert) -> list[Entry]:
    """The opening of an alert, and its end when it has one."""
    address = reverse("alert", args=[alert.pk])
    began, ended = (f"{alert.name} broke", f"{alert.name} recovered")
    if alert.subject.partition(":")[0] not in THINGS or alert.money:
        began, ended = alert.name, f"{alert.name}: resolved"
    opened = Entry(alert.since, alert.severity, alert.severity, began, alert.reason, address)
    if alert.resolved_at is None:
        return [opened]
    lasted = say_span(alert.resolved_at - alert.since)
    return [
        opened,
        Entry(alert.resolved_at, "check", "ok", ended, f"after {lasted}", address),
    ]


def say_changes(deploy: Deploy) -> str:
    """'CheckoutFunction, OrdersTable and 3 more changed in 2 min.', and why it failed when it did."""
    names = [str(change.get("logical_id", "")) for change in deploy.changes if change.get("logical_id")]
    shown, more = names[:NAMED], len(names) - NAMED
    text = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
    took = f" in {say_duration(deploy.finished_at - deploy.started_at)}" if deploy.finished_at else ""
    sentence = f"{text} changed{took}." if text else ""
    return f"{sentence} {deploy.reason}".strip()
