"""Findings of the judge into alerts and their transitions, with what is to be told, in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from dashboard.alerts.causes import Candidate, attachments
from dashboard.alerts.lifecycle import FLAP, Change, Known, Step, changes
from dashboard.alerts.models import Alert, Transition
from dashboard.alerts.write.tell import tell_resolved, tell_untold
from dashboard.catalog.shape import Severity
from dashboard.inventory.models import Account, Deploy, Link, Stack
from dashboard.thresholds.finding import RESOURCE, Finding
from dashboard.traces.models import Edge

DEPLOY_WITHIN = timedelta(minutes=45)
"""A deploy so shortly before the first broken period is told with the alert."""
NO_LONGER_JUDGED = "Its threshold was muted or removed."
GONE = "The resource is gone from AWS."
RUNAWAY = "runaway"
"""The kind of subjects whose cost grows."""
TOLD = ("reason", "value", "line", "unit", "hint", "runbook")
"""Columns of an alert that a finding says."""
RECOVERED = "Within its threshold again."


@transaction.atomic
def apply_findings(account: Account, found: Sequence[Finding], now: datetime, *, kind: str = RESOURCE) -> int:
    """Open, keep and resolve an account's alerts of one kind of subject; returns how many messages were written.

    Of resources, those that have findings were judged. Of every other kind these findings are all that there are: an
    alert without any is no longer judged. The account's row is locked: two judges of one account take turns, and no
    alert is opened twice.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    judged = {finding.subject.key for finding in found}
    if kind != RESOURCE:
        mine = Alert.objects.unresolved().filter(account=account, subject__startswith=f"{kind}:")
        judged.update(mine.values_list("subject", flat=True))
    listed = changes(found, _known(judged, now), judged, now)
    resolved = _store(listed, now) + _resolve_gone(account, now)
    _attach()
    return tell_resolved(resolved, now) + tell_untold(now)


def _known(judged: Iterable[str], now: datetime) -> list[Known]:
    rows = Alert.objects.filter(Q(resolved_at=None) | Q(resolved_at__gte=now - FLAP), subject__in=list(judged))
    columns = rows.values_list("pk", "subject", "metric", "severity", "resolved_at")
    return [Known(pk, (subject, metric, severity), ended) for pk, subject, metric, severity, ended in columns]


def _store(listed: Sequence[Change], now: datetime) -> list[Alert]:
    """Write every step; returns the alerts that were resolved."""
    alerts = Alert.objects.in_bulk([change.alert_id for change in listed if change.alert_id is not None])
    resolved, kept = [], []
    for change in listed:
        alert = alerts.get(change.alert_id or 0)
        if change.step is Step.OPEN and change.finding is not None:
            _open(change.finding, now)
        elif alert is not None and change.step is Step.RESOLVE:
            resolved.append(_resolve(alert, RECOVERED if change.finding else NO_LONGER_JUDGED, now))
        elif alert is not None and change.finding is not None:
            kept.append(_brought_up_to_date(alert, change.finding, now))
            if change.step is Step.REOPEN:
                _reopen(alert, now)
    Alert.objects.bulk_update(kept, (*TOLD, "seen_at"), batch_size=200)
    return resolved


def _open(finding: Finding, now: datetime) -> None:
    since, subject = datetime.fromtimestamp(finding.since, UTC), finding.subject
    alert = Alert.objects.create(
        account_id=subject.account_id,
        stack_id=subject.stack_id,
        resource_id=subject.resource_id,
        subject=subject.key,
        name=subject.name,
        page=subject.page,
        money=subject.money,
        metric=finding.metric,
        severity=finding.severity.value,
        since=since,
        opened_at=now,
        deploy=_deploy_before(subject.stack_id, since),
        **_told(finding),
        seen_at=now,
    )
    _note(alert, Transition.Kind.OPENED, now, finding.reason, finding.value)


def _told(finding: Finding) -> dict[str, str | float]:
    """Columns that each finding brings up to date."""
    return {name: getattr(finding, name) for name in TOLD} | {"unit": finding.unit.value}


def _deploy_before(stack_id: int | None, since: datetime) -> Deploy | None:
    if stack_id is None:
        return None
    return (
        Deploy.objects.filter(stack_id=stack_id, started_at__lte=since, started_at__gte=since - DEPLOY_WITHIN)
        .order_by("-started_at")
        .first()
    )


def _brought_up_to_date(alert: Alert, finding: Finding, now: datetime) -> Alert:
    """Still broken; what people decided meanwhile is not touched."""
    for name, value in _told(finding).items():
        setattr(alert, name, value)
    alert.seen_at = now
    return alert


def _reopen(alert: Alert, now: datetime) -> None:
    """Broken again: whoever had acknowledged it is asked anew."""
    alert.state, alert.resolved_at, alert.told_at, alert.cause = Alert.State.OPEN, None, None, None
    alert.escalated_for = None
    alert.reopened += 1
    alert.save(update_fields=["state", "resolved_at", "told_at", "escalated_for", "cause", "reopened"])
    _note(alert, Transition.Kind.REOPENED, now, alert.reason, alert.value)


def _resolve(alert: Alert, because: str, now: datetime) -> Alert:
    """Resolve it; what was put down to it and is still broken stands for itself again."""
    alert.state, alert.resolved_at = Alert.State.RESOLVED, now
    alert.save(update_fields=["state", "resolved_at"])
    _note(alert, Transition.Kind.RESOLVED, now, because)
    Alert.objects.unresolved().filter(cause=alert).update(cause=None)
    return alert


def _resolve_gone(account: Account, now: datetime) -> list[Alert]:
    gone = Alert.objects.unresolved().filter(resource__account=account, resource__gone_at__isnull=False)
    return [_resolve(alert, GONE, now) for alert in gone]


def _note(alert: Alert, kind: Transition.Kind, now: datetime, text: str, value: float | None = None) -> None:
    Transition.objects.create(alert=alert, at=now, kind=kind, text=text, value=value)


def _attach() -> None:
    """Put alerts that nobody was told of down to the one that is their likely cause, across accounts too."""
    rows = list(Alert.objects.unresolved().filter(stack__isnull=False).select_related("stack").defer("stack__tags"))
    if not any(row.told_at is None and row.cause_id is None for row in rows):
        return
    links = _links([row.resource_id for row in rows if row.resource_id])
    # What money is about is never told along with what anybody may see.
    found = attachments([_candidate(row) for row in rows if not row.money], links)
    found |= attachments([_candidate(row) for row in rows if row.money], links)
    by_id = {row.pk: row for row in rows}
    for alert_id, cause_id in found.items():
        Alert.objects.filter(pk=alert_id).update(cause_id=cause_id)
        Transition.objects.create(
            alert_id=alert_id,
            at=by_id[alert_id].seen_at,
            kind=Transition.Kind.ATTACHED,
            text=f"{by_id[cause_id].name}: {by_id[cause_id].reason}",
        )


def _candidate(row: Alert) -> Candidate:
    loose = row.stack is None or row.stack.source == Stack.Source.UNASSIGNED
    return Candidate(
        id=row.pk,
        resource_id=row.resource_id,
        stack_id=None if loose else row.stack_id,
        severity=Severity(row.severity),
        since=row.since,
        told=row.told_at is not None,
        cause_id=row.cause_id,
        gradual=row.subject.startswith(f"{RUNAWAY}:"),
    )


def _links(resource_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Who leads to whom among them, by configuration and by traces."""
    configured = Link.objects.filter(source_id__in=resource_ids, target_id__in=resource_ids, enabled=True)
    traced = Edge.objects.filter(source__resource_id__in=resource_ids, target__resource_id__in=resource_ids)
    return [
        *configured.values_list("source_id", "target_id"),
        *traced.values_list("source__resource_id", "target__resource_id"),
    ]
