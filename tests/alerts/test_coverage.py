"""Whether anybody would notice: what counts as watched, and whom routes reach over a week."""

from datetime import UTC, datetime, time, timedelta

import pytest

from dashboard.alerts.coverage import Path, Reason, Watch, path, unwatched
from dashboard.catalog.shape import Severity
from dashboard.notify.matching import Hours, Rule, When

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FRESH, OLD = NOW - timedelta(minutes=5), NOW - timedelta(days=8)
OFFICE = Hours(frozenset({"mon", "tue", "wed", "thu", "fri"}), time(9), time(17), "UTC")


@pytest.mark.parametrize(
    ("watch", "reason"),
    [
        (Watch(thresholds=2, muted=0, alarm=False, data_at=FRESH), None),
        (Watch(thresholds=2, muted=1, alarm=False, data_at=FRESH), None),
        (Watch(thresholds=0, muted=0, alarm=False, data_at=FRESH), Reason.UNJUDGED),
        (Watch(thresholds=2, muted=2, alarm=False, data_at=FRESH), Reason.MUTED),
        (Watch(thresholds=2, muted=0, alarm=False, data_at=OLD), Reason.SILENT),
        (Watch(thresholds=2, muted=0, alarm=False, data_at=None), Reason.SILENT),
        (Watch(thresholds=0, muted=0, alarm=True, data_at=None), None),
    ],
)
def test_a_resource_is_watched_by_a_live_threshold_or_an_alarm(watch: Watch, reason: Reason | None) -> None:
    assert unwatched(watch, NOW) == reason


def told(*rules: Rule, severity: Severity = Severity.CRITICAL, team: str = "pay", owner: str = "") -> Path:
    """The path of an alert of production, with channel 1 for everybody and channel 2 of an owner."""
    return path(rules, {1: "", 2: owner}, severity, team=team, environment="prod", now=NOW)


def test_without_routes_every_channel_is_told() -> None:
    assert told() == Path(Severity.CRITICAL, (1, 2), (), 0)


def test_without_channels_nobody_is_told() -> None:
    found = path((), {}, Severity.INFO, team="", environment="", now=NOW)
    assert (found.channel_ids, found.leads_somewhere) == ((), False)


def test_a_channel_of_another_team_is_not_told() -> None:
    assert told(owner="ship").channel_ids == (1,)


def test_a_route_for_other_severities_tells_nobody() -> None:
    assert not told(Rule(1, (1,), severities=frozenset({"critical"})), severity=Severity.INFO).leads_somewhere


def test_a_route_for_office_hours_leaves_the_other_hours_of_the_week_silent() -> None:
    found = told(Rule(1, (1,), when=When.WITHIN, hours=OFFICE))
    assert (found.channel_ids, found.silent_hours) == ((1,), 7 * 24 - 5 * 8)


def test_who_is_told_only_after_nobody_acknowledged_is_told_later() -> None:
    found = told(Rule(1, (1,)), Rule(2, (2,), after=timedelta(minutes=15)))
    assert (found.channel_ids, found.later_ids, found.silent_hours) == ((1,), (2,), 0)


def test_a_route_for_a_single_label_is_no_path_for_all() -> None:
    assert not told(Rule(1, (1,), labels={"service": "rds"})).leads_somewhere


def test_what_is_for_information_may_stand_on_pages_alone() -> None:
    urgent = Rule(1, (1,), severities=frozenset({"critical"}))
    assert [told(urgent, severity=one).lacks_somebody for one in Severity] == [False, True, False]
