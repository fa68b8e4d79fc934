"""One currency of the spend page: figures, picture, what changed, table."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from dashboard.core.money import format_money
from dashboard.core.units import Unit, format_value
from dashboard.pages.spend.episodes import Episode, episodes
from dashboard.pages.spend.figures import cost_trend, rise
from dashboard.pages.spend.pictures import Column, Layer, Line, Picture, draw, say_day
from dashboard.pages.spend.query import CUTS, SpendState
from dashboard.pages.spend.table import Around, Cells, Columns, columns_of, lines_of, table_days
from dashboard.pages.spend.table import Line as TableLine
from dashboard.spend.found import Cut, SpendTable, Unexpected

TOLD = 3
"""How much of what was unusual is told at once."""
MOVERS = 4
"""How many of the largest changes are told."""
LEAST_MOVED = Decimal("0.01")
LEAST_UNTAGGED = 0.005
"""Share of untagged cost below which it isn't worth a sentence."""
TAGGED = {Cut.STACK, Cut.ENVIRONMENT, Cut.TEAM}


@dataclass(frozen=True, slots=True)
class Mover:
    """What a row costs more or less than before."""

    label: str
    href: str
    extra: Decimal
    trend: dict[str, Any] | None

    @property
    def size(self) -> Decimal:
        """Without its sign."""
        return abs(self.extra)


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the table that stands for the picture."""

    column: Column
    amounts: Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class Section:
    """What the template shows of one currency."""

    currency: str
    table: SpendTable | None
    picture: Picture | None
    lines: Sequence[TableLine]
    columns: Columns | None
    sums: Sequence[Decimal]
    unexpected: Sequence[Unexpected]
    movers: Sequence[Mover]
    notes: Sequence[str]
    told: str
    empty: Mapping[str, str]
    versus: str
    """The days to compare with; blank where no bill of them was read."""

    @property
    def told_first(self) -> list[Episode]:
        """What cost most more than normal, days in a row as one."""
        return episodes(self.unexpected)[:TOLD]

    @property
    def told_later(self) -> list[Episode]:
        """What else was unusual, behind a click."""
        return episodes(self.unexpected)[TOLD:]

    @property
    def rows(self) -> list[DayRow]:
        """The picture's days, newest first."""
        if self.picture is None:
            return []
        rows = [
            DayRow(column, [layer.amounts[at] for layer in self.picture.layers])
            for at, column in enumerate(self.picture.columns)
        ]
        return rows[::-1]

    @property
    def estimated(self) -> bool:
        """Whether a day shown may still change."""
        return self.picture is not None and bool(self.picture.estimated)

    @property
    def marked(self) -> bool:
        """Whether a day shown is unusual."""
        return self.picture is not None and any(column.marks for column in self.picture.columns)

    @property
    def judged(self) -> bool:
        """Whether there is a normal to compare the days with."""
        return self.picture is not None and bool(self.picture.band)

    @property
    def is_crossed(self) -> bool:
        """Whether the columns are a second cut."""
        return self.columns is not None and not self.columns.places

    @property
    def more(self) -> bool:
        """Whether rows are left out of the page."""
        return self.table is not None and len(self.table.rows) > len(self.lines)

    @property
    def before_words(self) -> str:
        """Heading of the column to compare with: '30 days before'."""
        return self.versus.removeprefix("the ").capitalize()

    @property
    def trend(self) -> dict[str, Any] | None:
        """The total against the days before."""
        if self.table is None or not self.versus:
            return None
        return cost_trend(rise(self.table.total, self.table.before), self.versus)


@dataclass(frozen=True, slots=True)
class Background:
    """What all sections are put together from."""

    state: SpendState
    given: QueryDict
    unexpected: Sequence[Unexpected]
    seen: frozenset[str]
    """AWS ids of accounts that can be narrowed to; linked accounts are known by their costs alone."""
    crossed: Mapping[str, Cells]
    """By currency, for columns that are a second cut."""
    estimated: frozenset[date]
    """Days shown of which AWS says that they may still change."""
    known_since: date | None
    """First day of which a bill was read."""
    now: datetime


def section_of(currency: str, table: SpendTable | None, behind: Background) -> Section:
    """Put one currency together; without a table (nothing matches) the reason stands in its place."""
    state, given = behind.state, behind.given
    marks = marks_of(behind.unexpected, currency)
    picture = _picture(table, marks, behind.estimated)
    columns = columns_of(table.days, state.columns, behind.crossed.get(currency, {})) if table else None
    versus = say_versus(table, behind) if table else ""
    lines = lines_of(table, Around(state, given, columns, behind.seen, versus)) if table else []
    week = behind.now.date() - timedelta(days=7)
    return Section(
        currency=currency,
        table=table,
        picture=picture,
        lines=lines,
        columns=columns,
        sums=columns.totals(table.rows) if table and columns else (),
        unexpected=[one for one in behind.unexpected if one.currency == currency and one.day >= week],
        movers=movers(lines) if versus else (),
        notes=notes(table, behind, versus) if table else (),
        told=say_picture(table, picture) if table and picture else "",
        empty=_why_empty(state),
        versus=versus,
    )


def say_versus(table: SpendTable, behind: Background) -> str:
    """The days to compare with: 'the 30 days before'; blank where no bill of them was read."""
    first = behind.state.start - timedelta(days=behind.state.days)
    known = behind.known_since is not None and behind.known_since <= first
    return f"the {table_days(table)} before" if known else ""


def marks_of(unexpected: Sequence[Unexpected], currency: str) -> dict[date, list[str]]:
    """What the picture says of unusual days."""
    marks: dict[date, list[str]] = {}
    for one in unexpected:
        if one.currency == currency:
            marks.setdefault(one.day, []).append(one.sentence)
    return marks


def _picture(
    table: SpendTable | None, marks: Mapping[date, Sequence[str]], estimated: Collection[date]
) -> Picture | None:
    if table is None:
        return None
    return draw(
        table.days,
        [Line(row.label, row.daily) for row in table.rows],
        low=table.normal_low,
        high=table.normal_high,
        marks=marks,
        estimated=estimated,
    )


def movers(lines: Sequence[TableLine]) -> list[Mover]:
    """The rows whose cost changed most, by amount."""
    moved = [
        Mover(line.row.label, line.href, line.row.amount - line.row.before, line.trend)
        for line in lines
        if abs(line.row.amount - line.row.before) >= LEAST_MOVED
    ]
    return sorted(moved, key=lambda one: one.size, reverse=True)[:MOVERS]


def notes(table: SpendTable, behind: Background, versus: str) -> list[str]:
    """What has to be known to read the table."""
    state, found = behind.state, []
    if not versus and behind.known_since is not None:
        found.append(
            f"There is nothing to compare with: bills were read from {say_day(behind.known_since)} on, and these "
            f"{table_days(table)} would need as many days before."
        )
    if state.cut in TAGGED and table.untagged and table.total and float(table.untagged / table.total) > LEAST_UNTAGGED:
        share = format_value(float(table.untagged / table.total), Unit.SHARE)
        found.append(
            f"{format_money(table.untagged, table.currency)} ({share}) carries no tag that says which "
            f"{CUTS[state.cut].lower()} it belongs to: some charges can't be tagged, others need the tag activated "
            "under Cost allocation tags in AWS Billing."
        )
    if behind.estimated:
        found.append(
            f"Costs {say_estimated(behind.estimated, behind.now.date())} may still change: AWS estimates them."
        )
    return found


def say_estimated(days: Collection[date], today: date) -> str:
    """'of 1 Nov and from 21 Nov on': the last days in a row are said as one."""
    ordered = sorted(days)
    last = today if ordered[-1] == today else today - timedelta(days=1)
    row: list[date] = []
    while ordered and ordered[-1] == last:
        row.insert(0, ordered.pop())
        last -= timedelta(days=1)
    parts = [f"of {', '.join(map(say_day, ordered))}"] if ordered else []
    return " and ".join([*parts, *([f"from {say_day(row[0])} on"] if row else [])])


def say_picture(table: SpendTable, picture: Picture) -> str:
    """The picture in a sentence, for those who can't see it."""
    highest = max(picture.columns, key=lambda column: column.total)
    parts: list[Layer] = list(picture.layers[:3])
    named = ", ".join(f"{layer.label} {format_money(layer.total, table.currency)}" for layer in parts)
    return (
        f"Daily cost over {table_days(table)}, {format_money(table.total, table.currency)} in all; "
        f"the dearest day was {say_day(highest.day)} with {format_money(highest.total, table.currency)}. "
        f"Largest: {named}. The table below holds all figures."
    )


def _why_empty(state: SpendState) -> dict[str, str]:
    if state.is_narrowed:
        return {"title": "Nothing was charged for this", "text": "These filters leave no cost in these days."}
    return {"title": "No cost in these days", "text": "Cost Explorer answered with no charge for any of them."}
