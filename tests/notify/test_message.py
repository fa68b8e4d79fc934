"""Messages survive being stored; texts become fit for headers and lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.notify import texts
from dashboard.notify.message import Event, from_json, to_json
from tests.notify.conftest import HOSTILE, hostile_message, make_message


def test_a_message_comes_back_from_storage_as_it_was() -> None:
    message = make_message(labels={"app": "shop"}, reminder=2)
    assert from_json(to_json(message)) == message


@pytest.mark.parametrize(
    ("changed", "headline"),
    [
        ({}, "Critical: checkout-api p95 2.4 s"),
        ({"reminder": 2}, "Reminder 2, critical: checkout-api p95 2.4 s"),
        ({"event": Event.RESOLVED}, "Resolved: checkout-api p95 2.4 s"),
        ({"event": Event.TEST}, "Test: checkout-api p95 2.4 s"),
    ],
)
def test_the_headline_says_what_happened(changed: dict[str, object], headline: str) -> None:
    assert make_message(**changed).headline == headline


CONTROLS = "".join(chr(code) for code in (*range(32), *range(127, 160), 0x2028, 0x2029, 0x202E, 0x200B, 0xFEFF, 0xD800))


@pytest.mark.parametrize("character", CONTROLS, ids=lambda character: f"U+{ord(character):04X}")
def test_no_control_character_survives_in_a_line(character: str) -> None:
    assert texts.one_line(f"a{character}b", 50) == "a b"


@given(st.text(), st.integers(4, 200))
def test_a_line_is_never_longer_than_asked(text: str, most: int) -> None:
    assert len(texts.one_line(text, most)) <= most
    assert texts.ascii_line(text, most).isascii()
    assert len(texts.ascii_line(text, most)) <= most


def test_text_for_people_has_everything() -> None:
    text = texts.plain_text(make_message())
    for part in ("Critical: checkout-api", "above 1 s", "Value: 2.4 s", "Stack: checkout", "Chart: https://stackdeck"):
        assert part in text


def test_hostile_names_add_no_lines_of_their_own_to_the_table() -> None:
    text = texts.plain_text(hostile_message())
    assert not [line for line in text.split("\n\n")[1].splitlines() if line.startswith("Bcc")]
    assert HOSTILE not in text
