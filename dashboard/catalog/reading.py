"""Reads nested replies without stumbling over what is not there."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def get(reply: Any, path: str, default: Any = None) -> Any:
    """What stands at a dotted path of a reply; the default where anything on the way is missing."""
    for part in path.split("."):
        if not isinstance(reply, Mapping) or reply.get(part) is None:
            return default
        reply = reply[part]
    return reply


def last_part(text: str, separator: str = "/") -> str:
    """What stands after the last separator."""
    return text.rsplit(separator, 1)[-1]


def parsed(text: Any) -> Any:
    """JSON as Python; an empty mapping for what isn't JSON."""
    try:
        return json.loads(text) if text else {}
    except (TypeError, ValueError):
        return {}


def arns_in(value: Any) -> Iterator[str]:
    """Every ARN in a nested value, in reading order."""
    if isinstance(value, str):
        if value.startswith("arn:"):
            yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from arns_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from arns_in(one)


def numbers(limits: Mapping[str, Any]) -> dict[str, float]:
    """The limits that are known and positive, as floats."""
    return {name: float(value) for name, value in limits.items() if isinstance(value, int | float) and value > 0}
