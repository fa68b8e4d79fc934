"""Which threshold is in force: the nearest rule wins, and what a rule leaves open comes from the next wider one."""

from dataclasses import replace

import pytest

from dashboard.catalog.shape import Missing, Severity, Threshold
from dashboard.thresholds.inheritance import InForce, Level, Place, Rule, applies, in_force

SUGGESTED = Threshold(
    "error_rate", Severity.CRITICAL, "{value} fail", above=0.05, for_periods=3, floor=("requests", 20)
)
PLACE = Place(service="lambda", resource_id=1, stack_id=2, team_id=3, environment="prod", account_id=4)
LABELS = {"duration_p99": "p99"}
TARGETS = {
    Level.SERVICE: "",
    Level.ACCOUNT: 4,
    Level.ENVIRONMENT: "prod",
    Level.TEAM: 3,
    Level.STACK: 2,
    Level.RESOURCE: 1,
}


def rule(level: Level, **changed: object) -> Rule:
    made = Rule(
        id=int(level), service="lambda", metric="error_rate", severity=Severity.CRITICAL, level=level,
        target=TARGETS[level], target_name=level.name,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def only(*rules: Rule) -> InForce:
    (found,) = in_force([SUGGESTED], rules, PLACE, LABELS)
    return found


def test_without_rules_the_suggestion_is_in_force() -> None:
    assert only() == InForce(SUGGESTED, None, muted=False)


@pytest.mark.parametrize("nearer", list(Level)[2:])
def test_the_nearer_rule_wins(nearer: Level) -> None:
    wider = Level(nearer - 1)
    found = only(rule(nearer, above=0.5), rule(wider, above=0.1))
    assert (found.threshold.above, found.rule and found.rule.level) == (0.5, nearer)


def test_what_a_rule_leaves_open_comes_from_the_wider_one() -> None:
    found = only(rule(Level.STACK, above=0.2), rule(Level.RESOURCE, for_periods=10))
    assert (found.threshold.above, found.threshold.for_periods) == (0.2, 10)
    assert found.threshold.floor == SUGGESTED.floor


def test_a_line_below_replaces_the_line_above() -> None:
    found = only(rule(Level.STACK, below=0.01))
    assert (found.threshold.above, found.threshold.below) == (None, 0.01)


def test_both_lines_make_a_band() -> None:
    found = only(rule(Level.STACK, above=0.9, below=0.1))
    assert (found.threshold.above, found.threshold.below) == (0.9, 0.1)


def test_a_rule_that_draws_a_line_brings_its_condition_and_recovery_along() -> None:
    found = only(rule(Level.STACK, above=0.9, recover=0.8), rule(Level.RESOURCE, condition="absence"))
    assert (found.threshold.condition, found.threshold.above, found.threshold.recover) == ("absence", None, None)


def test_a_recovery_value_alone_is_for_the_line_of_the_wider_level() -> None:
    found = only(rule(Level.STACK, recover=0.01, missing=Missing.KEEP))
    assert (found.threshold.above, found.threshold.recover, found.threshold.missing) == (0.05, 0.01, Missing.KEEP)


def test_a_mute_is_lifted_by_a_nearer_rule() -> None:
    assert only(rule(Level.TEAM, muted=True)).muted
    assert not only(rule(Level.TEAM, muted=True), rule(Level.RESOURCE)).muted


def test_a_rule_may_add_a_threshold_that_is_not_suggested() -> None:
    added = rule(Level.SERVICE, metric="duration_p99", severity=Severity.WARNING, above=900.0)
    suggested, new = in_force([SUGGESTED], [added], PLACE, LABELS)
    assert suggested.rule is None
    assert (new.threshold.metric, new.threshold.severity, new.threshold.above) == (
        "duration_p99",
        Severity.WARNING,
        900.0,
    )
    assert new.threshold.says == "p99 is {value}"


def test_a_rule_without_a_line_adds_nothing() -> None:
    assert (
        len(in_force([SUGGESTED], [rule(Level.SERVICE, metric="duration_p99", hint="Look here.")], PLACE, LABELS)) == 1
    )


@pytest.mark.parametrize("level", list(Level)[1:])
def test_a_rule_applies_where_it_was_made_for(level: Level) -> None:
    assert applies(rule(level), PLACE)


@pytest.mark.parametrize("level", list(Level)[2:])
def test_a_rule_for_something_else_does_not_apply(level: Level) -> None:
    other: int | str = "staging" if level is Level.ENVIRONMENT else 99
    assert not applies(rule(level, target=other), PLACE)


def test_a_rule_of_another_service_does_not_apply() -> None:
    assert not applies(rule(Level.SERVICE, service="sqs"), PLACE)


def test_a_resource_without_team_is_in_no_teams_scope() -> None:
    assert not applies(rule(Level.TEAM), replace(PLACE, team_id=None))
