"""Reads of thresholds: rules as plain values, and what is in force for resources."""

from collections.abc import Iterable

from dashboard.catalog import all_services
from dashboard.catalog.shape import Missing, Severity
from dashboard.inventory.models import Resource
from dashboard.thresholds.checks import metrics_of
from dashboard.thresholds.inheritance import InForce, Level, Place, Rule, in_force
from dashboard.thresholds.models import ThresholdRule

PLACE = ("service", "pk", "stack_id", "stack__team_id", "stack__environment", "account_id")
"""Columns of a resource that make a Place."""


def rules() -> list[Rule]:
    """All rules, in one query."""
    rows = ThresholdRule.objects.select_related("account", "team", "stack", "resource").defer(
        "resource__facts", "resource__tags", "stack__tags"
    )
    return [rule_of(row) for row in rows]


def rule_of(row: ThresholdRule) -> Rule:
    """A row as a value."""
    level, target, name = _aim(row)
    return Rule(
        id=row.pk or 0,
        service=row.service,
        metric=row.metric,
        severity=Severity(row.severity),
        level=level,
        target=target,
        target_name=name,
        muted=row.muted,
        condition=row.condition,
        above=row.above,
        below=row.below,
        recover=row.recover,
        missing=Missing(row.missing) if row.missing else None,
        for_periods=row.for_periods,
        of_periods=row.of_periods,
        floor=(row.floor_metric, row.floor) if row.floor_metric and row.floor is not None else None,
        says=row.says,
        hint=row.hint,
        runbook=row.runbook,
    )


def _aim(row: ThresholdRule) -> tuple[Level, int | str, str]:
    """Level, target and the target's name."""
    if row.resource:
        return Level.RESOURCE, row.resource.pk, row.resource.name
    if row.stack:
        return Level.STACK, row.stack.pk, row.stack.name
    if row.team:
        return Level.TEAM, row.team.pk, row.team.name
    if row.environment:
        return Level.ENVIRONMENT, row.environment, row.environment
    if row.account:
        return Level.ACCOUNT, row.account.pk, row.account.name
    return Level.SERVICE, "", ""


def place_of(resource: Resource) -> Place:
    """Where a resource stands; its stack must have been fetched along."""
    stack = resource.stack
    return Place(resource.service, resource.pk, stack.pk, stack.team_id, stack.environment, resource.account_id)


def in_force_at(place: Place, known: Iterable[Rule]) -> list[InForce]:
    """Thresholds of a resource, muted ones too; nothing for what the catalogue doesn't know."""
    service = all_services().get(place.service)
    if service is None:
        return []
    labels = {key: label for key, (label, _) in metrics_of(service).items()}
    return in_force(service.thresholds, known, place, labels)
