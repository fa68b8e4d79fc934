"""Which channels a message goes to."""

from datetime import UTC, datetime, time, timedelta

import pytest

from dashboard.notify.matching import Chosen, Hours, Rule, When, choose, choose_later
from dashboard.notify.message import Severity
from tests.notify.conftest import NOW, make_message

OFFICE = Hours(frozenset({"mon", "tue", "wed", "thu", "fri"}), time(9), time(17), "Europe/Berlin")
NIGHT = Hours(frozenset({"fri"}), time(22), time(6), "Europe/Berlin")
CHANNELS = (1, 2, 3)
HOUR = timedelta(hours=1)


def chosen(*rules: Rule, **message: object) -> list[int]:
    return [one.channel_id for one in choose(rules, CHANNELS, make_message(**message), NOW)]


def test_without_routes_every_channel_gets_everything() -> None:
    assert chosen() == [1, 2, 3]


def test_with_routes_that_do_not_match_nobody_is_told() -> None:
    assert chosen(Rule(1, (1,), team="mail")) == []


@pytest.mark.parametrize(
    ("rule", "matches"),
    [
        (Rule(1, (1,)), True),
        (Rule(1, (1,), severities=frozenset({"critical", "warning"})), True),
        (Rule(1, (1,), severities=frozenset({"info"})), False),
        (Rule(1, (1,), team="payments"), True),
        (Rule(1, (1,), team="mail"), False),
        (Rule(1, (1,), environments=frozenset({"prod"})), True),
        (Rule(1, (1,), environments=frozenset({"dev"})), False),
        (Rule(1, (1,), labels={"app": "shop"}), True),
        (Rule(1, (1,), labels={"app": "shop", "tier": "web"}), False),
        (Rule(1, (1,), team="payments", severities=frozenset({"info"})), False),
    ],
)
def test_all_matchers_of_a_route_must_hold(rule: Rule, matches: bool) -> None:
    assert bool(chosen(rule, labels={"app": "shop"})) is matches


def test_a_channel_is_told_once_and_by_its_first_route() -> None:
    hourly, daily = Rule(1, (2, 1), repeat=timedelta(hours=1)), Rule(2, (1, 3), repeat=timedelta(days=1))
    found = choose([hourly, daily], CHANNELS, make_message(), NOW)
    assert found == [
        Chosen(2, 1, timedelta(hours=1)), Chosen(1, 1, timedelta(hours=1)), Chosen(3, 2, timedelta(days=1))
    ]  # fmt: skip


def test_a_last_route_ends_the_asking_only_for_what_it_takes() -> None:
    stopping = Rule(1, (1,), severities=frozenset({"critical"}), stops=True)
    assert chosen(stopping, Rule(2, (2,))) == [1]
    assert chosen(stopping, Rule(2, (2,)), severity=Severity.INFO) == [2]


def test_a_route_that_waits_is_not_asked_at_once() -> None:
    assert chosen(Rule(1, (1,)), Rule(2, (2,), after=HOUR)) == [1]


def test_without_routes_at_once_every_channel_that_no_other_route_names_gets_everything() -> None:
    assert chosen(Rule(1, (2,), after=HOUR)) == [1, 3]


@pytest.mark.parametrize(
    ("waited", "expected"),
    [
        ((timedelta(0), HOUR - timedelta(seconds=1)), []),
        ((timedelta(0), HOUR), [2]),
        ((HOUR, 2 * HOUR), [3]),
        ((timedelta(0), 2 * HOUR), [2, 3]),
        ((2 * HOUR, 9 * HOUR), []),
    ],
)
def test_a_route_that_waits_is_asked_once_its_time_is_over(
    waited: tuple[timedelta, timedelta], expected: list[int]
) -> None:
    rules = [Rule(1, (1,)), Rule(2, (2,), after=HOUR), Rule(3, (3,), after=2 * HOUR)]
    assert [one.channel_id for one in choose_later(rules, CHANNELS, make_message(), NOW, waited)] == expected


def test_a_channel_that_may_not_get_it_does_not() -> None:
    assert chosen(Rule(1, (1, 99))) == [1]


def berlin(text: str) -> datetime:
    """UTC of a time that is given as in Berlin in winter (one hour ahead)."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "at", "holds"),
    [
        (OFFICE, berlin("2026-03-10 09:00"), True),
        (OFFICE, berlin("2026-03-10 08:59"), False),
        (OFFICE, berlin("2026-03-10 16:59"), True),
        (OFFICE, berlin("2026-03-10 17:00"), False),
        (OFFICE, berlin("2026-03-14 12:00"), False),  # a Saturday
        (OFFICE, datetime(2026, 6, 9, 7, 0, tzinfo=UTC), True),  # summer time: 09:00 is 07:00 UTC
        (NIGHT, berlin("2026-03-13 23:00"), True),  # Friday night
        (NIGHT, berlin("2026-03-14 05:59"), True),  # still Friday's shift
        (NIGHT, berlin("2026-03-14 06:00"), False),
        (NIGHT, berlin("2026-03-14 23:00"), False),
        (NIGHT, datetime(2026, 3, 28, 4, 59, tzinfo=UTC), True),  # the night before the clocks change
        (Hours(frozenset({"sun"}), time(0), time(0), "Europe/Berlin"), datetime(2026, 3, 29, 1, 30, tzinfo=UTC), True),
    ],
)
def test_business_hours_are_local_times_of_their_zone(hours: Hours, at: datetime, holds: bool) -> None:
    assert hours.hold(at) is holds


@pytest.mark.parametrize(("when", "told"), [(When.ALWAYS, True), (When.WITHIN, True), (When.OUTSIDE, False)])
def test_a_route_may_hold_only_in_or_outside_its_hours(when: When, told: bool) -> None:
    assert bool(chosen(Rule(1, (1,), when=when, hours=OFFICE))) is told
