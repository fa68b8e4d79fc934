"""Blind times in words: what the rest of the digest does not know."""

from datetime import datetime

from dashboard.core.times import say_span
from dashboard.digests.content import BlindItem, BlindNews
from dashboard.digests.document import Block, Line, News, Section
from dashboard.digests.formats import Writer
from dashboard.digests.words.phrases import listed, plural

MOST = 6


def section(found: BlindNews, end: datetime, writer: Writer) -> Section:
    """Collectors of the period."""
    lines = [_line(one, end, writer) for one in found.blind]
    return Section(
        key="collectors",
        title="Collectors",
        sentence=_sentence(found),
        blocks=[Block("", lines[:MOST], max(len(lines) - MOST, 0), found.href)] if lines else [],
        href=found.href,
        quiet=not lines and found.collectors > 0,
    )


def news(found: BlindNews) -> list[News]:
    """For the subject: what nobody sees."""
    still = [one for one in found.blind if one.ended_at is None]
    if still:
        return [News(1, f"no data from {listed([one.account for one in still], 1)}", "critical")]
    if not found.collectors:
        return [News(1, "nothing is collected", "critical")]
    return [News(8, f"{listed([one.account for one in found.blind], 1)} was blind for a while")] if found.blind else []


def _sentence(found: BlindNews) -> str:
    if not found.collectors:
        return "Nothing is collected: no account is connected, so this digest knows nothing."
    if not found.blind:
        return f"All {found.collectors} collectors brought what they should."
    still = sum(one.ended_at is None for one in found.blind)
    times = plural(len(found.blind), "blind time")
    end = f"{still} still last" if still > 1 else "one still lasts" if still else "all are over"
    return f"{times} of collectors; {end}. What happened then may be missing above."


def _line(one: BlindItem, end: datetime, writer: Writer) -> Line:
    until = writer.time(one.ended_at) if one.ended_at else "now"
    return Line(
        title=one.account,
        figure=f"blind for {say_span(one.blind_for(end))}",
        detail=". ".join(
            part
            for part in (
                f"{writer.time(one.began_at)} to {until}: {listed(list(one.parts))}",
                one.reason.removesuffix("."),
            )
            if part
        ),
        tone="ok" if one.ended_at else "critical",
        word="over" if one.ended_at else "still blind",
    )
