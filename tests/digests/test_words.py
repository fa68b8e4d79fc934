"""What a digest says: the news in its subject, what matters first, quiet said plainly."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from dashboard.core.units import Unit
from dashboard.digests import significance
from dashboard.digests.document import News
from dashboard.digests.formats import LOCALES, Writer
from dashboard.digests.sections import EVERY
from dashboard.digests.subject import headline
from dashboard.digests.words import worded
from tests.digests.contents import bad_day, document, quiet_day


def test_the_subject_of_a_bad_day_carries_the_worst_news_first() -> None:
    assert document(bad_day(1)).subject == (
        "Checkout-0-api: critical, error budget of Checkout answers used up – This morning"
    )
    assert document(bad_day(9)).subject == (
        "3 critical alerts open, error budget of Checkout answers used up, spend +23 % – This morning"
    )


@pytest.mark.parametrize(
    ("news", "expected"),
    [
        ([], "All quiet"),
        ([(5, "spend +23 %"), (0, "2 critical alerts open")], "2 critical alerts open, spend +23 %"),
        ([(1, "a"), (2, "b"), (3, "c"), (4, "d")], "A, b, c"),
        ([(1, "x" * 60), (2, "y" * 60), (3, "z")], "X" + "x" * 59 + ", z"),
    ],
)
def test_the_headline_has_as_many_news_as_a_phone_shows(news: list[tuple[int, str]], expected: str) -> None:
    assert headline([News(rank, text) for rank, text in news]) == expected


def test_a_bad_day_has_all_sections_in_the_schedules_order() -> None:
    assert [one.title for one in document(bad_day()).sections] == [
        "Alerts", "SLOs and error budgets", "Latency and errors", "Deploys", "Spend", "Collectors",
    ]  # fmt: skip
    turned = worded(bad_day(), ["spend", "alerts"], Writer(LOCALES["en"], ZoneInfo("UTC")))
    assert [one.title for one in turned.sections] == ["Spend", "Alerts"]


def test_each_section_says_what_there_is_to_know_in_one_sentence() -> None:
    assert {one.key: one.sentence for one in document(bad_day()).sections} == {
        "alerts": "6 alerts opened, 4 resolved; 3 still open (1 critical, 2 warning).",
        "slos": "2 objectives: 1 with no error budget left, 0 with little.",
        "movers": "checkout-0, checkout-1 and checkout-2 got worse; search got better, against a week before.",
        "deploys": "3 deploys of 3 stacks; checkout-0 did not succeed; checkout-1 did worse afterwards.",
        "spend": "412 USD on the newest settled day, +23 % against the day before; 9123 USD this month so far; "
        "12.4 k USD expected by its end (11 k USD to 13.8 k USD), last month 11.9 k USD.",
        "collectors": "2 blind times of collectors; one still lasts. What happened then may be missing above.",
    }


def test_alerts_stand_as_open_gone_resolved_and_noise() -> None:
    alerts = document(bad_day()).sections[0]
    assert [(block.label, len(block.lines)) for block in alerts.blocks] == [
        ("Still open", 3), ("Came and went", 3), ("Resolved", 1), ("Noisiest thresholds", 1),
    ]  # fmt: skip
    first = alerts.blocks[0].lines[0]
    assert (first.title, first.figure, first.word) == ("checkout-0-api", "for 5 h", "critical")
    assert first.detail == "16 % of requests fail, above 5 % for 15 min. checkout-0, new"


def test_what_does_not_fit_is_counted_and_linked() -> None:
    block = document(bad_day(200)).sections[0].blocks[0]
    assert (len(block.lines), block.more) == (8, 192)
    assert block.href.endswith("/alerts/")


def test_a_quiet_day_says_so_plainly() -> None:
    quiet = document(quiet_day())
    assert quiet.quiet
    assert (quiet.headline, quiet.sections) == ("All quiet", [])
    assert [one.sentence for one in quiet.still] == [
        "No alert is open, and none was.",
        "No stack moved noticeably against a week before.",
        "Nothing was deployed.",
        "All 14 collectors brought what they should.",
    ]


def test_nothing_collected_is_never_all_quiet() -> None:
    content = quiet_day()
    assert content.collectors
    blind = document(replace(content, collectors=replace(content.collectors, collectors=0)))
    assert not blind.quiet
    assert blind.headline == "Nothing is collected"


def test_a_part_is_said_to_be_a_part() -> None:
    assert document(replace(quiet_day(), scope="environment prod")).notes == ["It is about environment prod alone."]


def test_money_is_left_out_where_it_may_not_be_seen() -> None:
    without = document(replace(bad_day(), spend=None))
    assert "USD" not in str(without)
    assert "spend" not in [one.key for one in without.sections]


@pytest.mark.parametrize(
    ("now", "then", "moved"),
    [
        ((80, 10_000), (5, 10_000), True),  # 0.05 % → 0.8 %
        ((9, 10_000), (0, 10_000), False),  # too few errors
        ((30, 400), (0, 400), False),  # too few requests
        ((30, 1_000_000), (15, 1_000_000), False),  # a change that nobody notices
        ((300, 10_000), (280, 10_000), False),  # chance
        ((5, 10_000), (300, 10_000), True),  # better counts as well
    ],
)
def test_errors_move_by_volume_size_and_more_than_chance(
    now: tuple[int, int], then: tuple[int, int], moved: bool
) -> None:
    assert significance.errors_moved(*now, *then) is moved


@pytest.mark.parametrize(
    ("now", "before", "requests", "moved"),
    [(400, 300, 10_000, True), (310, 300, 10_000, False), (12, 4, 10_000, False), (400, 300, 100, False)],
)
def test_latency_moves_by_share_and_milliseconds(now: float, before: float, requests: float, moved: bool) -> None:
    assert significance.latency_moved(now, requests, before, requests) is moved


@pytest.mark.parametrize(
    ("locale", "count", "money", "day"),
    [
        ("en", "1,234,567", "12.3 k USD", "Mon, 23 Nov 2026"),
        ("en-us", "1,234,567", "12.3 k USD", "Mon, Nov 23, 2026"),
        ("de", "1.234.567", "12,3 k USD", "Mon, 23.11.2026"),
        ("fr", "1\u202f234\u202f567", "12,3 k USD", "Mon, 23/11/2026"),
        ("iso", "1\u202f234\u202f567", "12.3 k USD", "Mon, 2026-11-23"),
    ],
)
def test_numbers_and_dates_follow_the_locale(locale: str, count: str, money: str, day: str) -> None:
    writer = Writer(LOCALES[locale], ZoneInfo("UTC"))
    assert writer.count(1_234_567) == count
    assert writer.money(Decimal(12_345), "USD") == money
    assert writer.day(date(2026, 11, 23)) == day


def test_times_are_of_the_schedules_zone_and_dated_beyond_a_week() -> None:
    at = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
    assert Writer(LOCALES["en"], ZoneInfo("Asia/Tokyo")).time(at) == "Mon 16:05"
    assert Writer(LOCALES["en"], ZoneInfo("Asia/Tokyo"), dated=True).time(at) == "Mon 23 Nov 16:05"


@pytest.mark.parametrize(
    ("share", "expected"), [(0.23, "+23 %"), (-0.081, "−8 %"), (0.004, "+0.4 %"), (0, "±0.0 %"), (14.0, "×15")]
)
def test_changes_are_read_at_a_glance(share: float, expected: str) -> None:
    assert Writer(LOCALES["en"], ZoneInfo("UTC")).change(share) == expected


def test_a_value_that_is_not_there_is_no_zero() -> None:
    assert Writer(LOCALES["de"], ZoneInfo("UTC")).value(None, Unit.SHARE) == "no data"


def test_every_section_can_be_chosen() -> None:
    assert {one.key for one in document(bad_day()).sections} == set(EVERY)


def test_when_everything_fails_more_it_is_not_quiet_though_no_stack_stands_out() -> None:
    content = quiet_day()
    assert content.movers
    traffic = replace(content.movers.traffic, errors=80_000.0)
    loud = document(replace(content, movers=replace(content.movers, traffic=traffic)))
    assert (loud.quiet, loud.headline) == (False, "More requests fail than usual")
