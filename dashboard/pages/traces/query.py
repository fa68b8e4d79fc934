"""The search in the address: read it, say what is wrong with it, and write it as chips."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from dashboard.core.units import Unit, format_value, read_value
from dashboard.traces.read import TraceQuery
from dashboard.traces.read.found import ORDERS, RESULTS

MOST = 100
RESULT_WORDS = {
    "bad": "failed",
    "slow": "slow",
    "ok": "ok",
    "fault": "fault",
    "error": "client error",
    "throttle": "throttled",
}
SINGLE = ("result", "min", "max", "stack", "node", "edge", "url", "method", "status", "user")
REPEATED = ("annotation", "fact")


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition in words, and the address without it."""

    label: str
    value: str
    address: str


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked for; parts that can't be read are told by field and left out of the query."""

    query: TraceQuery
    errors: dict[str, str]


def read_search(given: QueryDict) -> Search:
    """Read the conditions."""
    errors: dict[str, str] = {}

    def read(name: str, reader: Callable[[str], Any], default: Any = None) -> Any:
        text = given.get(name, "").strip()
        if not text:
            return default
        try:
            return reader(text)
        except ValueError as error:
            errors[name] = str(error)
            return default

    pairs = {name: _pairs(given.getlist(name), name, errors) for name in REPEATED}
    query = TraceQuery(
        result=read("result", _one_of(RESULTS), ""),
        least_seconds=read("min", _seconds),
        most_seconds=read("max", _seconds),
        stack_id=read("stack", _key),
        node_id=read("node", _node),
        edge=read("edge", _edge),
        url=read("url", str, ""),
        method=read("method", str.upper, ""),
        status=read("status", _status),
        user=read("user", str, ""),
        annotations=pairs["annotation"],
        facts=pairs["fact"],
        order=read("order", _one_of(ORDERS), "newest"),
        most=MOST,
    )
    return Search(query, errors)


def _one_of(allowed: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"“{text[:40]}” is none of {', '.join(one for one in allowed if one)}.")
        return text

    return read


def _seconds(text: str) -> float:
    seconds = read_value(text, Unit.SECONDS)
    if seconds < 0:
        raise ValueError("A duration is not negative.")
    return seconds


def _key(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(f"“{text[:40]}” is not the number of a stack.")
    return int(text)


def _node(text: str) -> int:
    if not (text.startswith("n") and text[1:].isascii() and text[1:].isdigit() and len(text) < 11):
        raise ValueError(f"“{text[:40]}” is not a node of the map, such as n12.")
    return int(text[1:])


def _edge(text: str) -> tuple[int, int]:
    source, dash, target = text.partition("-")
    if not dash:
        raise ValueError(f"“{text[:40]}” is not a connection of the map, such as n12-n15.")
    return _node(source), _node(target)


def _status(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 100 <= int(text[:4]) <= 599):
        raise ValueError(f"“{text[:40]}” is not an HTTP status from 100 to 599.")
    return int(text)


def _pairs(texts: Sequence[str], name: str, errors: dict[str, str]) -> tuple[tuple[str, str], ...]:
    found = []
    for text in texts:
        key, colon, value = text.partition(":")
        if colon and key:
            found.append((key, value))
        elif text:
            errors[name] = f"“{text[:60]}” is not of the form key:value."
    return tuple(found)


def chips(given: QueryDict, names: dict[str, str]) -> list[Chip]:
    """Every condition with the address that drops it; `names` say what keys of stacks and nodes are called."""
    found = []
    for name in SINGLE:
        text = given.get(name, "").strip()
        if text:
            found.append(
                Chip(_label(name), names.get(f"{name}:{text}", _words(name, text)), _without(given, name, text))
            )
    for name in REPEATED:
        for text in given.getlist(name):
            key, _, value = text.partition(":")
            found.append(Chip(key.removeprefix("annotation."), value, _without(given, name, text)))
    return found


def _label(name: str) -> str:
    return {"min": "at least", "max": "at most", "edge": "connection", "node": "through"}.get(name, name)


def _words(name: str, text: str) -> str:
    if name == "result":
        return RESULT_WORDS.get(text, text)
    if name in {"min", "max"}:
        try:
            return format_value(_seconds(text), Unit.SECONDS)
        except ValueError:
            return text
    return text


def _without(given: QueryDict, name: str, text: str) -> str:
    """The address without one condition."""
    rest = given.copy()
    rest.setlist(name, [one for one in rest.getlist(name) if one.strip() != text])
    return f"?{rest.urlencode()}"


def with_pair(given: QueryDict, name: str, value: str) -> str:
    """The address with one more condition, from which the page begins anew at its top."""
    more = given.copy()
    if name in REPEATED:
        if value not in more.getlist(name):
            more.appendlist(name, value)
    else:
        more[name] = value
    return f"?{more.urlencode()}"
