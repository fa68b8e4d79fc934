"""The service map in a real browser: drawn without overlaps, walked by keys, replayed, exported, read as tables."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.chromium import PHONE, Person, new_person
from tests.browser.graphs import store_graph
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

AXE = (Path(__file__).resolve().parent.parent / "data" / "axe" / "axe.min.js").read_text()
SIZES = (12, 60, 300)
OVERLAPS = """(selector) => {
  const boxes = [...document.querySelectorAll(selector)].map((node) => {
    const { left, right, top, bottom, width } = node.getBoundingClientRect();
    return { left, right, top, bottom, width, text: node.textContent };
  }).filter((box) => box.width > 0);
  const meets = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) => meets(a, b)).map((b) => `${a.text} / ${b.text}`));
}"""
THROUGH = """() => {
  const inner = (node) => {
    const { left, right, top, bottom } = node.querySelector(".node-card").getBoundingClientRect();
    return { id: node.dataset.id, left: left + 3, right: right - 3, top: top + 3, bottom: bottom - 3 };
  };
  const boxes = [...document.querySelectorAll(".node")].map(inner);
  return [...document.querySelectorAll(".line")].flatMap((line) => {
    const path = line.querySelector(".line-path");
    const onScreen = path.getScreenCTM();
    const stride = path.getTotalLength() / 59;
    const at = (step) => path.getPointAtLength(stride * step).matrixTransform(onScreen);
    const points = Array.from({ length: 60 }, (_, step) => at(step));
    return boxes.filter((box) => box.id !== line.dataset.source && box.id !== line.dataset.target)
      .filter((box) => points.some(({ x, y }) => x > box.left && x < box.right && y > box.top && y < box.bottom))
      .map((box) => `${line.dataset.id} through ${box.id}`);
  });
}"""


@pytest.fixture
def viewer(db: None) -> User:
    cache.clear()
    return make_user()


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer, viewer: User) -> Iterator[Callable[..., Person]]:
    """Store a graph of a size, and open the map in a browser of its own."""
    contexts = []

    def open_map(nodes: int, query: str = "", **options: Any) -> Person:
        store_graph(nodes, at=timezone.now() - timedelta(minutes=61))
        session = Client()
        session.force_login(viewer)
        context, person = new_person(chromium, live_server.url, **({"reduced_motion": "reduce"} | options))
        contexts.append(context)
        cookie = {"name": "sessionid", "value": session.cookies["sessionid"].value, "url": live_server.url}
        context.add_cookies([cookie])  # type: ignore[list-item] # a TypedDict by shape
        person.open(f"/map/{query}")
        if "view=table" not in query:
            person.page.locator("[data-map][data-drawn]").wait_for()
        return person

    yield open_map
    for context in contexts:
        context.close()


def node(person: Person, name: str) -> Any:
    """The node whose name begins so, to whoever hears names."""
    return person.page.locator(f".node[aria-label*='{name}']").first


def focused(person: Person) -> str:
    """What has the focus, as a screen reader says it."""
    said: str = person.page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''")
    return said


def picture(person: Person) -> dict[str, Any]:
    """The data that the page was drawn from."""
    found: dict[str, Any] = json.loads(person.page.locator("#map-picture").text_content() or "")
    return found


# -- readable at 12, 60 and 300 nodes -------------------------------------------------------------


@pytest.mark.parametrize("nodes", SIZES)
def test_nothing_overlaps(visit: Callable[..., Person], nodes: int) -> None:
    person = visit(nodes)
    for selector in (".node", ".label:not(.quiet)", ".node, .label:not(.quiet)", ".frame-name, .label:not(.quiet)"):
        assert person.page.evaluate(OVERLAPS, selector) == [], selector
    assert person.page.evaluate(THROUGH) == []


def test_nothing_overlaps_with_one_stack_open_among_twenty(visit: Callable[..., Person]) -> None:
    person = visit(300)
    person.page.locator(".node.stack").first.click()
    expect(person.page.locator(".frame")).to_have_count(1)
    assert person.page.evaluate(OVERLAPS, ".node") == []
    assert person.page.evaluate(OVERLAPS, ".frame-name, .label:not(.quiet)") == []
    assert person.page.evaluate(THROUGH) == []


@pytest.mark.parametrize("nodes", SIZES)
def test_texts_stay_in_their_boxes(visit: Callable[..., Person], nodes: int) -> None:
    person = visit(nodes)
    sticking_out = person.page.evaluate(
        """() => [...document.querySelectorAll(".node")].flatMap((node) => {
          const card = node.querySelector(".node-card").getBoundingClientRect();
          return [...node.querySelectorAll("text")].filter((text) => {
            const box = text.getBoundingClientRect();
            return box.right > card.right + 1 || box.top < card.top - 2 || box.bottom > card.bottom + 2;
          }).map((text) => text.textContent);
        })"""
    )
    assert sticking_out == []


@pytest.mark.parametrize("nodes", SIZES)
def test_texts_are_never_too_small_to_read_at_first_sight(visit: Callable[..., Person], nodes: int) -> None:
    person = visit(nodes)
    scale = person.page.evaluate("document.querySelector('[data-map-picture]').getScreenCTM().a")
    assert scale >= 0.62


def test_three_hundred_nodes_are_twenty_boxes_and_can_all_be_opened(visit: Callable[..., Person]) -> None:
    person = visit(300)
    assert person.page.locator(".node").count() < 30
    person.page.locator("summary", has_text="Stacks").click()
    person.page.get_by_role("link", name="Open all stacks").click()
    expect(person.page.locator(".node").nth(299)).to_be_attached()
    assert "collapse=none" in person.page.url


# -- clicks ---------------------------------------------------------------------------------------


def test_from_red_to_the_cause(visit: Callable[..., Person]) -> None:
    person = visit(60)
    person.page.locator(".node.stack.shade-critical").click()
    node(person, "checkout-create-order").click()
    panel = person.page.locator("[data-map-panel]")
    expect(panel.get_by_text("checkout-create-order p95 2.4 s, usually 310 ms")).to_be_visible()
    expect(panel.get_by_role("button", name="api.paywise.example")).to_be_visible()
    panel.get_by_role("button", name="api.paywise.example").click()
    expect(panel.get_by_text("20 % faults of the sampled requests")).to_be_visible()
    assert person.complaints == []


def test_a_link_opens_exactly_what_was_seen_and_back_undoes_it(visit: Callable[..., Person]) -> None:
    person = visit(12)
    node(person, "checkout-create-order").click()
    panel = person.page.locator("[data-map-panel]")
    expect(panel.locator("[data-panel]")).to_be_visible()
    assert "selected=n" in person.page.url
    person.page.reload()
    expect(panel.get_by_role("heading", name="checkout-create-order")).to_be_visible()
    person.page.go_back()
    expect(panel).to_be_hidden()


def test_the_selection_stands_out_and_a_line_has_a_panel_too(visit: Callable[..., Person]) -> None:
    person = visit(12)
    person.page.locator(".line.shade-critical .line-reach").first.click(force=True)
    expect(person.page.locator("[data-map-panel]").get_by_text("of the sampled calls")).to_be_visible()
    assert person.page.locator(".line.near").count() == 1
    assert person.page.locator(".node.near").count() == 2


def test_find_lights_up_and_a_mistake_is_told_at_the_field(visit: Callable[..., Person]) -> None:
    person = visit(12)
    field = person.page.get_by_label("Find")
    field.fill("errors > 10%")
    field.press("Enter")
    expect(person.page.locator("#map-find-said")).to_have_text("2 found")
    assert person.page.locator(".node:not(.dim)").count() == 2
    field.fill("errors >")
    field.press("Enter")
    expect(person.page.locator("#map-find-said")).to_contain_text("At position 9")
    expect(field).to_have_value("errors >")
    assert person.page.locator(".node.dim").count() == 0


def test_a_refresh_moves_nothing(visit: Callable[..., Person]) -> None:
    person = visit(12)
    person.page.locator("[data-map-zoom=in]").click()
    node(person, "checkout-jobs").focus()
    before = person.page.evaluate("document.querySelector('[data-map-picture]').getAttribute('transform')")
    places = [(box["id"], box["x"], box["y"]) for box in picture(person)["boxes"]]
    person.page.evaluate("document.querySelector('[data-map]').dataset.drawn = ''")
    with person.page.expect_response("**/map/"):
        person.page.keyboard.press("r")
    person.page.locator("[data-map]:not([data-drawn=''])").wait_for()
    assert person.page.evaluate("document.querySelector('[data-map-picture]').getAttribute('transform')") == before
    assert [(box["id"], box["x"], box["y"]) for box in picture(person)["boxes"]] == places
    assert "checkout-jobs" in focused(person)


# -- keys -----------------------------------------------------------------------------------------


def test_arrow_keys_walk_along_the_calls(visit: Callable[..., Person]) -> None:
    person = visit(12)
    node(person, "checkout-api (prod)").focus()
    person.page.keyboard.press("ArrowRight")
    assert any(name in focused(person) for name in ("create-order", "get-order", "list-orders"))
    person.page.keyboard.press("ArrowLeft")
    assert "checkout-api" in focused(person)


def test_every_node_is_reached_by_arrow_keys(visit: Callable[..., Person]) -> None:
    person = visit(12)
    reached = person.page.evaluate(
        """async () => {
          const { neighbour } = await import("/static/js/map/walk.js");
          const data = JSON.parse(document.getElementById("map-picture").textContent);
          const reached = new Set([data.boxes[0].id]);
          for (const id of reached) {
            for (const key of ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"]) {
              const next = neighbour(data, id, key);
              if (next) reached.add(next.id);
            }
          }
          return data.boxes.length - reached.size;
        }"""
    )
    assert reached == 0


def test_enter_opens_escape_closes_and_f_focuses(visit: Callable[..., Person]) -> None:
    person = visit(12)
    node(person, "checkout-create-order").focus()
    person.page.keyboard.press("Enter")
    panel = person.page.locator("[data-map-panel]")
    expect(panel.get_by_role("heading", name="checkout-create-order")).to_be_visible()
    person.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert "checkout-create-order" in focused(person)
    person.page.keyboard.press("f")
    expect(person.page.get_by_label("Show the whole map")).to_be_visible()
    assert "focus=n" in person.page.url


def test_plus_minus_and_zero_zoom(visit: Callable[..., Person]) -> None:
    person = visit(12)
    scale = "document.querySelector('[data-map-picture]').getScreenCTM().a"
    node(person, "checkout-create-order").focus()
    person.page.wait_for_timeout(100)
    start = person.page.evaluate(scale)
    person.page.keyboard.press("+")
    person.until(f"{scale} > {start}")
    person.page.keyboard.press("-")
    person.page.keyboard.press("-")
    person.until(f"{scale} < {start}")
    person.page.keyboard.press("0")


def test_dragging_moves_the_picture_and_selects_nothing(visit: Callable[..., Person]) -> None:
    person = visit(12)
    box = node(person, "checkout-create-order").bounding_box()
    person.page.mouse.move(box["x"] + 30, box["y"] + 20)
    person.page.mouse.down()
    person.page.mouse.move(box["x"] + 90, box["y"] + 50, steps=4)
    person.page.mouse.up()
    person.page.wait_for_timeout(100)
    moved = node(person, "checkout-create-order").bounding_box()
    assert (round(moved["x"] - box["x"]), round(moved["y"] - box["y"])) == (60, 30)
    assert "selected" not in person.page.url


# -- replay, exports, tables, phone ---------------------------------------------------------------


def test_the_slider_replays_the_window(visit: Callable[..., Person]) -> None:
    person = visit(12)
    slider = person.page.get_by_label("Moment shown")
    slider.focus()
    with person.page.expect_response("**/api/v1/map?*at=*"):
        slider.press("Home")
    expect(node(person, "checkout-create-order").get_by_text("no requests")).to_be_visible()
    with person.page.expect_response("**/api/v1/map?*"):
        slider.press("End")
    expect(node(person, "checkout-create-order").get_by_text("p95 2.4 s")).to_be_visible()
    assert "at=" not in person.page.url


def test_play_runs_from_the_beginning_until_it_is_paused(visit: Callable[..., Person]) -> None:
    person = visit(12)
    with person.page.expect_response("**/api/v1/map?*at=*"):
        person.page.get_by_role("button", name="Replay").click()
    expect(person.page.get_by_role("button", name="Pause")).to_be_visible()
    expect(person.page.get_by_label("Moment shown")).to_have_value(re.compile("[1-9]"))
    person.page.get_by_role("button", name="Pause").click()
    expect(person.page.get_by_role("button", name="Replay")).to_be_visible()


def test_the_svg_export_needs_nothing_else(visit: Callable[..., Person]) -> None:
    person = visit(12)
    person.page.locator("summary", has_text="Download the picture").click()
    with person.page.expect_download() as download:
        person.page.get_by_role("button", name="SVG").click()
    text = Path(download.value.path()).read_text()
    drawn = ElementTree.fromstring(text)  # noqa: S314 - our own file
    names = {text for node in drawn.iter("{http://www.w3.org/2000/svg}text") if (text := "".join(node.itertext()))}
    assert {"api.paywise.example", "checkout-settle"} <= names
    assert "<use" not in text
    assert "class=" not in text
    assert "var(--" not in text


def test_the_png_export_is_a_picture(visit: Callable[..., Person]) -> None:
    person = visit(12)
    person.page.locator("summary", has_text="Download the picture").click()
    with person.page.expect_download() as download:
        person.page.get_by_role("button", name="PNG").click()
    content = Path(download.value.path()).read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    assert width > 1000
    assert height > 300
    assert len(content) > 20_000


def test_tables_say_the_same_and_lead_back_to_the_picture(visit: Callable[..., Person]) -> None:
    person = visit(12, "?view=table")
    rows = person.page.locator("#map-nodes tbody tr")
    expect(rows.first).to_contain_text("8 % faults")
    with person.page.expect_download() as download:
        person.page.locator("#map-lines [data-table-csv]").click()
    assert "api.paywise.example" in Path(download.value.path()).read_text()
    rows.first.get_by_role("link").first.click()
    person.page.locator("[data-map][data-drawn]").wait_for()
    expect(person.page.locator("[data-map-panel] [data-panel]")).to_be_visible()


def test_a_phone_shows_a_list_worst_first_with_a_way_to_the_picture(visit: Callable[..., Person]) -> None:
    person = visit(60, viewport=PHONE, has_touch=True, is_mobile=True)
    expect(person.page.locator(".map-row").first).to_contain_text("faults")
    expect(person.page.locator("[data-map-stage]")).to_be_hidden()
    assert person.too_wide() == []
    person.page.get_by_role("link", name="Show as a picture").click()
    person.page.locator("[data-map][data-drawn]").wait_for()
    expect(person.page.locator("[data-map-stage]")).to_be_visible()
    assert person.too_wide() == []


# -- for everybody --------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?colour=latency", "?view=table"])
def test_axe_finds_nothing(visit: Callable[..., Person], theme: str, query: str) -> None:
    person = visit(12, query, color_scheme=theme)
    if not query:
        node(person, "checkout-create-order").click()
        person.page.locator("[data-map-panel] .legend-entry").first.wait_for()
    person.page.evaluate(AXE)
    results = person.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    found = [
        (violation["id"], [one["target"] for one in violation["nodes"][:3]])
        for violation in results["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert found == []
    assert (person.violations(), person.complaints) == ([], [])
