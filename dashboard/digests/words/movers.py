"""Latency and errors in words: which stacks moved against the comparable period, and the whole."""

from datetime import UTC, datetime

from dashboard.core.units import Unit
from dashboard.digests.charts import Curve, line_chart
from dashboard.digests.content import Mover, MoverNews, Traffic
from dashboard.digests.document import Block, Line, News, Picture, Section, Tile
from dashboard.digests.formats import Writer
from dashboard.digests.words.phrases import listed, plural

MOST = 6
LEAST_RATE = 0.001
NEWSWORTHY = 2.0
"""A stack is named in the subject when something became at least so many times worse."""


def section(found: MoverNews, writer: Writer) -> Section:
    """Movers of the period."""
    worse = [one for one in found.movers if one.worse]
    better = [one for one in found.movers if not one.worse]
    blocks = (
        Block("Worse", [_line(one, writer) for one in worse[:MOST]], max(len(worse) - MOST, 0), found.href),
        Block("Better", [_line(one, writer) for one in better[:MOST]], max(len(better) - MOST, 0), found.href),
    )
    return Section(
        key="movers",
        title="Latency and errors",
        sentence=_sentence(found, worse, better, writer),
        blocks=[block for block in blocks if block.lines],
        picture=_picture(found, writer),
        href=found.href,
        quiet=not found.movers,
    )


def tiles(found: MoverNews, writer: Writer) -> list[Tile]:
    """Requests and error rate of everything."""
    traffic = found.traffic
    requests = Tile(
        "Requests",
        writer.value(traffic.requests, Unit.COUNT),
        _against(traffic.requests, traffic.requests_before, found.days_back, writer),
        href=found.href,
    )
    rate, before = traffic.error_rate, traffic.error_rate_before
    errors = Tile(
        "Failed requests",
        writer.value(rate, Unit.SHARE),
        f"{writer.value(before, Unit.SHARE)} {_back(found.days_back)} before" if before is not None else "",
        "warning" if _fails_more(traffic) else "",
        found.href,
    )
    return [requests, errors]


def news(found: MoverNews) -> list[News]:
    """The stack that got worst, for the subject."""
    worse = [one for one in found.movers if one.worse and (one.now >= NEWSWORTHY * one.before or not one.before)]
    if not worse:
        count = sum(one.worse for one in found.movers)
        if count:
            return [News(7, f"{plural(count, 'stack')} slower or failing more")]
        return [News(7, "more requests fail than usual", "warning")] if _fails_more(found.traffic) else []
    first = worse[0]
    what = "fails" if first.measure == "errors" else "is slower,"
    times = f" {first.now / first.before:.0f}×" if first.before else " newly"
    text = f"{first.stack} {what}{times}" + (" as often" if first.measure == "errors" and first.before else "")
    return [News(4, text, "warning")]


def _sentence(found: MoverNews, worse: list[Mover], better: list[Mover], writer: Writer) -> str:
    traffic = found.traffic
    if not traffic.measured:
        return "Nothing was measured in this period, or too little to compare."
    if not found.movers:
        return f"No stack moved noticeably against {_back(found.days_back)} before."
    parts = [
        f"{listed(_stacks(worse))} got worse" if worse else "",
        f"{listed(_stacks(better))} got better" if better else "",
    ]
    return f"{'; '.join(part for part in parts if part)}, against {_back(found.days_back)} before."


def _fails_more(traffic: Traffic) -> bool:
    """Whether everything together fails noticeably more, even where no stack stands out."""
    rate, before = traffic.error_rate, traffic.error_rate_before
    return rate is not None and before is not None and rate > NEWSWORTHY * before and rate > LEAST_RATE


def _stacks(movers: list[Mover]) -> list[str]:
    return list(dict.fromkeys(one.stack for one in movers))


def _line(one: Mover, writer: Writer) -> Line:
    unit = Unit.SHARE if one.measure == "errors" else Unit.MILLISECONDS
    change = writer.change(one.now / one.before - 1) if one.before else "new"
    what = "requests that fail" if one.measure == "errors" else "p95 latency"
    volume = f"{writer.value(one.requests, Unit.COUNT)} requests"
    return Line(
        title=one.stack,
        figure=f"{writer.value(one.before, unit)} → {writer.value(one.now, unit)}",
        detail=", ".join(part for part in (f"{what} {change}", volume, one.environment) if part),
        tone="warning" if one.worse else "ok",
        word="worse" if one.worse else "better",
        href=one.href,
    )


def _back(days: int) -> str:
    return {7: "a week", 14: "two weeks", 28: "four weeks", 35: "five weeks"}.get(days, f"{days} days")


def _against(now: float | None, before: float | None, days: int, writer: Writer) -> str:
    if now is None or not before:
        return ""
    return f"{writer.change(now / before - 1)} against {_back(days)} before"


def _picture(found: MoverNews, writer: Writer) -> Picture | None:
    """The error rate of everything over the period, above that of the comparable one."""
    traffic = found.traffic
    if sum(value is not None for value in traffic.values) < 2:
        return None
    rate, before = traffic.error_rate, traffic.error_rate_before
    then = f", {writer.value(before, Unit.SHARE)} {_back(found.days_back)} before" if before is not None else ""
    peak = max((value for value in traffic.values if value is not None), default=0.0)
    alt = (
        f"Failed requests of all stacks: {writer.value(rate, Unit.SHARE)} over the period{then}; "
        f"at most {writer.value(peak, Unit.SHARE)}."
    )
    return line_chart(
        "errors",
        "Failed requests, all stacks",
        (Curve("this period", traffic.values), Curve(f"{_back(found.days_back)} before", traffic.values_before)),
        write=lambda value: writer.value(value, Unit.SHARE),
        ticks=_ticks(traffic, writer),
        alt=alt,
    )


def _ticks(traffic: Traffic, writer: Writer) -> list[str]:
    times = [traffic.start + traffic.step * len(traffic.values) * part // 4 for part in range(5)]
    return [writer.time(datetime.fromtimestamp(at, UTC)) for at in times]
