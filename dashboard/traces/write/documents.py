"""Whole traces stored until they expire, and wishes for them."""

import json
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from dashboard.aws import XrayTrace
from dashboard.inventory.models import Account
from dashboard.traces.models import TraceDocument
from dashboard.traces.sampling import is_trace_id

PATIENCE = timedelta(seconds=90)
"""How long a wish is taken to be under way: after it, somebody else may ask again."""
WISH_EXPIRES = timedelta(days=1)


@transaction.atomic
def want_document(account: Account, region: str, trace_id: str, now: datetime) -> int | None:
    """Note that somebody wants to see a whole trace; the id to fetch, or None when it is there or under way.

    None also for what is no trace id.
    """
    if not is_trace_id(trace_id):
        return None
    found, created = TraceDocument.objects.select_for_update().get_or_create(
        account=account,
        trace_id=trace_id,
        defaults={"region": region, "segments": b"", "wanted_at": now, "expires_at": now + WISH_EXPIRES},
    )
    if created:
        return found.pk
    if (found.fetched_at and not found.error) or found.wanted_at > now - PATIENCE:
        return None
    found.wanted_at, found.fetched_at, found.error, found.region = now, None, "", region
    found.save(update_fields=("wanted_at", "fetched_at", "error", "region"))
    return found.pk


def store_documents(account: Account, region: str, traces: Sequence[XrayTrace], now: datetime, keep: timedelta) -> None:
    """Store whole traces; those that are there are replaced."""
    TraceDocument.objects.bulk_create(
        [
            TraceDocument(
                account=account,
                region=region,
                trace_id=one.id,
                segments=packed(one.documents),
                wanted_at=now,
                fetched_at=now,
                expires_at=now + keep,
            )
            for one in traces
            if one.documents
        ],
        update_conflicts=True,
        unique_fields=("account", "trace_id"),
        update_fields=("region", "segments", "fetched_at", "error", "expires_at"),
    )


def packed(segments: Sequence[str]) -> bytes:
    """Segment documents as they are stored."""
    return zlib.compress(json.dumps(segments).encode(), 6)


def note_failure(document: TraceDocument, why: str, now: datetime) -> None:
    """Note in a sentence why a trace could not be fetched."""
    TraceDocument.objects.filter(pk=document.pk).update(error=why, fetched_at=now)
