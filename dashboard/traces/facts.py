"""What is true of a trace, as keys and values that can be counted and searched; everything in them is hostile text."""

import re
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import urlsplit

from dashboard.aws.trace_values import XrayRootCause, XrayServiceId, XraySummary
from dashboard.traces.canonical import FUNCTION, FUNCTION_SERVICE, LONGEST_TYPE, name_of

LONGEST_KEY, LONGEST_VALUE = 128, 512
MOST_OF_A_TRACE = 96
"""Facts of one trace that are kept; X-Ray itself allows 50 annotations."""
OTHER = "(other)"
"""Stands for the values of a key that has too many different ones."""
NODE = "node"
CAUSES = {"fault": "fault.node", "error": "error.node", "slow": "slow.node"}
EXCEPTIONS = {"fault": "fault.exception", "error": "error.exception"}
NODE_KEYS = (NODE, "entry", *CAUSES.values())
"""Keys whose values are names of nodes, which not everybody may see."""
ANNOTATION = "annotation."

_AGENTS = (
    ("Edge", "Edg"),
    ("Opera", "OPR/"),
    ("Firefox", "Firefox/"),
    ("Chrome", "Chrome/"),
    ("Safari", "Safari/"),
)
"""Families of browsers by what is in their user agent: the first that fits, as most claim to be others too."""
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_ID_SEGMENT = re.compile(
    rf"{_UUID}|\d[\d.:-]*|(?=\D*\d)[0-9a-fA-F]{{8,}}|[A-Za-z]{{1,12}}[_-]\d{{3,}}|.*@.*"
    r"|(?=(?:\D*\d){4}|(?=\D*\d)(?=[^A-Z]*[A-Z])[^a-z]*[a-z])[\w-]{20,}"
)
"""A path segment that names one thing of many: a number, date, UUID, hash, long token, order-123, mail address."""
_ID_IN_TEXT = re.compile(rf"\b(?:{_UUID}|\d{{5,}}|(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{{8,}})\b")

_LOOKED_AT = 2048
"""Characters of a URL or message that are looked at, however long it is."""

Fact = tuple[str, str]


def facts_of(summary: XraySummary, others: Collection[str] = ()) -> tuple[Fact, ...]:
    """Facts of a trace that an account's X-Ray told of: cleaned, cut, each once, at most MOST_OF_A_TRACE.

    `others` are the AWS ids of other connected accounts: nodes there are told apart from the account's own.
    """
    cleaned = ((clean(key, LONGEST_KEY), clean(value, LONGEST_VALUE)) for key, value in _facts(summary, others))
    return tuple(dict.fromkeys((key, value) for key, value in cleaned if key and value))[:MOST_OF_A_TRACE]


def clean(text: str, longest: int) -> str:
    """Text that can be stored and shown: nothing invisible, no half characters, not longer than `longest`."""
    printable = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text[:longest])
    return printable.strip()


def _facts(summary: XraySummary, others: Collection[str]) -> Iterator[Fact]:
    """Those first that search needs most."""
    for service in summary.services:
        yield NODE, label(service, others)
    if summary.entry:
        yield "entry", label(summary.entry, others)
    yield "http.url", general_url(summary.url)
    yield "http.method", summary.method.upper()
    yield "http.status", str(summary.status or "")
    yield from _cause_facts("fault", summary.fault_causes, others)
    yield from _cause_facts("error", summary.error_causes, others)
    yield from _cause_facts("slow", summary.slow_causes, others)
    for key, values in summary.annotations.items():
        yield from ((ANNOTATION + key, value) for value in values)
    yield from (("user", user) for user in summary.users)
    yield from (("zone", zone) for zone in summary.zones)
    yield "client", summary.client_ip
    yield "user_agent", agent_family(summary.user_agent)


def _cause_facts(kind: str, causes: Iterable[XrayRootCause], others: Collection[str]) -> Iterator[Fact]:
    """The node at the end of each path of a root cause, and what was thrown there."""
    for cause in causes:
        if cause.services:
            yield CAUSES[kind], label(cause.services[-1], others)
        if kind in EXCEPTIONS:
            texts = (text[:_LOOKED_AT] for text in cause.exceptions)
            yield from ((EXCEPTIONS[kind], _ID_IN_TEXT.sub("{id}", text)) for text in texts)


def label(service: XrayServiceId, others: Collection[str]) -> str:
    """A node as the value of a fact: blank for one without a name."""
    owner = service.account_id if service.account_id in others else ""
    return node_label(name_of(service), service.type, owner)


def node_label(name: str, type_: str, other: str = "") -> str:
    """'name (type)', with the id of its account behind it where another account told of it."""
    one_type = FUNCTION if type_ == FUNCTION_SERVICE else type_[:LONGEST_TYPE]
    kind = f" ({one_type})" if one_type else ""
    return clean(f"{name}{kind}{other and f' {other}'}", LONGEST_VALUE) if name else ""


def name_and_type(value: str) -> tuple[str, str]:
    """Undo `node_label`; the type is blank where it has none."""
    found = re.fullmatch(r"(?P<name>.*) \((?P<type>[^()]*)\)(?: \d{12})?", value)
    return (found["name"], found["type"]) if found else (value, "")


def general_url(url: str) -> str:
    """Scheme, host and path, with {id} for segments that name one thing of many; no credentials, no query string."""
    try:
        parts = urlsplit(url[:_LOOKED_AT])
        host = parts.netloc.rpartition("@")[2]
    except ValueError:  # a bracket of an IPv6 address is missing, for example
        return ""
    path = "/".join("{id}" if _ID_SEGMENT.fullmatch(one) else one for one in parts.path.split("/"))
    return f"{parts.scheme}://{host}{path}" if host else path


def agent_family(user_agent: str) -> str:
    """The browser's or client's name without its version."""
    browser = next((name for name, sign in _AGENTS if sign in user_agent), "")
    return browser or re.split(r"[/ (;]", user_agent[:_LOOKED_AT].strip(), maxsplit=1)[0][:40]
