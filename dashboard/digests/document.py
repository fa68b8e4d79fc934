"""A digest in words, before any medium: HTML, plain text, Slack and the page are all written from a Document."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what, a figure at its right, a second line below. `share` draws a bar, 0 to 1."""

    title: str
    figure: str = ""
    detail: str = ""
    tone: str = ""
    """ok, warning, critical, info, unknown or blank; `word` says the same for those who see no colour."""
    word: str = ""
    href: str = ""
    share: float | None = None
    faint: bool = False
    """Drawn as provisional: an amount that may still change."""

    @property
    def percent(self) -> int:
        """The bar's length; what is not nothing is seen."""
        return max(round(100 * (self.share or 0)), 1 if self.share else 0)


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one kind."""

    label: str
    lines: Sequence[Line]
    more: int = 0
    """How many are left out."""
    href: str = ""
    """Where all of them are."""
    bars: bool = False
    """Whether rows are names and bars alone, which fit on a line each."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart; `alt` carries its figures. Sizes in pixels."""

    name: str
    svg: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a digest."""

    key: str
    title: str
    sentence: str
    """What there is to know, if one reads no further."""
    blocks: Sequence[Block] = ()
    picture: Picture | None = None
    href: str = ""
    quiet: bool = False
    """Whether it has no news."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure at the top."""

    label: str
    value: str
    detail: str = ""
    tone: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """A piece of the subject line; the smallest `rank` stands first."""

    rank: int
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole digest."""

    subject: str
    name: str
    period: str
    """'Sun, 22 Nov 2026, 08:00 to Mon, 23 Nov 2026, 08:00 (Europe/Berlin)'."""
    headline: str
    tone: str
    notes: Sequence[str] = ()
    """What a reader must know first: late, limited to a part."""
    tiles: Sequence[Tile] = ()
    sections: Sequence[Section] = ()
    still: Sequence[Section] = ()
    """Sections without news, named in one sentence."""
    quiet: bool = False
    href: str = ""
    news: Sequence[News] = field(default=())
