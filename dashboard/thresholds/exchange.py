"""What a file of thresholds would change: plain comparison of two sets of entries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard.catalog import all_services
from dashboard.catalog.shape import LEVEL
from dashboard.core.units import write_exact
from dashboard.thresholds.checks import unit_of_lines
from dashboard.thresholds.document import LINES, Entry

SHOWN = {"muted": "muted", "condition": "condition", "above": "above", "below": "below", "recover": "recover",
         "missing": "missing", "for_periods": "for", "of_periods": "of",
         "floor": "floor", "hint": "hint", "runbook": "runbook"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One threshold that the file adds, changes or leaves out; values written for people, by field."""

    entry: Entry
    kind: str
    """added, changed or removed"""
    changes: Mapping[str, tuple[str, str]]

    def __str__(self) -> str:
        entry = self.entry
        place = f" for {entry.scope} {entry.target}" if entry.scope else ""
        told = ", ".join(f"{name} {old or 'unset'} → {new or 'unset'}" for name, (old, new) in self.changes.items())
        return f"{self.kind} {entry.service}.{entry.metric} {entry.severity}{place}{': ' + told if told else ''}"


def differences(have: Iterable[Entry], want: Iterable[Entry], *, prune: bool) -> list[Difference]:
    """What has to happen for `want` to be so; what the file does not name is kept, unless `prune`."""
    before, after = ({entry.key: entry for entry in entries} for entries in (have, want))
    found = []
    for key, entry in after.items():
        changes = _changes(before.get(key), entry)
        if changes or key not in before:
            found.append(Difference(entry, "changed" if key in before else "added", changes))
    if prune:
        found += [Difference(entry, "removed", {}) for key, entry in before.items() if key not in after]
    return sorted(found, key=lambda one: (one.entry.key, one.kind))


def _changes(old: Entry | None, new: Entry) -> dict[str, tuple[str, str]]:
    pairs = {label: (_said(old, name) if old else "", _said(new, name)) for name, label in SHOWN.items()}
    return {label: pair for label, pair in pairs.items() if pair[0] != pair[1]}


def _said(entry: Entry, name: str) -> str:
    value = getattr(entry, name)
    if value is None or value is False:
        return ""
    if name in LINES:
        return write_exact(value, unit_of_lines(all_services()[entry.service], entry.metric, entry.condition))
    if name == "condition" and value == LEVEL:
        return ""
    return "yes" if value is True else f"{value:g}" if isinstance(value, float) else str(value)
