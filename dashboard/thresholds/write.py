"""Thresholds between table and file: rows as entries, and what a file decides stored in one transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from dashboard.access.models import Team
from dashboard.catalog import all_services
from dashboard.inventory.models import Account, Resource, Stack
from dashboard.thresholds.checks import metrics_of, volume_of
from dashboard.thresholds.document import Entry, Problem
from dashboard.thresholds.exchange import Difference
from dashboard.thresholds.models import ThresholdRule

VALUES = (
    "muted", "condition", "above", "below", "recover", "missing", "for_periods", "of_periods", "floor", "hint",
    "runbook",
)  # fmt: skip
PARTS = {
    "stack": "account id/region/name, such as 111122223333/eu-west-1/checkout",
    "resource": "account id/region/physical id, such as 111122223333/eu-west-1/checkout-api",
}


def entries() -> list[Entry]:
    """Every rule as the file has it; what the catalogue no longer knows is left out."""
    rows = ThresholdRule.objects.select_related("account", "team", "stack__account", "resource__account")
    services = all_services()
    return [_entry(row) for row in rows if row.service in services and row.metric in metrics_of(services[row.service])]


def _entry(row: ThresholdRule) -> Entry:
    scope, target = _place(row)
    values: dict[str, Any] = {name: getattr(row, name) for name in VALUES}
    return Entry(row.service, row.metric, row.severity, scope, target, **values)


def _place(row: ThresholdRule) -> tuple[str, str]:
    """Scope and target as text that means the same in another installation."""
    if row.resource:
        one = row.resource
        return "resource", f"{one.account.account_id}/{one.region}/{one.physical_id}"
    if row.stack:
        return "stack", f"{row.stack.account.account_id}/{row.stack.region}/{row.stack.name}"
    if row.team:
        return "team", row.team.name
    if row.account:
        return "account", row.account.account_id
    return ("environment", row.environment) if row.environment else ("", "")


def missing_targets(wanted: Iterable[Entry]) -> list[Problem]:
    """Entries for accounts, teams, stacks or resources that are not here."""
    return [
        Problem(entry.line, entry.scope, _unknown(entry))
        for entry in wanted
        if entry.scope not in {"", "environment"} and _target(entry) is None
    ]


def _unknown(entry: Entry) -> str:
    form = f"; it is written as {PARTS[entry.scope]}" if entry.scope in PARTS else ""
    return f"no {entry.scope} “{entry.target}” is known here{form}"


def _target(entry: Entry) -> Account | Team | Stack | Resource | None:
    if entry.scope == "account":
        return Account.objects.filter(account_id=entry.target).first()
    if entry.scope == "team":
        return Team.objects.filter(name=entry.target).first()
    parts = entry.target.split("/", 2)
    if len(parts) < 3:
        return None
    where = {"account__account_id": parts[0], "region": parts[1]}
    if entry.scope == "stack":
        return Stack.objects.filter(**where, name=parts[2]).first()
    return Resource.objects.filter(**where, service=entry.service, physical_id=parts[2]).first()


@transaction.atomic
def apply(found: Sequence[Difference]) -> int:
    """Store what differs; returns how many rules changed. Row by row: the history follows saves."""
    for one in found:
        if one.kind == "removed":
            for row in ThresholdRule.objects.filter(**_columns(one.entry)):
                row.delete()
        else:
            unsaved(one.entry).save()
    return len(found)


def unsaved(entry: Entry) -> ThresholdRule:
    """The rule as the file has it: the one that stands in its place with the file's values, or a new one."""
    columns = _columns(entry)
    row = ThresholdRule.objects.filter(**columns).first() or ThresholdRule(**columns)
    for name in VALUES:
        setattr(row, name, getattr(entry, name))
    row.floor_metric = volume_of(all_services()[entry.service], entry.metric) if entry.floor is not None else ""
    return row


def _columns(entry: Entry) -> dict[str, Any]:
    """What makes an entry's row the only one of its kind."""
    places: dict[str, Any] = {"account": None, "team": None, "stack": None, "resource": None, "environment": ""}
    if entry.scope:
        places[entry.scope] = entry.target if entry.scope == "environment" else _target(entry)
    return {"service": entry.service, "metric": entry.metric, "severity": entry.severity, **places}
