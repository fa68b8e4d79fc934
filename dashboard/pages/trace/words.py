"""What a segment is and did, in few words and icons."""

from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from dashboard.catalog import all_services
from dashboard.traces.waterfall import MISSING, REMOTE, SUBSEGMENT, Row

FIRST_WORDS = 80
"""Characters of a query in a row."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to know of a row: an icon and a word."""

    icon: str
    word: str
    tone: str


def icon_of(row: Row, service: str) -> str:
    """The icon of our own sprite; blank where the service has its own."""
    if row.hidden:
        return "lock"
    if row.kind == MISSING:
        return "unknown"
    if row.kind == SUBSEGMENT:
        return "code"
    if service:
        return ""
    return "database" if row.sql else "globe" if row.kind == REMOTE else "resource"


@cache
def _services_by_type() -> dict[str, str]:
    """Keys of the catalogue by X-Ray's types, which are CloudFormation's or begin like them."""
    found: dict[str, str] = {}
    for key, service in all_services().items():
        for type_ in service.cfn_types:
            found.setdefault(type_, key)
            found.setdefault(type_.rpartition("::")[0], key)
    return found


def service_of(type_: str) -> str:
    """Key of the service that X-Ray's type belongs to; blank for none of ours."""
    known = _services_by_type()
    return known.get(type_) or known.get(type_.rpartition("::")[0], "")


def plain_name(name: str) -> str:
    """A queue by its own name, which X-Ray calls by its URL; anything else as it is."""
    return name.rpartition("/")[2] if name.startswith("https://sqs.") else name


def detail_of(row: Row) -> str:
    """What the row did, in few words: the request, the call, the query."""
    if row.http and row.http.method:
        return _request(row)
    if row.sql:
        return row.sql.query[:FIRST_WORDS]
    named = row.resource.table_name or row.resource.bucket or row.resource.queue_url.rpartition("/")[2]
    called = f"{row.resource.operation} {named or row.resource.function_name}".strip()
    if row.kind == REMOTE or not row.type:
        return called
    return "Lambda service" if row.type == "AWS::Lambda" else ""


def _request(row: Row) -> str:
    """'POST /checkout → 502'; calls with their host."""
    if row.http is None:
        return ""
    try:
        parts = urlsplit(row.http.url)
        where = f"{parts.netloc}{parts.path}" if row.kind == REMOTE else parts.path or "/"
    except ValueError:
        where = row.http.url
    status = f" → {row.http.status}" if row.http.status else ""
    return f"{row.http.method} {where}{status}"


def tone_of(row: Row) -> str:
    """Fault, throttle, error, cold, missing, open or blank: how the bar is drawn."""
    tones = (
        ("fault", row.fault),
        ("throttle", row.throttle),
        ("error", row.error),
        ("cold", row.cold_start and row.kind == SUBSEGMENT),
        ("missing", row.kind == MISSING),
        ("open", row.in_progress),
    )
    return next((name for name, holds in tones if holds), "")


def marks_of(row: Row) -> tuple[Mark, ...]:
    """Everything to know of a row beside its name."""
    marks = (
        (row.fault, Mark("critical", "Fault", "critical")),
        (row.throttle, Mark("warning", "Throttled", "warning")),
        (row.error and not row.throttle, Mark("warning", "Error", "warning")),
        (row.cold_start, Mark("zap", "Cold start", "info")),
        (row.in_progress, Mark("running", "Not ended", "info")),
        (row.kind == REMOTE, Mark("up-right", "Call", "")),
        (bool(row.notes), Mark("info", "Corrected", "")),
    )
    return tuple(mark for holds, mark in marks if holds)
