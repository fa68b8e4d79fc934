"""Thresholds as a file that teams keep in git: YAML in, entries out, and back; every fault with its line and field."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from dashboard.catalog import all_services
from dashboard.catalog.shape import LEVEL, Missing, Service, Severity
from dashboard.core.units import Unit, read_value, write_exact
from dashboard.thresholds.checks import Draft, faults_of, metrics_of, unit_of_lines
from dashboard.thresholds.conditions import all_conditions

VERSION = 1
SCOPES = ("account", "environment", "team", "stack", "resource")
KEYS = (
    "metric", "severity", *SCOPES, "muted", "condition", "above", "below", "recover", "missing", "for", "floor", "hint",
    "runbook",
)  # fmt: skip
LINES = ("above", "below", "recover")
"""Values in the unit of the condition's lines."""
FIELDS = {"for_periods": "for", "of_periods": "for"}
"""Names in the file where they differ."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the file that can't be taken."""

    line: int
    field: str
    told: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.told}" if self.field else f"line {self.line}: {self.told}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One threshold of the file. `scope` and `target` are blank for every resource of the service."""

    service: str
    metric: str
    severity: str
    scope: str = ""
    target: str = ""
    muted: bool = False
    condition: str = LEVEL
    above: float | None = None
    below: float | None = None
    recover: float | None = None
    missing: str = ""
    for_periods: int | None = None
    of_periods: int | None = None
    floor: float | None = None
    hint: str = ""
    runbook: str = ""
    line: int = field(default=0, compare=False)

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What it is about; unique in a file."""
        return self.service, self.metric, self.severity, self.scope, self.target


def write_document(entries: Iterable[Entry]) -> str:
    """The file, in a stable order, with values in people's units."""
    listed = [_written(entry) for entry in sorted(entries, key=lambda one: one.key)]
    return yaml.safe_dump({"version": VERSION, "thresholds": listed}, sort_keys=False, allow_unicode=True, width=120)


def _written(entry: Entry) -> dict[str, Any]:
    unit = unit_of_lines(all_services()[entry.service], entry.metric, entry.condition)
    lasting = f"{entry.for_periods} of {entry.of_periods}" if entry.of_periods else entry.for_periods
    values = {
        "metric": f"{entry.service}.{entry.metric}",
        "severity": entry.severity,
        entry.scope: entry.target,
        "muted": entry.muted,
        "condition": "" if entry.condition == LEVEL else entry.condition,
        **{name: None if (line := getattr(entry, name)) is None else write_exact(line, unit) for name in LINES},
        "missing": entry.missing,
        "for": lasting,
        "floor": entry.floor,
        "hint": entry.hint,
        "runbook": entry.runbook,
    }  # fmt: skip
    return {
        key: value for key, value in values.items() if key and value is not None and value is not False and value != ""
    }


def read_document(text: str) -> tuple[list[Entry], list[Problem]]:
    """Entries of a file, and everything that is wrong with it."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError:
        return [], [Problem(1, "", "it is nested too deeply")]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return [], [Problem(mark.line + 1 if mark else 1, "", f"this is not YAML: {getattr(error, 'problem', error)}")]
    reader = _Reader()
    entries = reader.read(root)
    return entries, reader.problems


class _Reader:
    """Walks the nodes of a YAML document, which know their lines."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def tell(self, node: yaml.Node, name: str, told: str) -> None:
        self.problems.append(Problem(node.start_mark.line + 1, name, told))

    def read(self, root: yaml.Node | None) -> list[Entry]:
        if root is None or not isinstance(root, yaml.MappingNode):
            self.problems.append(Problem(1, "", "the file begins with version: and thresholds:"))
            return []
        top = self._members(root, ("version", "thresholds"))
        if "version" not in top or _plain(top["version"]) != VERSION:
            self.tell(top.get("version", root), "version", f"this version of Stackdeck reads version {VERSION}")
            return []
        listed = top.get("thresholds")
        if not isinstance(listed, yaml.SequenceNode):
            self.tell(listed or root, "thresholds", "a list of thresholds is wanted")
            return []
        return self._unique(entry for node in listed.value if (entry := self._entry(node)) is not None)

    def _unique(self, entries: Iterable[Entry]) -> list[Entry]:
        seen: dict[tuple[str, ...], Entry] = {}
        for entry in entries:
            if entry.key in seen:
                told = f"the same threshold stands in line {seen[entry.key].line} already"
                self.problems.append(Problem(entry.line, "metric", told))
            seen.setdefault(entry.key, entry)
        return list(seen.values())

    def _members(self, node: yaml.MappingNode, allowed: Sequence[str]) -> dict[str, yaml.Node]:
        """Members by name; unknown and repeated ones are told."""
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name not in allowed:
                self.tell(key, name, f"unknown; {', '.join(allowed)} can stand here")
            elif name in found:
                self.tell(key, name, "stands here twice")
            found[name] = value
        return found

    def _entry(self, node: yaml.Node) -> Entry | None:
        """One entry; None, with its problems told, when it can't be taken."""
        if not isinstance(node, yaml.MappingNode):
            self.tell(node, "", "a threshold is written as metric:, severity: and more")
            return None
        before = len(self.problems)
        members = self._members(node, KEYS)
        service, metric = self._metric(node, members)
        severity = self._choice(node, members, "severity", [one.value for one in Severity])
        scope, target = self._place(members)
        values = self._values(members, service, metric)
        if len(self.problems) > before or service is None:
            return None
        entry = Entry(service.key, metric, severity, scope, target, line=node.start_mark.line + 1, **values)
        self._check(node, members, entry, service)
        return entry if len(self.problems) == before else None

    def _metric(self, node: yaml.Node, members: Mapping[str, yaml.Node]) -> tuple[Service | None, str]:
        text = str(_plain(members["metric"])) if "metric" in members else ""
        key, _, metric = text.partition(".")
        service = all_services().get(key)
        if service is None:
            self.tell(members.get("metric", node), "metric", f"“{text}” is no service.metric such as lambda.error_rate")
        elif metric not in metrics_of(service):
            self.tell(
                members["metric"], "metric", f"{key} has no metric “{metric}”; it has {', '.join(metrics_of(service))}"
            )
        return service, metric  # fmt: skip

    def _choice(self, node: yaml.Node, members: Mapping[str, yaml.Node], name: str, allowed: Sequence[str]) -> str:
        value = str(_plain(members[name])) if name in members else ""
        if value not in allowed:
            self.tell(members.get(name, node), name, f"“{value}” is none of {', '.join(allowed)}")
        return value

    def _place(self, members: Mapping[str, yaml.Node]) -> tuple[str, str]:
        given = [name for name in SCOPES if name in members]
        if len(given) > 1:
            self.tell(members[given[1]], given[1], f"a threshold is for one place; {given[0]} is given too")
        return (given[0], str(_plain(members[given[0]]))) if given else ("", "")

    def _values(self, members: Mapping[str, yaml.Node], service: Service | None, metric: str) -> dict[str, Any]:
        how = self._read(members, "condition", _condition) if "condition" in members else LEVEL
        told = service is not None and metric in metrics_of(service) and how
        unit = unit_of_lines(service, metric, how) if service and told else Unit.COUNT
        readers: dict[str, Callable[[str], Any]] = {
            **dict.fromkeys(LINES, lambda text: read_value(text, unit)),
            "missing": _missing,
            "floor": _number,
            "muted": _truth,
            "hint": str,
            "runbook": _address,
        }
        values = {name: self._read(members, name, reader) for name, reader in readers.items() if name in members}
        values["condition"] = how or LEVEL
        if "for" in members:
            values |= self._read(members, "for", _lasting) or {}
        return values

    def _read(self, members: Mapping[str, yaml.Node], name: str, reader: Callable[[str], Any]) -> Any:
        node = members[name]
        if not isinstance(node, yaml.ScalarNode):
            self.tell(node, name, "a single value is wanted")
            return None
        try:
            return reader(str(node.value))
        except ValueError as error:
            self.tell(node, name, str(error))
            return None

    def _check(self, node: yaml.Node, members: Mapping[str, yaml.Node], entry: Entry, service: Service) -> None:
        asked = ("muted", "condition", *LINES, "for_periods", "of_periods", "floor")
        draft = Draft(service, entry.metric, entry.severity, **{name: getattr(entry, name) for name in asked})
        for name, told in faults_of(draft).items():
            written = FIELDS.get(name, name)
            self.tell(members.get(written, node), written, told)


def _plain(node: yaml.Node) -> Any:
    """A scalar as text or number; blank for anything else."""
    if not isinstance(node, yaml.ScalarNode):
        return ""
    return (
        int(node.value) if node.tag.endswith(":int") and node.value.isdecimal() and len(node.value) < 10 else node.value
    )


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise ValueError(f"“{text}” is not a number from 0 up")
    return number


def _truth(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError(f"“{text}” is neither true nor false")
    return text.lower() == "true"


def _condition(text: str) -> str:
    if text not in all_conditions():
        raise ValueError(f"“{text}” is none of {', '.join(all_conditions())}")
    return text


def _missing(text: str) -> str:
    if text not in set(Missing):
        raise ValueError(f"“{text}” is none of {', '.join(Missing)}")
    return text


def _address(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise ValueError(f"“{text}” is no address that begins with https://")
    return text


def _lasting(text: str) -> dict[str, int]:
    """'3', or '3 of 5'."""
    needed, _, of = (part.strip() for part in text.partition("of"))
    if not needed.isdecimal() or (of and not of.isdecimal()) or int(needed) < 1 or len(needed + of) > 6:
        raise ValueError(f"“{text}” is neither a number of periods nor one such as 3 of 5")
    return {"for_periods": int(needed)} | ({"of_periods": int(of)} if of else {})
