"""Kept traces stored, a span at a time; storing a span again replaces it."""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from dashboard.inventory.models import Account
from dashboard.traces.chunk import chunk_of, pack
from dashboard.traces.facts import facts_of
from dashboard.traces.models import TraceChunk, TraceDocument
from dashboard.traces.sampling import Kept
from dashboard.traces.write.facts import expire_facts, fact_ids


@transaction.atomic
def store_span(account: Account, region: str, span: int, kept: Kept, seen: int) -> None:
    """Store the kept traces of the span that begins at `span` (Unix time); X-Ray had `seen` of them."""
    others = set(Account.objects.exclude(pk=account.pk).values_list("account_id", flat=True))
    facts = [facts_of(one, others) for one in kept.summaries]
    day = datetime.fromtimestamp(span, UTC).date()
    ids = fact_ids(account.pk, {fact for some in facts for fact in some}, day)
    known = [list(dict.fromkeys(ids[fact] for fact in some if fact in ids)) for some in facts]
    row = TraceChunk(
        account=account,
        region=region,
        at=span,
        traces=len(kept.summaries),
        seen=max(seen, len(kept.summaries)),
        cut=kept.cut,
        packed=pack(chunk_of(kept, span, known)),
    )
    TraceChunk.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=("account", "region", "at"),
        update_fields=("traces", "seen", "cut", "packed"),
    )


def expire_traces(now: datetime, keep: timedelta) -> int:
    """Drop traces that are older than they are kept, documents whose time is over, and facts that nothing has."""
    chunks = TraceChunk.objects.filter(at__lt=int((now - keep).timestamp())).delete()[0]
    documents = TraceDocument.objects.filter(expires_at__lte=now).delete()[0]
    return chunks + documents + expire_facts(now.date(), keep)
