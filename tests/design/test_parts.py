"""Parts of pages say what is, in words as well as in colour."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string

from dashboard.core.times import say_age, say_duration
from dashboard.templatetags.pictures import as_percent, cut_middle, exact


def shown(part: str, **context: object) -> str:
    return " ".join(render_to_string(f"parts/{part}.html", context).split())


def test_a_tile_without_value_says_no_data_and_not_zero() -> None:
    assert "no data" in shown("tile", label="Requests", value=None)


def test_a_tile_with_zero_says_zero() -> None:
    assert ">0<" in shown("tile", label="Errors", value="0")


@pytest.mark.parametrize(
    ("trend", "words"),
    [
        ({"share": 0.08, "good": None}, ["up", "8 %"]),
        ({"share": -0.12, "good": True}, ["down", "12 %", "better"]),
        ({"share": 1.6, "good": False}, ["up", "160 %", "worse"]),
        ({"share": 0.0, "good": None}, ["unchanged", "0 %"]),
    ],
)
def test_a_trend_is_said_in_words(trend: dict[str, object], words: list[str]) -> None:
    text = shown("trend", trend=trend)
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("state", "word"), [("ok", "Healthy"), ("warning", "Degraded"), ("critical", "Unhealthy"), ("unknown", "No data")]
)
def test_a_state_has_a_word_beside_its_colour(state: str, word: str) -> None:
    assert word in shown("pill", state=state)


def test_stale_data_says_so_and_why() -> None:
    at = datetime.now(tz=UTC) - timedelta(minutes=34)
    text = shown("freshness", fresh={"at": at, "state": "stale", "reason": "throttled"})
    assert [word for word in ("stale", "34 min ago", "throttled") if word not in text] == []


def test_what_was_never_collected_is_not_shown_as_old() -> None:
    assert "not collected" in shown("freshness", fresh={"at": None, "state": "never", "reason": "access denied"})


def test_names_from_outside_stay_text() -> None:
    assert "<script>" not in shown("timeline", entries=[{"title": "<script>", "at": None}])


def test_a_chart_description_survives_quotes() -> None:
    text = shown("chart", chart={"id": "c", "title": 'What\'s "p95"?', "series": [{"id": 1, "label": "<p95>"}]})
    assert "&lt;p95&gt;" in text
    assert "<p95>" not in text


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=2), "now"),
        (timedelta(seconds=42), "42 s ago"),
        (timedelta(minutes=6), "6 min ago"),
        (timedelta(hours=3, minutes=40), "3 h ago"),
        (timedelta(days=2), "2 d ago"),
        (timedelta(minutes=-3), "in 3 min"),
    ],
)
def test_ages_are_said_shortly(age: timedelta, text: str) -> None:
    assert say_age(age) == text


def test_a_negative_duration_is_nothing() -> None:
    assert say_duration(timedelta(seconds=-5)) == "0 s"


def test_an_exact_time_names_its_zone() -> None:
    assert exact(datetime(2026, 11, 23, 14, 5, tzinfo=UTC)) == "Mon 23 Nov 2026, 14:05:00 UTC"


@pytest.mark.parametrize(("share", "text"), [(0.123, "12"), (-0.042, "4.2"), (0.03, "3"), (1.6, "160")])
def test_shares_are_said_as_percent(share: float, text: str) -> None:
    assert as_percent(share) == text


def test_long_identifiers_are_cut_in_the_middle() -> None:
    assert cut_middle("checkout-api-production-handle-payment", 20) == "checkout-a…e-payment"
