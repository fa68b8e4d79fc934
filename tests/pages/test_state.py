"""The state of a page is read from its address."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from dashboard.pages.state import PageState, StateError, parse_state

NOW = datetime(2026, 3, 2, 14, 5, 42, 7, tzinfo=UTC)
MINUTE = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)


def parse(address: str) -> PageState:
    return parse_state(QueryDict(address), NOW)


@pytest.mark.parametrize(
    ("address", "start", "end"),
    [
        ("", MINUTE - timedelta(hours=3), MINUTE),
        ("range=", MINUTE - timedelta(hours=3), MINUTE),
        ("range=1h", MINUTE - timedelta(hours=1), MINUTE),
        ("range=30d", MINUTE - timedelta(days=30), MINUTE),
        ("range=3h&from=5&to=7", MINUTE - timedelta(hours=3), MINUTE),
        (
            "range=custom&from=1772400000&to=1772407200",
            datetime(2026, 3, 1, 21, 20, tzinfo=UTC),
            datetime(2026, 3, 1, 23, 20, tzinfo=UTC),
        ),
        (
            "range=custom&from=1772458800&to=1999999999",
            datetime(2026, 3, 2, 13, 40, tzinfo=UTC),
            MINUTE + timedelta(minutes=1),
        ),
    ],
)
def test_the_time_range_is_a_window(address: str, start: datetime, end: datetime) -> None:
    window = parse(address).window
    assert (window.start, window.end) == (start, end)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("range=2h", "“range” is '2h'; it can be 1h, 3h, 12h, 24h, 7d, 30d, custom."),
        ("compare=year", "“compare” is 'year'; it can be previous, week."),
        ("range=custom", "“from” must be a time in whole seconds since 1970"),
        ("range=custom&from=yesterday&to=1772407200", "“from” must be"),
        ("range=custom&from=1772400000&to=-5", "“to” must be"),
        ("range=custom&from=1772400000&to=٣٣", "“to” must be"),
        ("range=custom&from=1772407200&to=1772400000", "ends before it starts"),
        ("range=custom&from=1999999990&to=1999999999", "lies in the future"),
        ("range=custom&from=0&to=1772407200", "longer than the 457 days"),
        ("range=custom&from=999999999999999999&to=1", "“from” must be"),
    ],
)
def test_a_bad_address_is_refused_with_what_it_may_be(address: str, says: str) -> None:
    with pytest.raises(StateError) as caught:
        parse(address)
    assert says in str(caught.value)


def test_filters_can_hold_several_values() -> None:
    state = parse("account=111122223333&account=444455556666&environment=prod&team=Payments&team=")
    assert state.accounts == {"111122223333", "444455556666"}
    assert (state.environments, state.teams) == ({"prod"}, {"Payments"})


@pytest.mark.parametrize(
    ("address", "filtered"),
    [("", False), ("account=&team=", False), ("team=Payments", True), ("environment=prod", True)],
)
def test_a_page_knows_whether_it_is_filtered(address: str, filtered: bool) -> None:
    assert parse(address).is_filtered is filtered


@pytest.mark.parametrize(
    ("address", "shift", "versus"),
    [
        ("", timedelta(0), ""),
        ("range=12h&compare=previous", timedelta(hours=12), "the period before"),
        ("range=12h&compare=week", timedelta(days=7), "the same time last week"),
    ],
)
def test_the_comparison_lies_so_far_back(address: str, shift: timedelta, versus: str) -> None:
    state = parse(address)
    assert (state.shift, state.versus) == (shift, versus)


def test_the_compared_window_is_as_long_as_the_window() -> None:
    state = parse("range=1h&compare=previous")
    assert state.compared is not None
    assert state.compared.end == state.window.start
    assert state.compared.length == state.window.length


def test_without_comparison_there_is_no_compared_window() -> None:
    assert parse("").compared is None


@pytest.mark.parametrize(("address", "words"), [("", "the last 3 hours"), ("range=1h", "the last hour")])
def test_the_range_can_be_said(address: str, words: str) -> None:
    assert parse(address).words == words
