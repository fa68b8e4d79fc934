"""The grammar of filter expressions (xray-console-filters in the developer guide): text in, a tree out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.demo.world.tracing.places import Node

FLAGS = frozenset({"ok", "error", "fault", "throttle", "partial"})
NUMBERS = frozenset({"responsetime", "duration", "http.status"})
TEXTS = frozenset({"http.url", "http.method", "http.useragent", "http.clientip", "user", "name", "type"})
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>\d+(?:\.\d+)?)|(?P<sign><=|>=|!=|[=<>!(){}\[\],:])"""
    r"""|(?P<word>[A-Za-z_][\w.\-]*))""",
    re.VERBOSE,
)
_COMPARED = frozenset({"=", "!=", "<", "<=", ">", ">="})
_TEXTUAL = frozenset({"=", "!=", "contains", "beginswith", "endswith"})
_DEEPEST = 40

Value = str | float | bool


class FilterError(ValueError):
    """A malformed expression: what is wrong, and at which character, counted from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"Invalid filter expression at position {position}: {message}")


@dataclass(frozen=True)
class Test:
    """A keyword, compared with a value; a flag or an annotation alone is compared with nothing."""

    keyword: str
    sign: str = ""
    value: Value = True


@dataclass(frozen=True)
class Ident:
    """Which services are meant; a blank part matches everything."""

    name: str = ""
    type: str = ""
    account_id: str = ""

    def fits(self, node: Node | None) -> bool:
        """Whether the node is one of them."""
        if node is None:
            return False
        parts = ((self.name, node.name), (self.type, node.type), (self.account_id, node.account_id))
        return all(wanted in {"", have} for wanted, have in parts)


@dataclass(frozen=True)
class Passed:
    """A service that a trace went through, or with a target a connection; the condition is about that part."""

    source: Ident
    target: "Ident | None" = None
    condition: "Tree | None" = None


@dataclass(frozen=True)
class Joined:
    """Both of two expressions (`every`), or either."""

    every: bool
    parts: tuple["Tree", ...]


@dataclass(frozen=True)
class Denied:
    """The opposite of an expression."""

    part: "Tree"


Tree = Test | Passed | Joined | Denied


@dataclass(frozen=True)
class Token:
    """A piece of the text: its kind (text, number, sign, word, end), itself, and where it begins."""

    kind: str
    text: str
    position: int


def parse(expression: str) -> Tree:
    """The tree of an expression. Raises FilterError."""
    reader = _Reader(list(_tokens(expression)))
    tree = reader.either()
    reader.expect("end", "", "the end")
    return tree


def _tokens(expression: str) -> Iterator[Token]:
    position = 0
    while expression[position:].strip():
        found = _TOKEN.match(expression, position)
        if found is None or found.lastgroup is None:
            begun = position + len(expression[position:]) - len(expression[position:].lstrip())
            raise FilterError(f"unexpected {expression[begun]!r}", begun)
        yield Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup))
        position = found.end()
    yield Token("end", "", len(expression))


class _Reader:
    """Reads tokens from left to right, one method per rule of the grammar."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def expect(self, kind: str, text: str, called: str) -> Token:
        """The next token, which has to be this one. Raises FilterError."""
        token = self._next
        if token.kind != kind or (text and token.text.lower() != text):
            raise FilterError(f"expected {called}, found {token.text or 'the end'}", token.position)
        self._at += 1
        return token

    def _taken(self, *texts: str) -> bool:
        """Whether the next token is one of these signs or words; if so it is passed."""
        if self._next.kind in {"sign", "word"} and self._next.text.lower() in texts:
            self._at += 1
            return True
        return False

    def either(self) -> Tree:
        """Parts joined by OR."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FilterError("nested too deeply", self._next.position)
        parts = [self._both()]
        while self._taken("or"):
            parts.append(self._both())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Joined(every=False, parts=tuple(parts))

    def _both(self) -> Tree:
        parts = [self._part()]
        while self._taken("and"):
            parts.append(self._part())
        return parts[0] if len(parts) == 1 else Joined(every=True, parts=tuple(parts))

    def _part(self) -> Tree:
        denied = False
        while self._taken("not", "!"):
            denied = not denied
        part = self._one()
        return Denied(part) if denied else part

    def _one(self) -> Tree:
        if self._taken("("):
            tree = self.either()
            self.expect("sign", ")", ")")
            return tree
        word = self.expect("word", "", "a keyword")
        keyword = word.text.lower()
        if keyword in {"service", "edge"} and self._next.text == "(":
            return self._passed(keyword)
        if keyword == "annotation" and self._taken("["):
            return self._annotated()
        if keyword.startswith("annotation."):
            return self._compared(f"annotation.{word.text[len('annotation.') :]}")
        if keyword in FLAGS or keyword in NUMBERS or keyword in TEXTS:
            return self._compared(keyword)
        raise FilterError(f"unknown keyword {word.text}", word.position)

    def _annotated(self) -> Tree:
        token = self._next
        if token.kind not in {"word", "text", "number"}:
            raise FilterError("expected an annotation's key", token.position)
        self._at += 1
        self.expect("sign", "]", "]")
        return self._compared(f"annotation.{_unquoted(token) if token.kind == 'text' else token.text}")

    def _compared(self, keyword: str) -> Tree:
        token = self._next
        sign = token.text.lower()
        if token.kind not in {"sign", "word"} or sign not in _COMPARED | _TEXTUAL:
            if keyword in NUMBERS or keyword in TEXTS - {"user"}:
                raise FilterError(f"expected a comparison after {keyword}", token.position)
            return Test(keyword)
        if sign not in _signs(keyword):
            raise FilterError(f"{token.text} does not apply to {keyword}", token.position)
        self._at += 1
        return Test(keyword, sign, self._value(keyword))

    def _value(self, keyword: str) -> Value:
        token = self._next
        value = _value_of(token)
        kinds: tuple[type, ...] = (str, float, bool)
        if keyword in FLAGS:
            kinds = (bool,)
        elif keyword in NUMBERS:
            kinds = (float,)
        elif keyword in TEXTS:
            kinds = (str,)
        if type(value) not in kinds:
            names = {bool: "true or false", float: "a number", str: "a quoted text"}
            raise FilterError(f"expected {' or '.join(names[kind] for kind in kinds)}", token.position)
        self._at += 1
        return value if value is not None else ""

    def _passed(self, keyword: str) -> Tree:
        self.expect("sign", "(", "(")
        source, target = Ident(), None
        if self._next.text != ")":
            source = self._ident()
        if keyword == "edge":
            self.expect("sign", ",", ",")
            target = self._ident()
        self.expect("sign", ")", ")")
        condition = None
        if self._taken("{"):
            condition = self.either()
            self.expect("sign", "}", "}")
        return Passed(source, target, condition)

    def _ident(self) -> Ident:
        """A quoted name, or id(name: "…", type: "…", account.id: "…")."""
        if self._next.kind == "text":
            return Ident(_unquoted(self.expect("text", "", "a name")))
        self.expect("word", "id", "a quoted name or id(…)")
        self.expect("sign", "(", "(")
        parts: dict[str, str] = {}
        while not parts or self._taken(","):
            key = self.expect("word", "", "name, type or account.id")
            if key.text.lower() not in {"name", "type", "account.id"}:
                raise FilterError(f"expected name, type or account.id, found {key.text}", key.position)
            self.expect("sign", ":", ":")
            parts[key.text.lower()] = _unquoted(self.expect("text", "", "a quoted text"))
        self.expect("sign", ")", ")")
        return Ident(parts.get("name", ""), parts.get("type", ""), parts.get("account.id", ""))


def _signs(keyword: str) -> frozenset[str]:
    if keyword in FLAGS:
        return frozenset({"=", "!="})
    if keyword in NUMBERS:
        return _COMPARED
    return _TEXTUAL if keyword in TEXTS else _COMPARED | _TEXTUAL


def _unquoted(token: Token) -> str:
    return re.sub(r"\\(.)", r"\1", token.text[1:-1])


def _value_of(token: Token) -> Value | None:
    if token.kind == "text":
        return _unquoted(token)
    if token.kind == "number":
        return float(token.text)
    if token.kind == "word" and token.text.lower() in {"true", "false"}:
        return token.text.lower() == "true"
    return None
