"""The whole digest in words: sections in the schedule's order, those without news named in a sentence."""

from collections.abc import Sequence

from dashboard.digests import subject
from dashboard.digests.content import Content
from dashboard.digests.document import Document, News, Section, Tile
from dashboard.digests.formats import Writer
from dashboard.digests.words import alerts, collectors, deploys, movers, slos, spend
from dashboard.digests.words.phrases import plural

MOST_TILES = 4


def worded(content: Content, order: Sequence[str], writer: Writer) -> Document:
    """The digest; sections that the content lacks are left out."""
    sections = _sections(content, writer)
    news = _news(content, writer)
    ordered = [sections[key] for key in order if key in sections]
    line = subject.headline(news)
    return Document(
        subject=subject.subject(line, content.name, late=content.late),
        name=content.name,
        period=f"{writer.moment(content.start)} to {writer.moment(content.end)} ({writer.zone.key})",
        headline=line,
        tone=subject.worst_tone(news),
        notes=_notes(content),
        tiles=_tiles(content, writer)[:MOST_TILES],
        sections=[one for one in ordered if not one.quiet],
        still=[one for one in ordered if one.quiet],
        quiet=not news,
        href=content.href,
        news=news,
    )


def _sections(content: Content, writer: Writer) -> dict[str, Section]:
    made = (
        content.alerts and alerts.section(content.alerts, content.start, content.end, writer),
        content.slos and slos.section(content.slos, writer),
        content.movers and movers.section(content.movers, writer),
        content.deploys and deploys.section(content.deploys, writer),
        content.spend and spend.section(content.spend, writer),
        content.collectors and collectors.section(content.collectors, content.end, writer),
    )
    return {one.key: one for one in made if one}


def _news(content: Content, writer: Writer) -> list[News]:
    found: list[News] = []
    found += alerts.news(content.alerts) if content.alerts else []
    found += slos.news(content.slos) if content.slos else []
    found += movers.news(content.movers) if content.movers else []
    found += deploys.news(content.deploys) if content.deploys else []
    found += spend.news(content.spend, writer) if content.spend else []
    found += collectors.news(content.collectors) if content.collectors else []
    return found


def _tiles(content: Content, writer: Writer) -> list[Tile]:
    tiles: list[Tile] = []
    if content.alerts:
        open_now = content.alerts.open
        worst = open_now[0].severity if open_now else "ok"
        opened = f"{content.alerts.opened} opened in the period"
        tiles.append(Tile("Open alerts", str(len(open_now)), opened, worst, content.alerts.href))
    tiles += spend.tiles(content.spend, writer)[:2] if content.spend else []
    tiles += movers.tiles(content.movers, writer) if content.movers else []
    if content.deploys and len(tiles) < MOST_TILES:
        tiles.append(_deploy_tile(content))
    return tiles


def _deploy_tile(content: Content) -> Tile:
    assert content.deploys  # noqa: S101 - asked for just before
    worse = sum(one.verdict == "worse" or one.result in deploys.WRONG for one in content.deploys.deploys)
    detail = f"{worse} with trouble" if worse else ""
    return Tile("Deploys", str(len(content.deploys.deploys)), detail, "warning" if worse else "", content.deploys.href)


def _notes(content: Content) -> list[str]:
    notes = []
    if content.late:
        notes.append("This digest is late: Stackdeck was not running when it was due. It covers the time given above.")
    if content.scope:
        notes.append(f"It is about {content.scope} alone.")
    if content.movers and content.movers.traffic.stacks == 0:
        notes.append("You see no stack in it: a team has to take you in first.")
    elif content.movers and not content.movers.traffic.measured:
        notes.append(f"Nothing was measured of {plural(content.movers.traffic.stacks, 'stack')} in this period.")
    return notes
