"""Segment documents in few words: times in seconds after one moment."""

import json
from pathlib import Path
from typing import Any

from dashboard.traces.waterfall import Row, Waterfall, read_trace

START = 1_773_100_800.0
TRACE = "1-69af5a80-0123456789abcdef01234567"
DOCUMENTED = Path(__file__).resolve().parents[2] / "data" / "aws" / "xray"


def documented(name: str) -> str:
    """A payload after AWS's documentation."""
    return (DOCUMENTED / f"{name}.json").read_text()


def part(identity: str, start: float | None = 0.0, end: float | None = 1.0, **more: Any) -> dict[str, Any]:
    """A segment or subsegment; what is None is left out."""
    times = {"start_time": start, "end_time": end}
    known = {key: START + time for key, time in times.items() if time is not None}
    return {"id": identity, "name": identity, **known, **more}


def read(*parts: dict[str, Any]) -> Waterfall:
    return read_trace(TRACE, [json.dumps(one) for one in parts])


def row(waterfall: Waterfall, identity: str) -> Row:
    return next(one for one in waterfall.rows if one.id == identity)


def tree(waterfall: Waterfall) -> list[str]:
    """Names, indented by depth."""
    return ["  " * one.depth + one.name for one in waterfall.rows]


def times(one: Row) -> tuple[float, float]:
    return round(one.start, 6), round(one.end, 6)
