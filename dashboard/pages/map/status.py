"""Why the map shows no requests, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from dashboard.pages.context import page_address
from dashboard.polls.models import Target
from dashboard.traces.read.shape import ServiceMap

GRAPH = "trace_graph"
"""Source of the targets that bring the map."""
TRACING = "https://docs.aws.amazon.com/xray/latest/devguide/xray-services.html"


@dataclass(frozen=True, slots=True)
class Reason:
    """What the empty state says."""

    title: str
    text: str
    url: str = ""
    action: str = ""
    icon: str = "map"


def has_requests(given: ServiceMap) -> bool:
    """Whether traces show anything at all."""
    return any(node.flow and node.flow.total for node in given.nodes)


def why_empty(targets: Iterable[Target], words: str) -> Reason:
    """The first thing that stands between the user and a map; `words` say the time range."""
    graph = [target for target in targets if target.source == GRAPH]
    if not graph:
        return Reason(
            "Traces are not collected",
            "No connected account and region reads X-Ray. Connect an account, or switch its traces on.",
            page_address("connect"),
            "Connect an account",
        )
    denied = next((one for one in graph if one.last_error_action), None)
    if denied and not any(one.last_success_at for one in graph):
        return Reason(
            "AWS does not allow reading traces",
            f"{denied.account.name} lacks {denied.last_error_action}. {denied.last_error_text}".strip(),
            reverse("collectors"),
            "Show the policy to allow it",
            "lock",
        )
    if not any(one.last_success_at for one in graph):
        failing = next((one.last_error_text for one in graph if one.last_error_text), "")
        text = failing or "X-Ray is asked every minute. The first answers appear here as soon as they are stored."
        return Reason("The first traces are on their way", text, reverse("collectors"), "Open collectors", "clock")
    return Reason(
        f"No traces in {words}",
        "X-Ray has none. Requests may be rare, or tracing is off: switch on active tracing of functions, "
        "API stages and state machines, and they appear here within two minutes.",
        TRACING,
        "How to switch tracing on",
    )
