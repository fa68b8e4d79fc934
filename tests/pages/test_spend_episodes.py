"""Days in a row with one cause are told once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from dashboard.pages.spend.episodes import episodes
from dashboard.spend.found import Driver, Unexpected
from tests.pages.spending import RISE


def rise(days_ago: int, extra: str = "10", where: str = "checkout-prod", usage: str = "") -> Unexpected:
    drivers: Sequence[Driver] = [replace(RISE.drivers[0], usage_type=usage)] if usage else RISE.drivers
    day = RISE.day - timedelta(days=days_ago)
    return replace(RISE, day=day, extra=Decimal(extra), where=where, drivers=tuple(drivers))


def told(found: Sequence[Unexpected]) -> list[tuple[int, str]]:
    return [((RISE.day - one.newest.day).days, f"{one.extra} {one.span}".strip()) for one in episodes(found)]


def test_days_in_a_row_are_one_with_their_sum() -> None:
    assert told([rise(2), rise(0), rise(1, "5.50")]) == [(0, "25.50 the 3 days from 6 Mar on")]


def test_a_day_between_them_makes_two_of_it() -> None:
    assert told([rise(0), rise(2)]) == [(0, "10"), (2, "10")]


def test_what_goes_on_comes_before_what_is_over_and_the_dearest_first() -> None:
    over = replace(rise(1, "90", where="old"), resolved=True)
    assert [one.newest.where for one in episodes([rise(0), over, rise(3, "40", where="search")])] == [
        "search",
        "checkout-prod",
        "old",
    ]


def test_other_stacks_and_other_causes_stand_apart_the_dearest_first() -> None:
    found = [rise(0), rise(1, usage="EU-Request"), rise(0, "30", where="search")]
    assert told(found) == [(0, "30"), (0, "10"), (1, "10")]
