"""Everything that is known of one segment: the side panel."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from dashboard.core.units import Unit, format_value
from dashboard.traces.waterfall import Row

TOO_DEEP = "It is nested too deeply to be shown."
KINDS = {
    "segment": "Segment: a service's own record",
    "subsegment": "Subsegment: work within a service",
    "remote": "Call to another service",
    "missing": "Missing: others name it as their parent",
}

Fact = dict[str, Any]


def sections_of(row: Row) -> list[tuple[str, list[Fact]]]:
    """Facts under their headings; headings without facts are left out."""
    sections = (
        ("Time", _time(row)),
        ("Request", _http(row)),
        ("Query", _sql(row)),
        ("Segment", _segment(row)),
        ("AWS", [{"label": label, "value": value} for label, value in flat(row.aws)]),
    )
    return [(title, facts) for title, facts in sections if facts]


def _time(row: Row) -> list[Fact]:
    values = (
        ("Total", row.total, "not ended yet" if row.in_progress else ""),
        ("Own", row.own, "while nothing below it ran"),
        ("On the critical path", row.on_path, ""),
        ("Begins after", row.start, "from the trace's start"),
    )
    return [
        {"label": label, "value": format_value(value, Unit.SECONDS), "detail": detail}
        for label, value, detail in values
    ]


def _http(row: Row) -> list[Fact]:
    if row.http is None:
        return []
    size = row.http.content_length
    forged = "from a header that anybody can write" if row.http.forwarded else ""
    return _told(
        {"label": "Request", "value": f"{row.http.method} {row.http.url}".strip()},
        {"label": "Status", "value": row.http.status},
        {"label": "Size of the answer", "value": None if size is None else format_value(size, Unit.BYTES)},
        {"label": "Client", "value": row.http.client_ip, "detail": forged if row.http.client_ip else "", "mono": True},
        {"label": "User agent", "value": row.http.user_agent},
    )


def _sql(row: Row) -> list[Fact]:
    if row.sql is None:
        return []
    return _told(
        {"label": "Database", "value": row.sql.database},
        {"label": "Address", "value": row.sql.url},
        {"label": "User", "value": row.sql.user},
        {"label": "Driver", "value": row.sql.driver},
        {"label": "Preparation", "value": row.sql.preparation},
    )


def _segment(row: Row) -> list[Fact]:
    return _told(
        {"label": "Kind", "value": KINDS[row.kind]},
        {"label": "Type", "value": row.type},
        {"label": "Part of", "value": "" if row.node.name == row.name else row.node.name},
        {"label": "ARN", "value": row.resource.arn, "mono": True},
        {"label": "User", "value": row.user},
        {"label": "Id", "value": row.id, "mono": True},
    )


def _told(*facts: Fact) -> list[Fact]:
    return [fact for fact in facts if fact["value"] not in ("", None)]


def flat(block: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Scalars of a block with words as labels; those of inner objects behind the object's name."""
    for key, value in block.items():
        label = key.replace("_", " ")
        if isinstance(value, dict):
            yield from ((f"{label}: {inner.replace('_', ' ')}", written(one)) for inner, one in value.items())
        else:
            yield label, written(value)


def written(value: Any) -> str:
    """Text as it is; anything else as JSON in one line."""
    return value if isinstance(value, str) else _json(value)


def metadata_of(row: Row) -> str:
    """Metadata as indented JSON; blank for none."""
    return _json(row.metadata, orjson.OPT_INDENT_2) if row.metadata else ""


def _json(value: Any, option: int = 0) -> str:
    try:
        return orjson.dumps(value, option=option).decode()
    except orjson.JSONEncodeError:
        return TOO_DEEP
