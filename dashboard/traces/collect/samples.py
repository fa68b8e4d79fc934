"""GetTraceSummaries span by span, newest first: what matters is kept, and of the worst the whole trace."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from dashboard.aws import AwsError, Region, XraySummary
from dashboard.core.windows import Window
from dashboard.inventory.models import Account
from dashboard.traces import sampling
from dashboard.traces.chunk import Buffer, unpack
from dashboard.traces.collect.documents import fetch_traces
from dashboard.traces.collect.graph import HOPELESS, Collected
from dashboard.traces.models import TraceChunk, TraceDocument
from dashboard.traces.sampling import Kept, SampleChoices
from dashboard.traces.write.documents import store_documents
from dashboard.traces.write.samples import store_span

SPANS_AT_ONCE = 6
"""Spans of one run: a backfill takes several, so that no run holds a worker for long."""
LEARN_FROM = 12
"""How many earlier spans tell what slow is."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What earlier spans tell: response times of good drawn traces, and how many traces come in a span."""

    seconds: NDArray[np.float64]
    seen: int


@dataclass(frozen=True, slots=True)
class Run:
    """One visit to the X-Ray of an account and region."""

    account: Account
    region: str
    aws: Region
    now: datetime
    choices: SampleChoices

    def chunks(self) -> QuerySet[TraceChunk]:
        """What is stored of it."""
        return TraceChunk.objects.filter(account=self.account, region=self.region)


def collect_samples(account: Account, region: str, *, aws: Region, now: datetime, choices: SampleChoices) -> Collected:
    """Ask for every closed span that is not stored yet; what fails is asked for again by the next run."""
    run = Run(account, region, aws, now, choices)
    since = int((now - choices.delay - choices.backfill).timestamp()) - sampling.SPAN
    known = run.chunks().filter(at__gte=since).values_list("at", flat=True)
    spans = points = 0
    errors: list[AwsError] = []
    due = sampling.due_spans(now, choices, known, SPANS_AT_ONCE)
    for span in due:
        try:
            kept = collect_span(run, span)
        except AwsError as error:
            errors.append(error)
            if error.kind in HOPELESS:
                break
            continue
        spans, points = spans + 1, points + len(kept.summaries)
        errors += _fetch_worst(run, span, kept)
    return Collected(spans, points, errors, unfinished=len(due) == SPANS_AT_ONCE and not errors)


def collect_span(run: Run, span: int) -> Kept:
    """Ask for one span and store what is worth keeping. Raises AwsError, and has stored nothing then."""
    learned, window, most = _learned(run, span), window_of(span), run.choices.per_span
    slow_over = sampling.slow_over(learned.seconds, learned.seen, most)
    interesting = run.aws.trace_summaries(window, sampling.bad_or_slow(slow_over), most=sampling.LOOK_AT * most)
    seen = max(interesting.scanned, learned.seen) if interesting.more else interesting.scanned
    drawn = _draw(run.aws, window, seen, most)
    kept = sampling.choose(interesting.summaries, drawn, span, slow_over, most)
    if interesting.more:
        kept = replace(kept, cut=True)
    store_span(run.account, run.region, span, kept, seen)
    return kept


def _draw(aws: Region, window: Window, seen: int, per_span: int) -> Sequence[XraySummary]:
    """A fair draw of all traces of a window; nothing is asked where nothing came."""
    if not seen:
        return ()
    most = 2 * sampling.wanted_draw(per_span)
    return aws.trace_summaries(window, most=most, share=sampling.draw_rate(seen, per_span)).summaries


def window_of(span: int) -> Window:
    """The span that begins at a Unix time."""
    return Window(datetime.fromtimestamp(span, UTC), datetime.fromtimestamp(span + sampling.SPAN, UTC))


def _learned(run: Run, span: int) -> Learned:
    """What the spans around this one tell: a backfill goes backwards, so that later ones may be there alone."""
    around = LEARN_FROM * sampling.SPAN
    rows = run.chunks().filter(at__range=(span - around, span + around)).values_list("at", "seen", "packed")
    nearest = sorted(rows, key=lambda row: abs(row[0] - span))[:LEARN_FROM]
    if not nearest:
        return Learned(np.empty(0), 0)
    times = [_good_times(packed) for _, _, packed in nearest]
    return Learned(np.concatenate(times), max(seen for _, seen, _ in nearest))


def _good_times(packed: Buffer) -> NDArray[np.float64]:
    """Response times of the good ones of a chunk's fair draw."""
    chunk = unpack(packed)
    drawn = (chunk.reasons & sampling.IS_DRAWN) > 0
    good: NDArray[np.float64] = chunk.seconds[drawn & ((chunk.flags & sampling.BAD) == 0)]
    return good


def _fetch_worst(run: Run, span: int, kept: Kept) -> list[AwsError]:
    """Fetch the whole of the worst few kept traces and of a good one: path blame compares them. Errors are returned."""
    ids = [one.id for one in sampling.with_reference(kept, run.choices.documents_per_span)]
    there = TraceDocument.objects.filter(account=run.account, trace_id__in=ids).exclude(fetched_at=None)
    missing = sorted(set(ids) - set(there.values_list("trace_id", flat=True)))
    if not missing:
        return []
    try:
        found = fetch_traces(run.account, run.region, missing, window_of(span), aws=run.aws)
    except AwsError as error:
        return [error]
    store_documents(run.account, run.region, found, run.now, run.choices.keep_documents)
    return []
