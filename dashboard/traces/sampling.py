"""Which traces of a span are kept, and why: all bad ones, the slowest, and a fair draw of all for comparison."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dashboard.aws.trace_values import XraySummary

SPAN = 300
"""Seconds of a chunk."""
FAULT, ERROR, THROTTLE, PARTIAL = 1, 2, 4, 8
"""Bits of a trace's flags."""
BAD = FAULT | ERROR | THROTTLE
IS_BAD, IS_SLOW, IS_DRAWN = 1, 2, 4
"""Bits that say why a trace is kept. Shares among good traces are estimated from drawn ones alone."""
DRAWN_PER_SPAN, DRAWN_SHARE = 200, 5
"""How many the draw aims at, and at most which part (one fifth) of what is kept."""
FIRST_SLOW_OVER = 1.0
"""Seconds, before anything is known."""
SLOW_SHARE = 0.05
FEWEST_TO_LEARN_FROM = 50
LOOK_AT = 3
"""How many times more bad and slow traces are read than kept: the worst are chosen among them."""

_TRACE_ID = re.compile(r"1-([0-9a-f]{8})-[0-9a-f]{24}")
_PLAUSIBLE = 86_400
"""Seconds: a trace id's time farther from its span is no time, but random as in W3C's ids."""


@dataclass(frozen=True, slots=True)
class SampleChoices:
    """What the operator chose about keeping traces; doors read it from the settings."""

    delay: timedelta = timedelta(minutes=3)
    """How long after its end a span is asked for."""
    backfill: timedelta = timedelta(hours=6)
    per_span: int = 1000
    documents_per_span: int = 3
    keep_documents: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Kept:
    """Traces to store with the reasons (IS_ bits); `cut`: there were more bad and slow ones."""

    summaries: Sequence[XraySummary]
    reasons: Sequence[int]
    cut: bool


def due_spans(now: datetime, choices: SampleChoices, known: Iterable[int], most: int) -> list[int]:
    """Starts of closed spans that have not been collected, newest first, at most `most`. Unix times."""
    newest = int((now - choices.delay).timestamp()) // SPAN * SPAN - SPAN
    oldest = newest - int(choices.backfill.total_seconds()) + SPAN
    have = set(known)
    return [at for at in range(newest, oldest - 1, -SPAN) if at not in have][:most]


def bad_or_slow(slow_over: float) -> str:
    """The filter expression, in X-Ray's language."""
    return f"fault = true OR error = true OR throttle = true OR responsetime > {slow_over:.3f}"


def slow_over(seconds: NDArray[np.float64], seen: int, per_span: int) -> float:
    """The response time above which a trace counts as slow, from drawn good ones of earlier spans.

    `seen` traces come in a span: where a twentieth of them is more than a quarter of what is kept, the bar is higher.
    """
    if len(seconds) < FEWEST_TO_LEARN_FROM:
        return FIRST_SLOW_OVER
    share = min(SLOW_SHARE, per_span / 4 / max(seen, 1))
    return float(np.quantile(seconds, 1 - share))


def wanted_draw(per_span: int) -> int:
    """How many traces of a span the draw aims at."""
    return max(min(DRAWN_PER_SPAN, per_span // DRAWN_SHARE), 1)


def draw_rate(seen: int, per_span: int) -> float:
    """The share of all traces to draw, so that about as many come as are aimed at."""
    return min(1.0, math.ceil(wanted_draw(per_span) / max(seen, 1) * 10_000) / 10_000)


def choose(
    interesting: Iterable[XraySummary], drawn: Iterable[XraySummary], span: int, slow_over: float, most: int
) -> Kept:
    """Every drawn trace of the span and the worst of the interesting ones, each once, `most` together."""
    fair = {one.id: one for one in drawn if belongs(one, span)}
    others = {one.id: one for one in interesting if belongs(one, span) and one.id not in fair}
    room = max(most - len(fair), 0)
    worst = sorted(others.values(), key=badness, reverse=True)[:room]
    chosen = sorted((*fair.values(), *worst), key=lambda one: (one.started_at, one.id))
    reasons = [_reasons(one, fair, slow_over) for one in chosen]
    return Kept(chosen, reasons, cut=len(others) > room)


def _reasons(one: XraySummary, fair: Mapping[str, XraySummary], slow_over: float) -> int:
    bad = IS_BAD if flags(one) & BAD else 0
    slow = IS_SLOW if not bad and one.response_time > slow_over else 0
    return bad | slow | (IS_DRAWN if one.id in fair else 0)


def badness(one: XraySummary) -> tuple[bool, bool, bool, float]:
    """Orders traces: faults are worst, then throttles, then errors, then the slow."""
    return one.fault, one.throttle, one.error, one.response_time


def worst(kept: Kept, most: int) -> list[XraySummary]:
    """The worst of the kept bad and slow traces; a third are slow ones where there are enough of both."""
    ranked = sorted(zip(kept.summaries, kept.reasons, strict=True), key=lambda one: badness(one[0]), reverse=True)
    bad = [one for one, why in ranked if why & IS_BAD]
    slow = [one for one, why in ranked if why & IS_SLOW]
    of_bad = bad[: most - min(len(slow), most // 3)]
    return of_bad + slow[: most - len(of_bad)]


def with_reference(kept: Kept, most: int) -> list[XraySummary]:
    """The worst few kept traces, and a good drawn one that began where the worst did: what is usual there."""
    bad = worst(kept, most)
    good = (one for one, why in zip(kept.summaries, kept.reasons, strict=True) if why == IS_DRAWN)
    return bad + [one for one in good if bad and one.entry == bad[0].entry][:1]


def flags(one: XraySummary) -> int:
    """Flags of a trace as bits."""
    return FAULT * one.fault | ERROR * one.error | THROTTLE * one.throttle | PARTIAL * one.partial


def belongs(one: XraySummary, span: int) -> bool:
    """Whether a trace that X-Ray gave for a span is that span's, and not the next one's: ends of windows count in."""
    if not is_trace_id(one.id):
        return False
    at = time_of(one.id)
    return span <= at < span + SPAN or abs(at - span) > _PLAUSIBLE


def is_trace_id(text: str) -> bool:
    """Whether it is an id in X-Ray's form."""
    return _TRACE_ID.fullmatch(text) is not None


def time_of(trace_id: str) -> int:
    """The Unix time in a trace id; any number where the id was made by W3C's rules."""
    return int(trace_id[2:10], 16)


def span_of(trace_id: str) -> int:
    """Start of the span whose chunk has a trace, going by its id."""
    return time_of(trace_id) // SPAN * SPAN
