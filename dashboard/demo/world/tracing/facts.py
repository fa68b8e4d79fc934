"""Annotations of a request: drawn by weight, and moved by incidents so that the cause can be found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dashboard.demo.world.noise import Floats, stable_number
from dashboard.demo.world.tracing.chance import Codes, told_apart, uniform
from dashboard.demo.world.tracing.stories import Fact, story_of
from dashboard.demo.world.tracing.versions import newer_share

if TYPE_CHECKING:
    from dashboard.demo.world.tracing.requests import Requests
    from dashboard.demo.world.tracing.tables import Entry

Value = str | float | bool

HOT_TENANT = "meridian-outlet"
SLOW_PROVIDER = "paylane"
UNKNOWN_CURRENCY = "ZLC"
_AMONG_SLOW = 0.95
"""Share of the slow orders that are paid through the slow provider."""
_PURPOSE = 600


def facts_of(entry: Entry) -> tuple[Fact, ...]:
    """What the entry's requests are annotated with, versions aside."""
    story = story_of(entry.component.name)
    if entry.component.name == "notifications-send-email":
        return tuple(_with_unknown(fact) if fact.name == "currency" else fact for fact in story.facts)
    if entry.component.name == "images-make-thumbnail":
        return (*story.facts, Fact("output_prefix", {"thumbnails/": 1.0, "uploads/": 0.0}))
    return story.facts


def _with_unknown(fact: Fact) -> Fact:
    return Fact(fact.name, {**fact.weights, UNKNOWN_CURRENCY: 0.0})


def values_of(entry: Entry, name: str) -> list[Value]:
    """Every value that an annotation may have; none for one that the entry doesn't carry."""
    if name == "version":
        return [version for _, version in entry.releases]
    return next((list(fact.weights) for fact in facts_of(entry) if fact.name == name), [])


def codes(requests: Requests, name: str) -> Codes:
    """The position of each request's value among the annotation's values."""
    if name == "version":
        return _version(requests)
    fact = next(fact for fact in facts_of(requests.entry) if fact.name == name)
    drawn = uniform(told_apart(requests.hashes, _PURPOSE + stable_number("fact", name) % 10_000), 0)
    chosen = _chosen(fact, drawn)
    if name == "payment_provider":
        return _provider(requests, fact, drawn, chosen)
    if name == "currency" and UNKNOWN_CURRENCY in fact.weights:
        return np.where(requests.poisoned, list(fact.weights).index(UNKNOWN_CURRENCY), chosen)
    if name == "tenant" and requests.table.hot.any():
        return _tenant(requests, fact, drawn, chosen)
    if name == "output_prefix":
        return (drawn < requests.table.looped[requests.rows]).astype(np.int64)
    return chosen


def _version(requests: Requests) -> Codes:
    """Slow orders meet the new release; the rest is shared so that the whole comes out right."""
    releases = requests.entry.releases
    found = np.zeros(len(requests), dtype=np.int64)
    drawn = uniform(told_apart(requests.hashes, _PURPOSE - 3), 0)
    slow_share = requests.table.calls[0].slow_share
    slow = slow_share[requests.rows] if slow_share is not None else np.zeros(len(requests))
    for position, (begun, _) in enumerate(releases[1:], start=1):
        share = newer_share(begun, requests.minutes)
        among_others = np.clip((share - slow) / np.maximum(1 - slow, 1e-9), 0.0, 1.0)
        met = (drawn < among_others) | (requests.slow & (share > 0))
        found = np.where(met, position, found)
    return found


def _chosen(fact: Fact, drawn: Floats) -> Codes:
    edges = np.cumsum(list(fact.weights.values()))
    return np.minimum(np.searchsorted(edges / edges[-1], drawn, side="right"), len(edges) - 1)


def _provider(requests: Requests, fact: Fact, drawn: Floats, chosen: Codes) -> Codes:
    """Slow orders are nearly all paid through one provider, whose share of all orders stays what it was."""
    call = requests.table.calls[0]
    if call.slow_share is None:
        return chosen
    slow = call.slow_share[requests.rows]
    weight = fact.weights[SLOW_PROVIDER]
    among_others = np.clip((weight - _AMONG_SLOW * slow) / np.maximum(1 - slow, 1e-9), 0.0, 1.0)
    through = drawn < np.where(requests.slow, _AMONG_SLOW, among_others)
    others = {value: share for value, share in fact.weights.items() if value != SLOW_PROVIDER}
    again = uniform(told_apart(requests.hashes, _PURPOSE - 1), 0)
    names = list(fact.weights)
    positions = np.array([names.index(value) for value in others])
    return np.where(through, names.index(SLOW_PROVIDER), positions[_chosen(Fact("", others), again)])


def _tenant(requests: Requests, fact: Fact, drawn: Floats, chosen: Codes) -> Codes:
    """One tenant's clicks push the others' aside."""
    more = np.clip(requests.table.hot[requests.rows] - fact.weights[HOT_TENANT], 0.0, 1.0)
    pushed = uniform(told_apart(requests.hashes, _PURPOSE - 2), 0) < more
    return np.where(pushed, list(fact.weights).index(HOT_TENANT), chosen)
