"""The small language of find and hide: `service = lambda and (errors > 1% or p95 > 500ms)`.

A field, an operator and a value make a comparison; comparisons are joined with and, or, not and brackets. A word alone
is looked for in names.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dashboard.core.units import Unit, read_value

Value = str | float | bool | None
Facts = Mapping[str, Value]
"""What is known of a node, by field; None where nothing is known, which no comparison holds for."""
Condition = Callable[[Facts], bool]

TEXTS = ("name", "service", "stack", "account", "region", "environment", "kind", "health")
NUMBERS: Mapping[str, Unit] = {
    "requests": Unit.COUNT,
    "errors": Unit.SHARE,
    "faults": Unit.SHARE,
    "throttles": Unit.SHARE,
    "p50": Unit.SECONDS,
    "p95": Unit.SECONDS,
    "p99": Unit.SECONDS,
    "waiting": Unit.SECONDS,
}
FLAGS = ("traced", "entry")
FIELDS = (*TEXTS, *NUMBERS, *FLAGS)
COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
JOINING = ("and", "or", "not")
DEEPEST = 50
_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"[^"]*")|(?P<sign>>=|<=|!=|=|>|<|\(|\))|(?P<word>[^\s()<>=!"]+)|(?P<other>\S))"""
)


class ExpressionError(ValueError):
    """The expression means nothing; the message says where and what was expected."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a quoted text or a sign, and the position of its first letter, from 1."""

    text: str
    at: int
    quoted: bool = False

    @property
    def lower(self) -> str:
        """For comparing with words of the language; a quoted text is none."""
        return "" if self.quoted else self.text.lower()


def parse(text: str) -> Condition:
    """The condition that an expression says. Raises ExpressionError."""
    reader = _Reader(_tokens(text), len(text.rstrip()) + 1)
    condition = reader.any_of()
    if (left := reader.peek()) is not None:
        raise _error(left.at, f"expected “and” or “or” before “{_short(left.text)}”")
    return condition


def _error(at: int, what: str) -> ExpressionError:
    return ExpressionError(f"At position {at}: {what}.")


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:23]}…"


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        at = match.start(kind) + 1
        if kind == "other":
            what = "this quote is not closed" if match[kind] == '"' else f"“{match[kind]}” means nothing here"
            raise _error(at, what)
        found.append(Token(match[kind].strip('"') if kind == "quoted" else match[kind], at, kind == "quoted"))
    return found


class _Reader:
    """Reads tokens from left to right; `not` binds before `and`, and that before `or`."""

    def __init__(self, tokens: list[Token], end: int) -> None:
        self._tokens = tokens
        self._end = end
        self._next = 0
        self._depth = 0

    def peek(self) -> Token | None:
        """The next token, if any is left."""
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def take(self, expected: str) -> Token:
        """The next token. Raises ExpressionError when none is left."""
        token = self.peek()
        if token is None:
            raise _error(self._end, f"expected {expected}")
        self._next += 1
        return token

    def take_word(self, *words: str) -> str:
        """The next token if it is one of those; blank otherwise."""
        token = self.peek()
        if token is None or token.lower not in words:
            return ""
        self._next += 1
        return token.lower

    def any_of(self) -> Condition:
        """Conditions joined by `or`."""
        parts = [self._all_of()]
        while self.take_word("or"):
            parts.append(self._all_of())
        return parts[0] if len(parts) == 1 else lambda facts: any(part(facts) for part in parts)

    def _all_of(self) -> Condition:
        parts = [self._one()]
        while self.take_word("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda facts: all(part(facts) for part in parts)

    def _one(self) -> Condition:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _error(self._tokens[self._next - 1].at, "this is nested too deeply")
        try:
            if self.take_word("not"):
                inner = self._one()
                return lambda facts: not inner(facts)
            if self.take_word("("):
                inside = self.any_of()
                closing = self.take("“)”")
                if closing.lower != ")":
                    raise _error(closing.at, f"expected “)” before “{_short(closing.text)}”")
                return inside
            return self._comparison()
        finally:
            self._depth -= 1

    def _comparison(self) -> Condition:
        field = self.take("a name or a field such as service, errors or p95")
        if not field.quoted and (field.lower in JOINING or field.text in (*COMPARE, ")")):
            raise _error(field.at, f"expected a name or a field before “{_short(field.text)}”")
        sign = self.take_word(*COMPARE, "contains")
        if not sign:
            return _contains("name", field.text)
        if field.lower not in FIELDS:
            raise _error(field.at, f"“{_short(field.text)}” is no field; there are {', '.join(FIELDS)}")
        value = self.take(f"a value after “{sign}”")
        if not value.quoted and value.text in (*COMPARE, "(", ")"):
            raise _error(value.at, f"expected a value after “{sign}”")
        return _compare(field, sign, self._with_unit(field, value))

    def _with_unit(self, field: Token, value: Token) -> Token:
        """A number and the unit that follows it behind a space."""
        following = self.peek()
        is_number = field.lower in NUMBERS and re.fullmatch(r"[\d.]+", value.text)
        if is_number and following and re.fullmatch(r"%|[µmu]?s|min|h|d|/min", following.lower):
            self._next += 1
            return Token(value.text + following.text, value.at)
        return value


def _compare(field: Token, sign: str, value: Token) -> Condition:
    if field.lower in NUMBERS:
        return _number(field.lower, sign, value)
    if field.lower in FLAGS:
        return _flag(field.lower, sign, value)
    if sign == "contains":
        return _contains(field.lower, value.text)
    if sign not in ("=", "!="):
        raise _error(value.at, f"{field.lower} is a text: compare it with =, != or contains")
    wanted, name, equal = value.text.lower(), field.lower, sign == "="
    return lambda facts: (str(facts.get(name) or "").lower() == wanted) is equal


def _contains(field: str, text: str) -> Condition:
    wanted = text.lower()
    return lambda facts: wanted in str(facts.get(field) or "").lower()


def _flag(field: str, sign: str, value: Token) -> Condition:
    if sign not in ("=", "!=") or value.text.lower() not in ("yes", "no"):
        raise _error(value.at, f"{field} can be = yes or = no")
    wanted = (value.text.lower() == "yes") is (sign == "=")
    return lambda facts: facts.get(field) is wanted


def _number(field: str, sign: str, value: Token) -> Condition:
    if sign == "contains":
        raise _error(value.at, f"{field} is a number: compare it with >, <, >=, <=, = or !=")
    unit, text = NUMBERS[field], value.text.removesuffix("/min")
    if unit == Unit.SECONDS and re.fullmatch(r"[\d.]+", text):
        raise _error(value.at, f"{field} needs a unit, as in 500 ms or 2 s")
    try:
        limit = read_value(text if unit != Unit.SHARE or text.endswith("%") else f"{text}%", unit)
    except ValueError as error:
        raise _error(value.at, str(error).removesuffix(".")) from error
    holds = COMPARE[sign]

    def condition(facts: Facts) -> bool:
        known = facts.get(field)
        return isinstance(known, (int, float)) and holds(float(known), limit)

    return condition
