"""The HTML and the text of a mail: what mail programs are known to show, and nothing else."""

import base64
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from dashboard.digests.document import Document
from dashboard.digests.write.render import PREFERENCES, UNSUBSCRIBE, Rendered, render
from tests.digests.contents import SITE, bad_day, document, quiet_day
from tests.security.conftest import HOSTILE

CLIPPED = 102 * 1024
"""Bytes of HTML from which on Gmail cuts a mail off."""
VOID = {"meta", "br", "img", "link", "hr", "base", "input"}
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "table", "tbody", "tr", "td", "th", "p", "h1", "h2", "h3", "a",
    "img", "span", "div", "br",
}  # fmt: skip
"""What Gmail, Outlook and Apple Mail show alike."""
PROPERTIES = {
    "margin", "padding", "background", "color", "font", "font-size", "font-weight", "line-height", "border",
    "border-top", "border-left", "color-scheme",
    "border-radius", "border-collapse", "max-width", "max-height", "width", "height", "display",
    "overflow", "overflow-wrap", "word-break", "white-space", "text-decoration",
}  # fmt: skip
"""Rules in elements that they know, or that do no harm where they don't: no flex, no grid, no position, no variable."""


class Reader(HTMLParser):
    """Elements in order with their attributes; what is opened must be closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.found: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.wrong += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "title"}:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


DOCUMENTS = {"bad": bad_day(), "huge": bad_day(200, "checkout-and-fulfilment-of-orders"), "quiet": quiet_day()}


@pytest.fixture(params=list(DOCUMENTS))
def written(request: pytest.FixtureRequest) -> Document:
    return document(DOCUMENTS[request.param])


@pytest.fixture
def mail(written: Document) -> Rendered:
    return render(written)


@pytest.fixture
def read(mail: Rendered) -> Reader:
    return Reader(mail.html)


def test_what_is_opened_is_closed(read: Reader) -> None:
    assert read.wrong == []


def test_gmail_does_not_clip_it(mail: Rendered) -> None:
    assert len(mail.html.encode()) < CLIPPED


def test_only_what_mail_programs_know(read: Reader) -> None:
    assert {tag for tag, _ in read.found} <= ELEMENTS
    rules = ";".join(attributes.get("style", "") for _, attributes in read.found)
    assert {rule.split(":")[0].strip() for rule in rules.split(";") if ":" in rule} <= PROPERTIES
    assert "url(" not in rules
    assert "var(" not in rules


def test_rules_for_dark_mode_phones_and_paper_stay(mail: Rendered) -> None:
    for condition in ("prefers-color-scheme: dark", "max-width: 480px", "print"):
        assert re.search(rf"@media[^{{]*{condition}", mail.html)
    assert mail.html.count("<style") == 1


def test_layout_tables_are_no_data_to_a_screen_reader(read: Reader) -> None:
    assert all(one.get("role") == "presentation" or "rows" in one.get("class", "") for one in read.all("table"))


def test_every_link_is_absolute_and_ours(read: Reader) -> None:
    own = (urlsplit(SITE).netloc, urlsplit(UNSUBSCRIBE).netloc, urlsplit(PREFERENCES).netloc)
    assert {urlsplit(one["href"]).netloc for one in read.all("a")} <= set(own)


def test_pictures_are_attached_and_carry_their_figures_as_text(mail: Rendered, read: Reader) -> None:
    shown = read.all("img")
    assert [one["src"] for one in shown] == [f"cid:{one['name']}@stackdeck" for one in mail.images]
    assert all("%" in one["alt"] and one["width"] and one["height"] for one in shown)


def test_the_text_says_all_that_the_html_says(written: Document, mail: Rendered, read: Reader) -> None:
    flat = " ".join(mail.text.split())
    lines = [line for section in written.sections for block in section.blocks for line in block.lines]
    missing = [
        line.title for line in lines if line.title not in flat or line.detail not in flat or line.href not in flat
    ]
    assert missing == []
    assert all(section.sentence in flat for section in (*written.sections, *written.still))
    assert {one["href"] for one in read.all("a")} - set(re.findall(r"https?://\S+", mail.text)) <= {
        tile.href for tile in written.tiles
    }


def test_the_text_fits_80_columns_but_for_addresses(mail: Rendered) -> None:
    assert [line for line in mail.text.splitlines() if len(line) > 80 and "://" not in line] == []


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name: str) -> None:
    read = Reader(render(document(bad_day(1, name))).html)
    assert read.wrong == []
    assert {tag for tag, _ in read.found} <= ELEMENTS
    assert not [key for _, attributes in read.found for key in attributes if key.startswith("on")]
    assert name[:20] in " ".join(read.words)


def test_a_chart_is_a_picture_with_its_text_drawn() -> None:
    png = base64.b64decode(render(document(bad_day())).images[0]["png"])
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) == 2 * 560
    assert len(png) > 8_000  # without a font, the same lines alone are far less
