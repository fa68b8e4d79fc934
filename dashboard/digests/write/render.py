"""A document as mail: subject, HTML with its rules written into the elements, plain text, charts as PNG."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import css_inline
import resvg_py
from django.template.loader import render_to_string

from dashboard.core.tokens import Tokens, parse
from dashboard.digests.document import Document, Picture
from dashboard.digests.text import plain_text
from dashboard.notify.texts import one_line
from dashboard.notify.write.mail import STYLESHEET

MOST_SUBJECT = 150
FONT = Path(__file__).resolve().parents[1] / "fonts" / "inter-latin.ttf"
TONES = ("ok", "warning", "critical", "info", "unknown")
PAINT = {
    "canvas": "canvas", "surface": "surface", "border": "border", "text": "text", "muted": "text-muted",
    "link": "accent-text", "track": "surface-sunken", "faint": "border-strong", "cost": "chart-cost",
}  # fmt: skip
"""What the template paints, with the tokens of the product's own pages."""
UNSUBSCRIBE, PREFERENCES = "https://unsubscribe.invalid/", "https://preferences.invalid/"
"""Stand in the stored body for each recipient's own addresses."""
FOOT = (
    "-- \nYou see here what you may see in Stackdeck, and no more.\n"
    f"Which digests you get: {PREFERENCES}\nUnsubscribe from this one: {UNSUBSCRIBE}\n"
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is stored of a digest; images are names and base64 PNG."""

    subject: str
    html: str
    text: str
    images: list[dict[str, str]]


def render(document: Document, *, personal: bool = True) -> Rendered:
    """The mail; `personal` ones carry addresses by which their recipient leaves."""
    colours = _tokens()
    context = {
        "document": document,
        "preheader": " ".join(section.sentence for section in document.sections)[:200] or document.period,
        "bar": colours.light[f"{document.tone}-shape"],
        "light": _paint(colours.light),
        "dark": _paint(colours.dark),
        "tones": [_tone(name, colours) for name in TONES],
        "personal": personal,
    }
    pictures = [section.picture for section in document.sections if section.picture]
    return Rendered(
        subject=one_line(document.subject, MOST_SUBJECT),
        html=_squeezed(_inliner().inline(render_to_string("mail/digest.html", context))),
        text=f"{plain_text(document)}\n{FOOT}" if personal else plain_text(document),
        images=[{"name": one.name, "png": base64.b64encode(png(one)).decode()} for one in pictures],
    )


def png(picture: Picture) -> bytes:
    """The chart, twice as fine as it is shown, on nothing: its colours hold on light and dark."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=picture.svg, skip_system_fonts=True, font_files=[str(FONT)], font_family="Inter", zoom=2
        )
    )


def personalised(text: str, unsubscribe: str, preferences: str) -> str:
    """A body with one recipient's own addresses."""
    return text.replace(UNSUBSCRIBE, unsubscribe).replace(PREFERENCES, preferences)


def in_browser(html: str, images: list[dict[str, str]]) -> str:
    """The HTML with its charts inside, for the preview: a browser knows no attachments."""
    for one in images:
        html = html.replace(f"cid:{one['name']}@stackdeck", f"data:image/png;base64,{one['png']}")
    return html


def _squeezed(html: str) -> str:
    """Without the indentation and empty lines of the template: Gmail cuts a mail off at 102 KB."""
    return "\n".join(stripped for line in html.splitlines() if (stripped := line.strip())) + "\n"


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@cache
def _tokens() -> Tokens:
    """Colours of the stylesheet, in both themes."""
    return parse(STYLESHEET.read_text())


def _paint(colours: Mapping[str, str]) -> dict[str, str]:
    return {purpose: colours[token] for purpose, token in PAINT.items()}


def _tone(name: str, colours: Tokens) -> dict[str, str]:
    return {
        "name": name,
        "light": colours.light[f"{name}-shape"],
        "dark": colours.dark[f"{name}-shape"],
        "light_text": colours.light[f"{name}-text"],
        "dark_text": colours.dark[f"{name}-text"],
    }
