"""Objectives in words: what is left of each error budget."""

from dashboard.core.units import Unit
from dashboard.digests.content import SloItem, SloNews
from dashboard.digests.document import Block, Line, News, Section
from dashboard.digests.formats import Writer
from dashboard.digests.words.phrases import plural

MOST = 8
SCARCE = 0.25
"""Less of a budget than this is worth a line in the subject."""


def section(found: SloNews, writer: Writer) -> Section:
    """Objectives at the end of the period."""
    lines = [_line(one, writer) for one in found.slos]
    spent, scarce = _spent(found), _scarce(found)
    return Section(
        key="slos",
        title="SLOs and error budgets",
        sentence=_sentence(found, len(spent), len(scarce)),
        blocks=[Block("", lines[:MOST], max(len(lines) - MOST, 0), found.href)] if lines else [],
        href=found.href,
        quiet=not spent and not scarce,
    )


def news(found: SloNews) -> list[News]:
    """For the subject: budgets that are used up, or nearly."""
    spent, scarce = _spent(found), _scarce(found)
    if spent:
        return [News(1, f"{_budgets(spent)} used up", "critical")]
    return [News(5, f"{_budgets(scarce)} nearly used up", "warning")] if scarce else []


def _budgets(names: list[str]) -> str:
    return f"error budget of {names[0]}" if len(names) == 1 else f"{len(names)} error budgets"


def _nines(share: float | None, writer: Writer) -> str:
    """A share with the nines that an objective is about: 99.87 % is not 99.9 %."""
    return writer.value(share, Unit.SHARE) if share is None else writer.exact_share(share)


def _spent(found: SloNews) -> list[str]:
    return [one.name for one in found.slos if one.budget_left is not None and one.budget_left <= 0]


def _scarce(found: SloNews) -> list[str]:
    return [one.name for one in found.slos if one.budget_left is not None and 0 < one.budget_left < SCARCE]


def _sentence(found: SloNews, spent: int, scarce: int) -> str:
    if not found.slos:
        return "No objectives are set."
    if not spent and not scarce:
        return f"All {plural(len(found.slos), 'objective')} have error budget left."
    return f"{plural(len(found.slos), 'objective')}: {spent} with no error budget left, {scarce} with little."


def _line(one: SloItem, writer: Writer) -> Line:
    left = one.budget_left
    tone = "unknown" if left is None else "critical" if left <= 0 else "warning" if left < SCARCE else "ok"
    kept = f"{_nines(one.attained, writer)} of promised {_nines(one.target, writer)}"
    return Line(
        title=one.name,
        figure=_left(left, writer),
        detail=", ".join(part for part in (kept, f"over {one.window}", one.stack) if part),
        tone=tone,
        word={"critical": "used up", "warning": "little left", "ok": "", "unknown": ""}[tone],
        href=one.href,
        share=min(max(left, 0.0), 1.0) if left is not None else None,
    )


def _left(left: float | None, writer: Writer) -> str:
    """What is left of a budget, or by how much it is overspent."""
    if left is None:
        return "no data"
    return f"{writer.value(left, Unit.SHARE)} left" if left > 0 else f"{writer.value(-left, Unit.SHARE)} overspent"
