"""The table of spend: rows with where they lead, the pivot over time, and both as CSV with exact amounts."""

import csv
import io
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from dashboard.pages.spend.figures import cost_trend
from dashboard.pages.spend.pictures import say_day
from dashboard.pages.spend.query import COLUMNS, CUTS, NARROWED, SpendState, next_cut
from dashboard.spend.found import Cut, SpendRow, SpendTable

WIDEST = 12
"""Columns of a second cut; the smallest share the last."""
NOT_NAMED = "not named"
MOST = 100
"""Rows on the page; the CSV holds all."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run when a cell begins with it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row with its words and addresses."""

    row: SpendRow
    href: str
    """The page narrowed to this row; blank at the end of the way."""
    stack_id: int | None
    trend: dict[str, Any] | None
    width: int
    """Of the bar that shows the share, in thousandths of the largest."""
    cells: Sequence[Decimal] = ()
    """Amounts of the pivot's columns."""

    @property
    def spark(self) -> list[float]:
        """The days, for the small picture."""
        return [float(one) for one in self.row.daily]


Cells = Mapping[tuple[str, str], Decimal]
"""Amounts by the keys of a row and of a column."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The pivot's columns: what they are called, and how a row falls into them."""

    labels: Sequence[str]
    places: Sequence[int] = ()
    """The column of each day; empty where columns are a second cut."""
    names: Mapping[str, int] = field(default_factory=dict)
    """The column of each key of a second cut."""
    cells: Cells = field(default_factory=dict)

    def of(self, row: SpendRow) -> list[Decimal]:
        """A row's amounts, column by column."""
        return add_up(row.daily, self) if self.places else self._crossed(row.key)

    def _crossed(self, key: str) -> list[Decimal]:
        sums = [Decimal(0)] * len(self.labels)
        for name, place in self.names.items():
            sums[place] += self.cells.get((key, name), Decimal(0))
        return sums

    def totals(self, rows: Iterable[SpendRow]) -> list[Decimal]:
        """All rows together, column by column."""
        sums = [Decimal(0)] * len(self.labels)
        for row in rows:
            sums = [before + more for before, more in zip(sums, self.of(row), strict=True)]
        return sums


@dataclass(frozen=True, slots=True)
class Around:
    """What a table's rows depend on beside the bill."""

    state: SpendState
    given: QueryDict
    columns: Columns | None
    seen: Container[str]
    """AWS ids of accounts that can be narrowed to."""
    versus: str
    """The days to compare with; blank for no comparison."""

    def leads(self, row: SpendRow) -> bool:
        """Whether the page can be narrowed to a row."""
        return self.state.cut is not Cut.ACCOUNT or row.key in self.seen


def lines_of(table: SpendTable, around: Around) -> list[Line]:
    """The largest rows of a table."""
    largest = max((abs(row.amount) for row in table.rows), default=Decimal(0)) or Decimal(1)
    state, given, columns = around.state, around.given, around.columns
    return [
        Line(
            row=row,
            href=address_of(row, state, given) if around.leads(row) else "",
            stack_id=row.stack_id,
            trend=cost_trend(row.change, around.versus) if around.versus else None,
            width=round(abs(row.amount) / largest * 1000),
            cells=columns.of(row) if columns else (),
        )
        for row in table.rows[:MOST]
    ]


def table_days(table: SpendTable) -> str:
    """'30 days'."""
    return f"{len(table.days)} days" if len(table.days) != 1 else "day"


def address_of(row: SpendRow, state: SpendState, given: QueryDict) -> str:
    """The page's address narrowed to a row, divided by what explains it."""
    following = next_cut(state)
    if following is None or not row.drill:
        return ""
    narrowed = given.copy()
    for name, value in row.drill.items():
        narrowed[name] = value
    narrowed["by"] = following.value
    return f"?{narrowed.urlencode()}"


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that the page was narrowed to, and the address without it."""

    label: str
    value: str
    address: str


def chips(state: SpendState, given: QueryDict) -> list[Chip]:
    """What was narrowed to, in the order of the way there; each with the address that widens again."""
    found = []
    for name in NARROWED:
        if name in state.narrowed:
            wider = given.copy()
            del wider[name]
            wider["by"] = name
            found.append(Chip(CUTS[Cut(name)], state.narrowed[name], f"?{wider.urlencode()}"))
    return found


def columns_of(days: Sequence[date], kind: str, cells: Cells) -> Columns | None:
    """The pivot's columns: each day, weeks from Monday, months, or a second cut. None for the plain table."""
    if not kind:
        return None
    if kind not in COLUMNS:
        return crossed_columns(cells)
    names = [_column(day, kind) for day in days]
    labels = list(dict.fromkeys(names))
    places = {name: at for at, name in enumerate(labels)}
    return Columns(labels, [places[name] for name in names])


def crossed_columns(cells: Cells) -> Columns:
    """The largest keys of a second cut, the rest as one column."""
    sums: dict[str, Decimal] = {}
    for (_, name), amount in cells.items():
        sums[name] = sums.get(name, Decimal(0)) + amount
    ordered = sorted((name for name in sums if sums[name]), key=lambda name: (-sums[name], name))
    shown = ordered if len(ordered) <= WIDEST else ordered[: WIDEST - 1]
    labels = [name or NOT_NAMED for name in shown] + ["All others"] * (len(shown) < len(ordered))
    return Columns(labels, names={name: min(at, len(labels) - 1) for at, name in enumerate(ordered)}, cells=cells)


def _column(day: date, kind: str) -> str:
    if kind == "month":
        return f"{day:%b %Y}"
    if kind == "week":
        return f"Week {day.isocalendar().week}, {day.isocalendar().year}"
    return say_day(day)


def add_up(daily: Iterable[Decimal], columns: Columns) -> list[Decimal]:
    """Amounts per column."""
    sums = [Decimal(0)] * len(columns.labels)
    for place, amount in zip(columns.places, daily, strict=True):
        sums[place] += amount
    return sums


def to_csv(tables: Sequence[SpendTable], state: SpendState, crossed: Mapping[str, Cells]) -> str:
    """All rows with every digit, and the total; the pivot's columns when it is on."""
    text = io.StringIO()
    writer = csv.writer(text)
    label = CUTS[state.cut]
    last = state.end.isoformat()
    head = [label, "Currency", "Basis", "From", "Until (exclusive)"]
    for number, table in enumerate(tables):
        columns = columns_of(table.days, state.columns, crossed.get(table.currency, {}))
        named = [safe(label) for label in columns.labels] if columns else ["Before", "Amount", "Share"]
        if not number or columns:
            writer.writerow([*head, *(named if not columns else [*named, "Amount"])])
        shared = [table.currency, state.basis.value, state.start.isoformat(), last]
        for row in table.rows:
            writer.writerow([safe(row.label), *shared, *_values(row, columns)])
        sums = columns.totals(table.rows) if columns else []
        closing = [*map(plain, sums), plain(table.total)] if columns else [plain(table.before), plain(table.total), "1"]
        writer.writerow(["Total", *shared, *closing])
    return text.getvalue()


def _values(row: SpendRow, columns: Columns | None) -> list[str]:
    if columns:
        return [*map(plain, columns.of(row)), plain(row.amount)]
    return [plain(row.before), plain(row.amount), f"{row.share:.6f}"]


def plain(amount: Decimal) -> str:
    """An amount with all its digits and no exponent."""
    return f"{amount:f}"


def safe(text: str) -> str:
    """A text that no spreadsheet runs as a formula: what begins like one gets an apostrophe."""
    return f"'{text}" if text.startswith(FORMULA) else text
