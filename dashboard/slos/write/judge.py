"""Findings of objectives: one for each rule, of which only the most urgent that fires is told."""

from dataclasses import replace
from datetime import datetime

from django.urls import reverse

from dashboard.catalog.shape import Severity
from dashboard.core.units import Unit, write_exact
from dashboard.inventory.models import Account
from dashboard.slos.burn import SPENT
from dashboard.slos.judging import reasons
from dashboard.slos.models import Slo
from dashboard.slos.read.standings import Status, statuses_of
from dashboard.slos.write.count import count
from dashboard.thresholds.finding import Finding, Outcome, Subject

KIND = "slo"


def judge_slos(account: Account, now: datetime) -> list[Finding]:
    """Count what came for the account's objectives, and judge all that alert."""
    if not count(account, now):
        return []
    chosen = Slo.objects.filter(account=account, enabled=True).exclude(alerting=Slo.Alerting.NONE)
    found = statuses_of(chosen.select_related("resource"), now)
    return [finding for status in found for finding in _findings(status)]


def _findings(status: Status) -> list[Finding]:
    """While a rule fires, the lesser ones neither open nor end anything: they say the same of a longer time."""
    blank = {
        rule.key: _blank(status, rule.key, pages=rule.pages) for rule in (one.rule for one in status.standing.burns)
    }
    blank[SPENT] = _blank(status, SPENT, pages=False)
    if not status.standing.fresh:
        return list(blank.values())
    broken = _broken(status)
    told = next((key for key in blank if key in broken), None)
    return [
        broken[key] if key == told else one if key in broken else replace(one, outcome=Outcome.HOLDS)
        for key, one in blank.items()
    ]


def _blank(status: Status, key: str, *, pages: bool) -> Finding:
    slo = status.slo
    severity = Severity.CRITICAL if pages and slo.alerting == Slo.Alerting.PAGE else Severity.WARNING
    return Finding(subject_of(slo), key, severity, Outcome.UNKNOWN, hint=slo.hint, runbook=slo.runbook)


def _broken(status: Status) -> dict[str, Finding]:
    """Rules that fire, by key."""
    found, standing = {}, status.standing
    told = reasons(standing, status.objective.window)
    for burn in standing.burns:
        if burn.fires:
            one = _blank(status, burn.rule.key, pages=burn.rule.pages)
            found[burn.rule.key] = replace(
                one,
                outcome=Outcome.BROKEN,
                reason=told[burn.rule.key],
                value=burn.long or 0.0,
                line=burn.rule.factor,
                since=burn.since,
            )
    if standing.spent:
        one = _blank(status, SPENT, pages=False)
        found[SPENT] = replace(
            one,
            outcome=Outcome.BROKEN,
            reason=told[SPENT],
            value=standing.budget.used or 0.0,
            line=1.0,
            unit=Unit.SHARE,
            since=standing.spent_since,
        )
    return found


def subject_of(slo: Slo) -> Subject:
    """What its alerts are about."""
    days = f"{slo.window_days} days"
    return Subject(
        key=f"{KIND}:{slo.pk}",
        account_id=slo.account_id,
        name=f"Error budget of {slo.name} ({write_exact(slo.objective, Unit.SHARE)}, {days})",
        stack_id=slo.stack_id or (slo.resource.stack_id if slo.resource else None),
        page=reverse("slo", args=[slo.pk]),
    )
