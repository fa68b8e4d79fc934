"""Alerts in words: what is still broken, what came and went, which thresholds are noise."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from dashboard.core.times import say_duration, say_span
from dashboard.digests.content import AlertItem, AlertNews, NoisyItem
from dashboard.digests.document import Block, Line, News, Section
from dashboard.digests.formats import Writer
from dashboard.digests.words.phrases import plural

MOST_OPEN, MOST_PASSED, MOST_RESOLVED, MOST_NOISY = 8, 5, 5, 3


def section(found: AlertNews, start: datetime, end: datetime, writer: Writer) -> Section:
    """Alerts of the period."""
    blocks = (
        _block("Still open", found.open, MOST_OPEN, found.href, [_open_line(one, start, end) for one in found.open]),
        _block(
            "Came and went", found.passed, MOST_PASSED, found.resolved_href,
            [_over_line(one, writer) for one in found.passed],
        ),
        _block(
            "Resolved", found.resolved, MOST_RESOLVED, found.resolved_href,
            [_over_line(one, writer) for one in found.resolved],
        ),
        Block("Noisiest thresholds", [_noisy_line(one) for one in found.noisy[:MOST_NOISY]]),
    )  # fmt: skip
    quiet = not (found.open or found.passed or found.resolved)
    return Section(
        key="alerts",
        title="Alerts",
        sentence="No alert is open, and none was." if quiet else _sentence(found),
        blocks=[block for block in blocks if block.lines],
        href=found.href,
        quiet=quiet,
    )


def news(found: AlertNews) -> list[News]:
    """For the subject."""
    if not found.open:
        return [News(6, f"{plural(found.opened, 'alert')} came and went", "warning")] if found.opened else []
    worst = found.open[0].severity
    if worst not in {"critical", "warning"}:
        return [News(6, f"{plural(len(found.open), 'alert')} open")]
    count = sum(one.severity == worst for one in found.open)
    named = f"{plural(count, f'{worst} alert')} open" if count > 1 else f"{found.open[0].name}: {worst}"
    return [News(0 if worst == "critical" else 3, named, worst)]


def _sentence(found: AlertNews) -> str:
    over = len(found.passed) + len(found.resolved)
    by_severity = Counter(one.severity for one in found.open)
    still = ", ".join(f"{by_severity[name]} {name}" for name in ("critical", "warning", "info") if by_severity[name])
    opened = f"{plural(found.opened, 'alert')} opened, {over} resolved" if found.opened or over else "Nothing new"
    return f"{opened}; {len(found.open)} still open ({still})." if found.open else f"{opened}; none is open now."


def _block(label: str, items: Sequence[AlertItem], most: int, href: str, lines: Sequence[Line]) -> Block:
    return Block(label, lines[:most], max(len(items) - most, 0), href)


def _open_line(one: AlertItem, start: datetime, end: datetime) -> Line:
    about = [one.stack, "new" if one.opened_at >= start else "", "acknowledged" if one.acknowledged else "",
             f"{one.along} more along with it" if one.along else ""]  # fmt: skip
    return Line(
        title=one.name,
        figure=f"for {say_span(end - one.since)}",
        detail=". ".join(part for part in (one.reason.removesuffix("."), ", ".join(filter(None, about))) if part),
        tone=one.severity,
        word=one.severity,
        href=one.href,
    )


def _over_line(one: AlertItem, writer: Writer) -> Line:
    assert one.resolved_at is not None  # noqa: S101 - what is over has an end
    return Line(
        title=one.name,
        figure=f"lasted {say_duration(one.resolved_at - one.since)}",
        detail=f"{one.reason.removesuffix('.')}, {writer.time(one.since)} to {writer.time(one.resolved_at)}",
        tone="ok",
        word=f"was {one.severity}",
        href=one.href,
    )


def _noisy_line(one: NoisyItem) -> Line:
    where = f"on {plural(one.subjects, 'resource')}, together {say_span(one.lasted)}"
    return Line(title=one.label, figure=f"fired {one.fired} times", detail=where, href=one.href)
