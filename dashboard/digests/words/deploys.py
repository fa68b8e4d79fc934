"""Deploys in words: what was changed, how it ended, and how the stack did before and after."""

from dashboard.core.units import Unit
from dashboard.digests.content import DeployItem, DeployNews
from dashboard.digests.document import Block, Line, News, Section
from dashboard.digests.formats import Writer
from dashboard.digests.words.phrases import listed, plural

MOST = 8
RESULTS = {"failed": "failed", "rolled_back": "was rolled back", "running": "is still running", "succeeded": ""}
WRONG = ("failed", "rolled_back")


def section(found: DeployNews, writer: Writer) -> Section:
    """Deploys of the period."""
    lines = [_line(one, writer) for one in found.deploys]
    block = Block("", lines[:MOST], max(len(lines) - MOST, 0), found.href)
    return Section(
        key="deploys",
        title="Deploys",
        sentence=_sentence(found),
        blocks=[block] if lines else [],
        href=found.href,
        quiet=not lines,
    )


def news(found: DeployNews) -> list[News]:
    """For the subject: what did not go well."""
    wrong = [one for one in found.deploys if one.result in WRONG]
    worse = [one for one in found.deploys if one.verdict == "worse" and one.result not in WRONG]
    told = [News(2, f"deploy of {wrong[0].stack} {RESULTS[wrong[0].result]}", "warning")] if len(wrong) == 1 else []
    if len(wrong) > 1:
        told = [News(2, f"{len(wrong)} deploys failed", "warning")]
    if worse:
        told.append(News(3, f"{listed([one.stack for one in worse], 1)} worse after deploy", "warning"))
    return told or ([News(9, plural(len(found.deploys), "deploy"))] if found.deploys else [])


def _sentence(found: DeployNews) -> str:
    if not found.deploys:
        return "Nothing was deployed."
    wrong = [one.stack for one in found.deploys if one.result in WRONG]
    worse = [one.stack for one in found.deploys if one.verdict == "worse"]
    parts = [f"{plural(len(found.deploys), 'deploy')} of {plural(len({one.stack for one in found.deploys}), 'stack')}"]
    if wrong:
        parts.append(f"{listed(wrong)} did not succeed")
    if worse:
        parts.append(f"{listed(list(dict.fromkeys(worse)))} did worse afterwards")
    if not wrong and not worse:
        parts.append("none made anything measurably worse")
    return "; ".join(parts) + "."


def _line(one: DeployItem, writer: Writer) -> Line:
    result = RESULTS.get(one.result, one.result)
    tone = "critical" if one.result in WRONG else {"worse": "warning", "better": "ok"}.get(one.verdict, "")
    changed = plural(one.changes, "resource") + " changed" if one.changes else one.action
    detail = ", ".join(part for part in (changed, _figures(one, writer), one.reason.removesuffix(".")) if part)
    word = result or {"worse": "worse after", "better": "better after", "same": "no change after"}.get(one.verdict, "")
    return Line(title=one.stack, figure=writer.time(one.at), detail=detail, tone=tone, word=word, href=one.href)


def _figures(one: DeployItem, writer: Writer) -> str:
    """'errors 0.1 % → 2.4 %, p95 120 ms → 180 ms'; blank when too little came."""
    parts = []
    if one.errors_before is not None and one.errors_after is not None:
        parts.append(
            f"errors {writer.value(one.errors_before, Unit.SHARE)} → {writer.value(one.errors_after, Unit.SHARE)}"
        )
    if one.latency_before is not None and one.latency_after is not None:
        before, after = (writer.value(value, Unit.MILLISECONDS) for value in (one.latency_before, one.latency_after))
        parts.append(f"p95 {before} → {after}")
    return ", ".join(parts)
