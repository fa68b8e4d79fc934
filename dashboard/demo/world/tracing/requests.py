"""Sampled requests of one entry, drawn as columns: how long each call took, and how it ended."""

from dataclasses import dataclass, field

import numpy as np

from dashboard.demo.world.noise import Floats
from dashboard.demo.world.tracing import facts
from dashboard.demo.world.tracing.calls import Slot
from dashboard.demo.world.tracing.chance import Codes, Flags, Hashes, normal, of_requests, told_apart, uniform
from dashboard.demo.world.tracing.stories import Remote
from dashboard.demo.world.tracing.tables import SPAN, CallTable, Entry, EntryTable, Tables

COLD_SHARE = 0.01
LOST_SHARE = 0.001
FRAUD_TIMEOUT = 3.0
"""Seconds after which the order function gives up on the fraud check and asks again."""
_CONFLICTS = 0.0015
"""Share of writes that DynamoDB refuses because a condition does not hold."""
_OVERHEAD = 0.0007
_ROOT, _SLOW, _POISON, _LOST = 500, 501, 502, 10_000
"""Purposes of draws that belong to no slot."""


@dataclass
class Column:
    """One slot over all requests. `outer` is what the caller sees: with a function's start and its overhead."""

    own: Floats
    present: Flags
    seconds: Floats
    outer: Floats
    fault: Flags
    error: Flags
    throttle: Flags
    cold: Floats
    """Seconds of initialization; zero for a warm start."""


@dataclass
class Requests:
    """Requests by position; `rows` are their minutes counted from the table's start."""

    entry: Entry
    table: EntryTable
    minutes: Codes
    numbers: Codes
    hashes: Hashes
    rows: Codes = field(init=False)
    columns: list[Column] = field(init=False)
    slow: Flags = field(init=False)
    poisoned: Flags = field(init=False)
    refused: Flags = field(init=False)
    """Whose attempt was throttled before anything ran."""

    def __post_init__(self) -> None:
        self.rows = self.minutes % SPAN
        self._facts: dict[str, Codes] = {}
        self.columns = []
        root = told_apart(self.hashes, _ROOT)
        self.refused = uniform(root, 0) < self.table.throttled[self.rows]
        self.poisoned = uniform(told_apart(self.hashes, _POISON), 0) < self.table.poison[self.rows]
        self.slow = self._slow()
        for slot, call in zip(self.entry.slots, self.table.calls, strict=True):
            self.columns.append(self._begun(slot, call))
        self._ended()

    def __len__(self) -> int:
        return len(self.minutes)

    def started(self) -> Floats:
        """Unix seconds: the requests of a minute are spread over it in order."""
        jitter = uniform(told_apart(self.hashes, _ROOT), 1)
        return self.minutes * 60.0 + (self.numbers + jitter) / np.maximum(self.table.count[self.rows], 1) * 60.0

    def waited(self) -> Floats:
        """Seconds for which each message had waited in the queue."""
        spread = np.exp(0.25 * normal(told_apart(self.hashes, _ROOT), 2) - 0.03)
        return self.table.waited[self.rows] * spread

    def lost(self, slot: Slot) -> Flags:
        """Whose last words got lost: the function's segment stays in progress."""
        return uniform(told_apart(self.hashes, _LOST + slot.number), 0) < LOST_SHARE

    def fact(self, name: str) -> Codes:
        """Which of the annotation's values each request carries, counted as facts.values_of lists them."""
        if name not in self._facts:
            self._facts[name] = facts.codes(self, name)
        return self._facts[name]

    def _slow(self) -> Flags:
        call = self.table.calls[0]
        if call.slow_share is None:
            return np.zeros(len(self), dtype=np.bool_)
        return uniform(told_apart(self.hashes, _SLOW), 0) < call.slow_share[self.rows]

    def _begun(self, slot: Slot, call: CallTable) -> Column:
        """Whether the call happens, and the callee's own time."""
        drawn = told_apart(self.hashes, slot.number)
        own = np.exp(call.log_mean[self.rows] + call.log_deviation[self.rows] * normal(drawn, 0))
        if slot.number == 0:
            present = np.ones(len(self), dtype=np.bool_)
            if call.slow_seconds is not None:
                own = own + np.where(self.slow, call.slow_seconds[self.rows], 0.0)
        else:
            present = self._present(slot, call, drawn)
            if not slot.adds and not slot.runs:
                own = self._within(slot, own)
        fault = self._failing(slot, call, drawn)
        no = np.zeros(len(self), dtype=np.bool_)
        return Column(own, present, own, own, fault, no, no, np.zeros(0))

    def _present(self, slot: Slot, call: CallTable, drawn: Hashes) -> Flags:
        parent = self.columns[slot.parent].present
        if slot.parent == 0:
            parent = parent & ~self.refused
        if slot.remote is not None:
            return parent & self._asks(slot, slot.remote)
        caller = self.entry.slots[slot.parent]
        if caller.component is not None and caller.component.kind == "apigateway_rest":
            return parent & self._routed(slot)
        if slot.loops and slot.function:
            into_trigger: Flags = self.fact("output_prefix") == 1
            return parent & into_trigger
        if call.chance is None:
            return parent
        return parent & (uniform(drawn, 1) < call.chance[self.rows])

    def _asks(self, slot: Slot, remote: Remote) -> Flags:
        if slot.part:
            return self.slow
        if remote.when is None:
            return np.ones(len(self), dtype=np.bool_)
        name, value = remote.when
        known = facts.values_of(self.entry, name)
        if value not in known:
            return np.ones(len(self), dtype=np.bool_)
        asked: Flags = self.fact(name) == known.index(value)
        return asked

    def _routed(self, slot: Slot) -> Flags:
        """A stage hands each request to one of its functions."""
        siblings = [other for other in self.entry.slots if other.parent == slot.parent]
        total = sum(other.ratio for other in siblings)
        before = sum(other.ratio for other in siblings if other.number < slot.number) / total
        chosen = uniform(told_apart(self.hashes, slot.parent), 1)
        routed: Flags = (chosen >= before) & (chosen < before + slot.ratio / total)
        return routed

    def _within(self, slot: Slot, own: Floats) -> Floats:
        """A call that happens within its caller's own time takes no more than its share of it."""
        caller = self.columns[slot.parent].own
        if slot.remote is None:
            siblings = sum(1 for other in self.entry.slots if other.parent == slot.parent and not other.adds)
            return np.minimum(own, caller * (0.9 / max(siblings, 2)))
        if slot.part:
            return np.where(self.slow, 0.12 + 0.5 * own, 0.0)
        quick = np.minimum(caller * slot.remote.share * own, caller * 0.8)
        slow = self.table.calls[0].slow_seconds
        if slot.parent or slow is None:
            return quick
        rest = np.maximum(caller - slow[self.rows], 0.001)
        return np.where(self.slow, FRAUD_TIMEOUT + 0.004 * own, rest * slot.remote.share * np.minimum(own, 2.0))

    def _failing(self, slot: Slot, call: CallTable, drawn: Hashes) -> Flags:
        if slot.remote is not None:
            return self._unanswered(slot)
        if call.fault is None:
            return np.zeros(len(self), dtype=np.bool_)
        share = call.fault[self.rows]
        if slot.number == 0 and call.slow_share is not None:
            slow = np.maximum(call.slow_share[self.rows], 1e-9)
            share = np.where(self.slow, np.clip((share - 0.0004 * (1 - slow)) / slow, 0.0, 1.0), 0.0004)
        fault = uniform(drawn, 2) < share
        return fault | self.poisoned if slot.number == 0 else fault

    def _unanswered(self, slot: Slot) -> Flags:
        """A slow order's first call times out; where the order fails, the second one does too."""
        if slot.parent or not slot.remote or not slot.remote.twice:
            return np.zeros(len(self), dtype=np.bool_)
        return self.slow & self.columns[0].fault if slot.part else self.slow

    def _ended(self) -> None:
        """From the last call to the first: what a caller waits for and what fails it come from below."""
        for slot in reversed(self.entry.slots):
            column = self.columns[slot.number]
            self._finish(slot, column)
            if slot.parent >= 0 and slot.adds:
                above = self.columns[slot.parent]
                above.seconds = above.seconds + np.where(column.present, column.outer, 0.0)
                if slot.edge is not None and slot.edge.unless is None:
                    above.fault = above.fault | (column.fault & column.present)

    def _finish(self, slot: Slot, column: Column) -> None:
        component = slot.component
        drawn = told_apart(self.hashes, slot.number)
        chance = uniform(drawn, 3)
        column.outer = column.seconds
        if component is None:
            column.error = np.zeros(len(self), dtype=np.bool_)
        elif slot.function:
            ceiling = float(component.get("timeout_seconds", 900))
            column.seconds = np.minimum(column.seconds, ceiling)
            self._start(slot, column, chance)
        elif component.kind == "apigateway_rest":
            column.error = (chance < float(component.get("client_error_share", 0.012))) & ~column.fault
        elif component.kind == "dynamodb":
            column.error = (chance < _CONFLICTS) & ~column.fault
        elif component.kind == "kinesis":
            self._overrun(column, chance)

    def _start(self, slot: Slot, column: Column, chance: Floats) -> None:
        """A function's start: the first request of an instance waits for its code to load."""
        overhead = _OVERHEAD * (0.6 + chance)
        column.cold = np.zeros(len(self))
        if not slot.adds:
            overhead = overhead * 4
            column.cold = np.where(chance < COLD_SHARE, 0.24 + chance * 40, 0.0)
        column.outer = column.seconds + overhead + column.cold
        if slot.number == 0 and self.refused.any():
            column.outer = np.where(self.refused, 0.004 + 0.01 * chance, column.outer)
            column.fault = column.fault & ~self.refused
            column.error = column.throttle = self.refused

    def _overrun(self, column: Column, chance: Floats) -> None:
        """A hot shard refuses the records of the tenant that made it hot."""
        refused = self.table.refused[self.rows]
        if refused.any():
            hot = self.fact("tenant") == facts.values_of(self.entry, "tenant").index(facts.HOT_TENANT)
            share = np.clip(refused / np.maximum(self.table.hot[self.rows], 1e-9), 0.0, 1.0)
            column.error = column.throttle = hot & (chance < share) & ~column.fault


def requests_of(entry: Entry, tables: Tables, start: int, stop: int) -> Requests:
    """Every request of the minutes [start, stop), which lie in one span."""
    table = tables.of(entry, start // SPAN)
    counts = table.count[start % SPAN : start % SPAN + stop - start]
    minutes = np.repeat(np.arange(start, stop), counts)
    numbers = np.arange(len(minutes)) - np.repeat(np.cumsum(counts) - counts, counts)
    return Requests(entry, table, minutes, numbers, of_requests(entry.key, minutes, numbers))


def one_request(entry: Entry, tables: Tables, minute: int, number: int) -> Requests | None:
    """A single one; None when there is none of that number."""
    table = tables.of(entry, minute // SPAN)
    if not 0 <= number < table.count[minute % SPAN]:
        return None
    minutes, numbers = np.array([minute]), np.array([number])
    return Requests(entry, table, minutes, numbers, of_requests(entry.key, minutes, numbers))
