"""The language of find and hide: what holds for which node, and what is said of mistakes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.pages.map.expressions import ExpressionError, Facts, parse

CHECKOUT: Facts = {
    "name": "checkout-create-order", "service": "lambda", "stack": "checkout", "account": "Shop 000000000001",
    "health": "critical", "requests": 312.0, "errors": 0.16, "faults": 0.16, "throttles": 0.0, "p50": 0.31,
    "p95": 2.4, "p99": 4.0, "waiting": None, "traced": True, "entry": False,
}  # fmt: skip
AUDIT: Facts = {"name": "audit", "service": "lambda", "stack": "", "traced": False, "errors": None, "p95": None}


@pytest.mark.parametrize(
    "text",
    [
        "checkout",
        "CREATE-order",
        '"checkout-create-order"',
        "name contains order",
        "service = lambda",
        "Service = Lambda",
        "service != sqs",
        "account contains 0001",
        "errors > 1%",
        "errors > 1 %",
        "errors>=16%",
        "errors > 10",
        "p95 > 500ms",
        "p95 > 2 s",
        "p95 < 1min",
        "requests > 300",
        "requests > 300/min",
        "traced = yes",
        "entry != yes",
        "stack = checkout and errors > 1%",
        "stack = orders or errors > 1%",
        "not stack = orders",
        "not (stack = orders or p95 < 1s)",
        "stack = orders or stack = checkout and p95 > 2s",
    ],
)
def test_an_expression_holds(text: str) -> None:
    assert parse(text)(CHECKOUT)


@pytest.mark.parametrize(
    "text", ["sqs", "service = sqs", "errors > 20%", "p95 < 2s", "traced = no", "not checkout", "waiting > 1s"]
)
def test_an_expression_does_not_hold(text: str) -> None:
    assert not parse(text)(CHECKOUT)


@pytest.mark.parametrize("text", ["errors > 1%", "errors < 99%", "p95 != 1s", "waiting >= 0s"])
def test_nothing_is_said_of_what_is_not_known(text: str) -> None:
    assert not parse(text)(AUDIT)


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("p95 >", 6, "a value after"),
        ("p95 > and", 7, "not a value"),
        ("errors > lots", 10, "not a value"),
        ("p95 > 500", 7, "needs a unit"),
        ("colour = red", 1, "is no field"),
        ("service > lambda", 11, "is a text"),
        ("errors contains 1", 17, "is a number"),
        ("traced = maybe", 10, "= yes or = no"),
        ("(stack = a", 11, "“)”"),
        ("stack = a)", 10, "“and” or “or”"),
        ("stack = a stack = b", 11, "“and” or “or”"),
        ("and stack = a", 1, "a name or a field"),
        ("stack = a or", 13, "a name or a field"),
        ('name = "open', 8, "quote is not closed"),
        ("not", 4, "a name or a field"),
    ],
)
def test_a_mistake_is_told_with_its_position(text: str, position: int, words: str) -> None:
    with pytest.raises(ExpressionError, match=f"At position {position}: ") as found:
        parse(text)
    assert words in str(found.value)


def test_brackets_without_end_are_refused_and_nothing_breaks() -> None:
    with pytest.raises(ExpressionError, match="nested too deeply"):
        parse("(" * 200)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_understood_or_refused(text: str) -> None:
    try:
        condition = parse(text or "x")
    except ExpressionError:
        return
    assert condition(CHECKOUT) in (True, False)


WORDS = ("not", "and", "or", "(", ")", "checkout", "errors", ">", "1%", "p95", "contains", "=", '"a"', "traced", "no")


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
def test_any_words_of_the_language_are_understood_or_refused(words: list[str]) -> None:
    try:
        condition = parse(" ".join(words))
    except ExpressionError:
        return
    assert condition(AUDIT) in (True, False)
