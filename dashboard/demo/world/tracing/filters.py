"""Which requests a filter expression keeps: the tree, applied to whole columns."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.demo.world.noise import Floats
from dashboard.demo.world.tracing import annotations, facts, people
from dashboard.demo.world.tracing.chance import Flags
from dashboard.demo.world.tracing.failures import statuses
from dashboard.demo.world.tracing.filter_syntax import Denied, Joined, Passed, Test, Tree, Value, parse
from dashboard.demo.world.tracing.graph import Matching
from dashboard.demo.world.tracing.requests import Requests
from dashboard.demo.world.tracing.routes import routes, routes_of
from dashboard.demo.world.tracing.summaries import duration_of, flags_of, partial_of
from dashboard.demo.world.tracing.views import Seen, View

_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "contains": lambda have, want: str(want).lower() in str(have).lower(),
    "beginswith": lambda have, want: str(have).lower().startswith(str(want).lower()),
    "endswith": lambda have, want: str(have).lower().endswith(str(want).lower()),
}


def read_filter(expression: str) -> Matching:
    """The filter that an expression describes. Raises FilterError."""
    tree = parse(expression)
    return lambda view, requests: _kept(tree, _Whole(view, requests))


def _kept(tree: Tree, subject: "_Subject") -> Flags:
    if isinstance(tree, Denied):
        return ~_kept(tree.part, subject)
    if isinstance(tree, Joined):
        join = np.logical_and if tree.every else np.logical_or
        result: Flags = join.reduce([_kept(part, subject) for part in tree.parts])
        return result
    return subject.passed(tree) if isinstance(tree, Passed) else subject.test(tree)


@dataclass
class _Subject:
    """What keywords are about; a trace, or one call of it."""

    view: View
    requests: Requests

    def flag(self, name: str) -> Flags:
        """Whether a flag is up: fault, error, throttle or partial."""
        raise NotImplementedError

    def number(self, name: str) -> Floats:
        """responsetime, duration or http.status."""
        raise NotImplementedError

    def test(self, test: Test) -> Flags:
        """One comparison."""
        keyword, _, key = test.keyword.partition(".")
        if keyword == "annotation":
            return self._annotated(key, test)
        if keyword in {"ok", "fault", "error", "throttle", "partial"}:
            flags = self._ok() if keyword == "ok" else self.flag(keyword)
            return flags if (test.value is True) == (test.sign != "!=") else ~flags
        if test.keyword in {"responsetime", "duration", "http.status"}:
            result: Flags = _SIGNS[test.sign](self.number(test.keyword), test.value)
            return result
        return self._told(test)

    def passed(self, wanted: Passed) -> Flags:
        """Whether the request went through a service, or from one to another."""
        found = np.zeros(len(self.requests), dtype=np.bool_)
        for seen in self.view.seen:
            if _is_meant(seen, wanted):
                there = self.requests.columns[seen.slot.number].present
                if wanted.condition is not None:
                    there = there & _kept(wanted.condition, _One(self.view, self.requests, seen))
                found = found | there
        return found

    def _ok(self) -> Flags:
        return ~(self.flag("fault") | self.flag("error") | self.flag("throttle"))

    def _annotated(self, key: str, test: Test) -> Flags:
        if key not in annotations.names_of(self.requests):
            return np.zeros(len(self.requests), dtype=np.bool_)
        values = facts.values_of(self.requests.entry, key)
        table = np.array([not test.sign or _compared(value, test) for value in values], dtype=np.bool_)
        return table[self.requests.fact(key)] & annotations.annotated(self.view, self.requests)

    def _told(self, test: Test) -> Flags:
        """Texts that only some requests have."""
        texts = _texts(self.view, self.requests, test.keyword)
        if not test.sign:
            return np.array([bool(text) for text in texts], dtype=np.bool_)
        return np.array([bool(text) and _compared(text, test) for text in texts], dtype=np.bool_)


class _Whole(_Subject):
    """A whole trace, as the region saw it."""

    def flag(self, name: str) -> Flags:
        """Up at any of its segments."""
        return partial_of(self.view, self.requests) if name == "partial" else flags_of(self.view, self.requests, name)

    def number(self, name: str) -> Floats:
        """The response time is the first segment's, the duration that of everything."""
        if name == "duration":
            return duration_of(self.view, self.requests)
        if name == "http.status":
            return statuses(self.requests, self.view.root).astype(np.float64)
        return self.requests.columns[self.view.root.number].outer


@dataclass
class _One(_Subject):
    """One call of a trace."""

    seen: Seen

    def flag(self, name: str) -> Flags:
        """The call's own."""
        column = self.requests.columns[self.seen.slot.number]
        if name == "partial":
            return self.requests.lost(self.seen.slot)
        flags: Flags = getattr(column, name)
        return flags

    def number(self, name: str) -> Floats:
        """As its caller saw it."""
        if name == "http.status":
            return statuses(self.requests, self.seen.slot).astype(np.float64)
        return self.requests.columns[self.seen.slot.number].outer


def _is_meant(seen: Seen, wanted: Passed) -> bool:
    if wanted.target is None:
        return any(wanted.source.fits(node) for node in (seen.service, seen.function))
    pairs = ((seen.caller, seen.service), (seen.service, seen.function))
    return any(wanted.source.fits(source) and wanted.target.fits(target) for source, target in pairs)


def _compared(have: Value, test: Test) -> bool:
    """A value against the wanted one; values of different kinds are merely unequal."""
    if isinstance(have, bool) != isinstance(test.value, bool) or isinstance(have, str) != isinstance(test.value, str):
        return test.sign == "!="
    return bool(_SIGNS[test.sign](have, test.value))


def _texts(view: View, requests: Requests, keyword: str) -> Sequence[str]:
    users, addresses, browsers, _ = (people.every(part) for part in people.drawn(requests))
    if keyword == "user":
        return [people.user(requests, number) for number in users]
    known = routes_of(requests.entry)
    if not view.complete or not any(url for _, url in known):
        return [""] * len(requests)
    if keyword == "http.clientip":
        return [people.address(number) for number in addresses]
    if keyword == "http.useragent":
        return [people.browser(number) for number in browsers]
    part = {"http.method": 0, "http.url": 1}.get(keyword)
    if part is None:
        return [""] * len(requests)
    return [known[number][part] for number in people.every(routes(requests))]
