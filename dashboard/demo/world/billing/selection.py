"""Chooses and groups charges by dimensions and tags, as Cost Explorer's filters and groups do."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from dashboard.demo.world.billing.charges import Charge

ACTIVE_TAGS = ("aws:cloudformation:stack-name", "environment", "owner", "team")
"""Cost allocation tags that were switched on; other tags of resources are unknown to the bill."""
DIMENSIONS: Mapping[str, Callable[[Charge], str]] = {
    "SERVICE": lambda one: one.service,
    "REGION": lambda one: one.region,
    "LINKED_ACCOUNT": lambda one: one.account_id,
    "USAGE_TYPE": lambda one: one.usage_type,
    "RECORD_TYPE": lambda one: one.record_type,
    "AZ": lambda _: "NoAZ",
    "INSTANCE_TYPE": lambda _: "NoInstanceType",
    "OPERATION": lambda _: "NoOperation",
    "PLATFORM": lambda _: "NoOperatingSystem",
    "PURCHASE_TYPE": lambda _: "On Demand Instances",
    "LEGAL_ENTITY_NAME": lambda _: "Amazon Web Services EMEA SARL",
    "TENANCY": lambda _: "NoTenancy",
}
"""What can be grouped and filtered by; of those at the end all charges have the same."""
_MATCHES: Mapping[str, Callable[[str, str], bool]] = {
    "EQUALS": lambda value, wanted: value == wanted,
    "CASE_SENSITIVE": lambda value, wanted: value == wanted,
    "CASE_INSENSITIVE": lambda value, wanted: value.lower() == wanted.lower(),
    "STARTS_WITH": str.startswith,
    "ENDS_WITH": str.endswith,
    "CONTAINS": lambda value, wanted: wanted in value,
}
Expression = Mapping[str, Any]
Grouping = Callable[[Charge], str]


class BadExpressionError(ValueError):
    """A filter that Cost Explorer refuses; the text is its message."""


def tag_of(charge: Charge, key: str) -> str:
    """The value of a tag that is switched on; blank for none."""
    return next((value for name, value in charge.tags if name == key), "") if key in ACTIVE_TAGS else ""


def grouping(kind: str, key: str) -> Grouping:
    """What a group is called: the value of a dimension, or `key$value` of a tag. Raises BadExpressionError."""
    if kind == "DIMENSION":
        if key not in DIMENSIONS:
            raise BadExpressionError(f"{key} is not a valid dimension for grouping")
        return DIMENSIONS[key]
    if kind == "TAG":
        return lambda charge: f"{key}${tag_of(charge, key)}"
    return lambda _: f"{key}$"


def matches(expression: Expression | None) -> Callable[[Charge], bool]:
    """Whether a charge passes a filter; all pass none. Raises BadExpressionError."""
    if not expression:
        return lambda _: True
    if len(expression) != 1:
        raise BadExpressionError("Expression should have exactly one root operator or operand")
    (name, value), *_ = expression.items()
    if name in {"And", "Or"}:
        return _combined(name, value)
    if name == "Not":
        inner = matches(value)
        return lambda charge: not inner(charge)
    return _leaf(name, value)


def _combined(name: str, parts: Sequence[Expression]) -> Callable[[Charge], bool]:
    if len(parts) < 2:
        raise BadExpressionError(f"{name} expression must have at least 2 operands")
    tests = [matches(part) for part in parts]
    every: Callable[[Iterable[bool]], bool] = all if name == "And" else any
    return lambda charge: every(test(charge) for test in tests)


class _Leaf(NamedTuple):
    read: Grouping
    values: frozenset[str]
    options: frozenset[str]

    def passes(self, charge: Charge) -> bool:
        value = self.read(charge)
        if "ABSENT" in self.options:
            return not value
        plain = self.options <= {"EQUALS", "CASE_SENSITIVE"}
        return value in self.values if plain else self._alike(value)

    def _alike(self, value: str) -> bool:
        return any(_MATCHES[option](value, wanted) for option in self.options for wanted in self.values)


def _leaf(name: str, raw: Mapping[str, Any]) -> Callable[[Charge], bool]:
    key, options = str(raw.get("Key", "")), frozenset(raw.get("MatchOptions") or ("EQUALS",))
    if unknown := options - _MATCHES.keys() - {"ABSENT"}:
        raise BadExpressionError(f"Match options {sorted(unknown)} are not supported")
    if name == "Dimensions":
        if key not in DIMENSIONS:
            raise BadExpressionError(f"Filter dimension {key} is invalid")
        if not options <= {"EQUALS", "CASE_SENSITIVE"}:
            raise BadExpressionError("Dimensions support the match options EQUALS and CASE_SENSITIVE only")
        read = DIMENSIONS[key]
    elif name == "Tags":
        read = _tag_reader(key)
    else:
        raise BadExpressionError(f"{name} is not supported")
    values = frozenset(str(value) for value in raw.get("Values") or ())
    if not values and "ABSENT" not in options:
        raise BadExpressionError(f"Values of {key} must not be empty")
    return _Leaf(read, values, options).passes


def _tag_reader(key: str) -> Grouping:
    return lambda charge: tag_of(charge, key)
