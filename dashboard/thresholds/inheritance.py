"""Which threshold is in force for a resource: the catalogue's suggestion, as changed by the rules nearest to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from dashboard.catalog.shape import LEVEL, Missing, Severity, Threshold
from dashboard.thresholds.conditions import condition


class Level(IntEnum):
    """Where a rule applies; a nearer one wins over a wider one."""

    CATALOGUE = 0
    SERVICE = 1
    ACCOUNT = 2
    ENVIRONMENT = 3
    TEAM = 4
    STACK = 5
    RESOURCE = 6


@dataclass(frozen=True, slots=True)
class Rule:
    """What somebody decided about one threshold of a service. None: as the next wider level has it."""

    id: int
    service: str
    metric: str
    severity: Severity
    level: Level
    target: int | str
    """Key of the account, team, stack or resource, or the environment's name; blank for the whole service."""
    target_name: str
    muted: bool = False
    condition: str = LEVEL
    above: float | None = None
    below: float | None = None
    recover: float | None = None
    missing: Missing | None = None
    for_periods: int | None = None
    of_periods: int | None = None
    floor: tuple[str, float] | None = None
    says: str = ""
    hint: str = ""
    runbook: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resource stands; what rules ask about it."""

    service: str
    resource_id: int
    stack_id: int
    team_id: int | None
    environment: str
    account_id: int


@dataclass(frozen=True, slots=True)
class InForce:
    """A threshold as it applies to one resource, and the nearest rule that shaped it (None: the suggestion itself)."""

    threshold: Threshold
    rule: Rule | None
    muted: bool


def in_force(
    suggested: Sequence[Threshold], rules: Iterable[Rule], place: Place, labels: Mapping[str, str]
) -> list[InForce]:
    """Every threshold of the resource's service, the suggested ones in their order, then those that rules add.

    `labels` are what metrics are called, by key: the sentence of an added threshold begins with it.
    """
    applying = sorted((rule for rule in rules if applies(rule, place)), key=lambda rule: rule.level)
    by_key: dict[tuple[str, Severity], list[Rule]] = {}
    for rule in applying:
        by_key.setdefault((rule.metric, rule.severity), []).append(rule)
    found = [_shaped(one, by_key.pop((one.metric, one.severity), [])) for one in suggested]
    volumes = {one.metric: one.floor for one in suggested if one.floor}
    added = [
        _added(several, labels, volumes.get(several[0].metric))
        for several in by_key.values()
        if any(_has_line(one) for one in several)
    ]
    return found + added


def applies(rule: Rule, place: Place) -> bool:
    """Whether a rule is about the resource."""
    if rule.service != place.service:
        return False
    targets: dict[Level, int | str | None] = {
        Level.SERVICE: "",
        Level.ACCOUNT: place.account_id,
        Level.ENVIRONMENT: place.environment,
        Level.TEAM: place.team_id,
        Level.STACK: place.stack_id,
        Level.RESOURCE: place.resource_id,
    }
    return rule.target == targets[rule.level]


def _shaped(threshold: Threshold, rules: Sequence[Rule]) -> InForce:
    """Lay rules over a threshold, the widest first."""
    muted = False
    for rule in rules:
        threshold, muted = _overlaid(threshold, rule), rule.muted
    return InForce(threshold, rules[-1] if rules else None, muted)


def _added(rules: Sequence[Rule], labels: Mapping[str, str], floor: tuple[str, float] | None) -> InForce:
    """A threshold that the catalogue doesn't have: it begins with the first rule that draws a line.

    `floor` is what the catalogue asks for where it judges the same metric at another severity.
    """
    first = next(one for one in rules if _has_line(one))
    blank = Threshold(
        first.metric,
        first.severity,
        says=first.says or f"{labels.get(first.metric, first.metric)} is {{value}}",
        floor=floor,
    )
    return _shaped(blank, rules)


def _overlaid(threshold: Threshold, rule: Rule) -> Threshold:
    """The threshold with what the rule says in place of its own."""
    if _has_line(rule):
        threshold = replace(
            threshold, condition=rule.condition, above=rule.above, below=rule.below, recover=rule.recover
        )
    elif rule.recover is not None:
        threshold = replace(threshold, recover=rule.recover)
    if rule.for_periods is not None:
        threshold = replace(threshold, for_periods=rule.for_periods, of_periods=rule.of_periods)
    return replace(
        threshold,
        floor=rule.floor or threshold.floor,
        missing=rule.missing or threshold.missing,
        says=rule.says or threshold.says,
        hint=rule.hint or threshold.hint,
        runbook=rule.runbook or threshold.runbook,
    )


def _has_line(rule: Rule) -> bool:
    return rule.above is not None or rule.below is not None or condition(rule.condition).absence
