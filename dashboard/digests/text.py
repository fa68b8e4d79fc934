"""A digest as plain text: everything that the HTML says, links included, 78 characters wide where words allow."""

import textwrap
from collections.abc import Iterator, Sequence

from dashboard.digests.document import Block, Document, Line, Section
from dashboard.notify.texts import one_line

WIDTH = 78
BAR = 20
MOST = 400
"""Characters of one piece of text from outside."""


def plain_text(document: Document) -> str:
    """The whole digest."""
    lines = [document.headline.upper() if document.quiet else document.headline, ""]
    lines += [f"{document.name}: {document.period}", *document.notes]
    lines += ["", *_tiles(document)] if document.tiles else []
    for section in document.sections:
        lines += ["", "", *_section(section)]
    if document.still:
        lines += ["", "", *_still(document.still)]
    lines += ["", "", f"All of it: {document.href}"]
    return "\n".join(_wrapped(lines)) + "\n"


def _still(sections: Sequence[Section]) -> list[str]:
    """What has no news."""
    lines = ["NOTHING NEW", "==========="]
    for one in sections:
        lines += [f"- {one.title}: {one.sentence}", *([f"  {one.href}"] if one.href else [])]
    return lines


def _wrapped(lines: Sequence[str]) -> Iterator[str]:
    """Long lines broken at spaces; an address stays whole."""
    for line in lines:
        indent = line[: len(line) - len(line.lstrip())]
        broken = textwrap.wrap(
            line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )  # fmt: skip
        yield from broken or [""]


def _tiles(document: Document) -> list[str]:
    width = max(len(tile.label) for tile in document.tiles)
    return [
        f"{tile.label:<{width}}  {tile.value}{f'  ({tile.detail})' if tile.detail else ''}" for tile in document.tiles
    ]


def _section(section: Section) -> list[str]:
    lines = [section.title.upper(), "=" * len(section.title), section.sentence]
    if section.picture:
        lines += ["", section.picture.alt]
    for block in section.blocks:
        lines += ["", *_block(block)]
    return [*lines, "", f"More: {section.href}"] if section.href else lines


def _block(block: Block) -> list[str]:
    lines = [f"{block.label}:"] if block.label else []
    for line in block.lines:
        lines += _line(line)
    if block.more:
        lines.append(f"  and {block.more} more: {block.href}")
    return lines


def _line(line: Line) -> list[str]:
    word = f" [{line.word}]" if line.word else ""
    bar = f"  {'#' * round(BAR * line.share):<{BAR}}" if line.share is not None else ""
    figure = f"{bar}  {line.figure}" if line.figure else ""
    found = [f"- {one_line(line.title, MOST)}{word}{figure}"]
    if line.detail:
        found.append(f"  {one_line(line.detail, MOST)}")
    if line.href:
        found.append(f"  {line.href}")
    return found
