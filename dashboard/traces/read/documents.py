"""Whole traces: what is stored of one, and what of it somebody may see."""

import json
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import F

from dashboard.access.roles import Scope
from dashboard.inventory.models import Account, Stack
from dashboard.traces.chunk import Buffer
from dashboard.traces.models import TraceDocument
from dashboard.traces.read.found import Document
from dashboard.traces.read.visibility import KnownNode, known_nodes
from dashboard.traces.waterfall import Waterfall, mask, read_trace


def document(scope: Scope, trace_id: str, account_id: str = "") -> Document | None:
    """A trace that was asked for; None where there is none, or the user may not see it.

    `account_id` (AWS) tells apart what several accounts have of the same trace.
    """
    rows = TraceDocument.objects.filter(trace_id=trace_id).select_related("account")
    if account_id:
        rows = rows.filter(account__account_id=account_id)
    stored = rows.order_by(F("fetched_at").asc(nulls_last=True), "pk").first()
    if stored is None:
        return None
    if not stored.segments:
        allowed = account_to_ask(scope, stored.account.account_id, stored.region) is not None
        return _document(stored, None, (), {}) if allowed else None
    segments = segments_of(stored.segments)
    return _visible_part(scope, stored, segments, read_trace(trace_id, segments))


def account_to_ask(scope: Scope, account_id: str, region: str) -> Account | None:
    """The account, if the user has something in that region whose traces they may ask for.

    What they then see of a trace is decided when it is there.
    """
    stacks = Stack.objects.visible_to(scope).filter(account__account_id=account_id, region__in=("", region))
    if scope.everything:
        return Account.objects.filter(account_id=account_id).first()
    stack = stacks.select_related("account").first()
    return stack.account if stack else None


def segments_of(packed: Buffer) -> tuple[str, ...]:
    """Segment documents from their stored form."""
    return tuple(json.loads(zlib.decompress(packed)))


def _visible_part(
    scope: Scope, stored: TraceDocument, segments: tuple[str, ...], waterfall: Waterfall
) -> Document | None:
    names = {row.node for row in waterfall.rows}
    known = nodes_named(known_nodes((stored.region,)).get(stored.region, ()), names, stored.account.account_id)
    if not scope.everything and not any(node.is_shown_to(scope) for nodes in known.values() for node in nodes):
        return None
    hidden = frozenset(name for name, nodes in known.items() if any(node.is_hidden_from(scope) for node in nodes))
    shown = {name: nodes[0] for name, nodes in known.items() if name not in hidden}
    return _document(stored, mask(waterfall, hidden), () if hidden else segments, shown, hidden)


def nodes_named(
    nodes: Iterable[KnownNode], names: Collection[tuple[str, str]], account_id: str
) -> dict[tuple[str, str], list[KnownNode]]:
    """Nodes by name and type: the account's own, or else those of other accounts, which it may have called."""
    found: dict[tuple[str, str], list[KnownNode]] = defaultdict(list)
    for node in nodes:
        if node.name_and_type in names:
            found[node.name_and_type].append(node)
    return {
        name: [node for node in some if node.account__account_id == account_id] or some for name, some in found.items()
    }


def _document(
    stored: TraceDocument,
    waterfall: Waterfall | None,
    segments: tuple[str, ...],
    shown: Mapping[tuple[str, str], KnownNode],
    hidden: frozenset[tuple[str, str]] = frozenset(),
) -> Document:
    resources = {
        name: (node.resource_id, node.resource__service or "")
        for name, node in shown.items()
        if node.resource_id is not None
    }
    return Document(
        trace_id=stored.trace_id,
        account_id=stored.account.account_id,
        region=stored.region,
        waterfall=waterfall,
        segments=segments,
        fetched_at=stored.fetched_at,
        error=stored.error,
        hidden_nodes=hidden,
        resources=resources,
        nodes={name: node.pk for name, node in shown.items()},
    )
