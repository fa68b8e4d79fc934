"""X-Ray's trace summaries."""

from typing import Any

from dashboard.demo.answers.traces_services import quick
from dashboard.demo.answers.traces_window import invalid, place_asked, window_asked
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import read_token, write_token
from dashboard.demo.world.tracing.filter_syntax import FilterError
from dashboard.demo.world.tracing.filters import read_filter
from dashboard.demo.world.tracing.graph import Matching
from dashboard.demo.world.tracing.scan import Scan

_HOURS = 24
_CHOSEN_SHARE = 0.1


@answers("xray", "GetTraceSummaries")
def get_trace_summaries(asked: Asked) -> Answer:
    """Traces that match, of a window of at most a day: each page scans so many, and some pages find none."""
    window = window_asked(asked, _HOURS)
    scan = Scan(
        asked.world.traces,
        place_asked(asked),
        window,
        matching=_matching(asked),
        share=_share(asked),
        now=asked.now,
    )
    page = read_token(asked.get("NextToken"))
    found, processed, more = scan.page(page)
    answer: dict[str, Any] = {
        "TraceSummaries": found,
        "ApproximateTime": window[0],
        "TracesProcessedCount": processed,
        "NextToken": write_token(page + 1) if more else None,
    }
    return quick(answer, "TraceSummaries")


def _matching(asked: Asked) -> Matching | None:
    expression = str(asked.get("FilterExpression", "")).strip()
    if not expression:
        return None
    try:
        return read_filter(expression)
    except FilterError as error:
        raise invalid(str(error)) from error


def _share(asked: Asked) -> float:
    """How much of the window is looked at; without a strategy X-Ray chooses, here a tenth."""
    if not asked.get("Sampling"):
        return 1.0
    strategy = asked.get("SamplingStrategy", {})
    share = float(strategy.get("Value", _CHOSEN_SHARE))
    if not 0.0 <= share <= 1.0:
        raise invalid("SamplingStrategy value must be between 0 and 1")
    return share
