"""What a person does with the shell and its components, in a real browser under the strict policy."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]

AXE = (Path(__file__).resolve().parent.parent / "data" / "axe" / "axe.min.js").read_text()
LINES = "document.querySelector('#latency [data-chart-plot]').data.length"


def hover_chart(page: Page, chart: str, share: float) -> None:
    box = page.locator(f"#{chart} [data-chart-plot]").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)


def test_nothing_breaks_the_content_security_policy(gallery: Person) -> None:
    gallery.page.evaluate("scrollTo(0, 9999)")
    gallery.settle()
    assert (gallery.violations(), gallery.complaints) == ([], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(gallery: Person, scheme: str) -> None:
    gallery.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    gallery.page.evaluate(AXE)
    found = gallery.page.evaluate("async () => (await axe.run()).violations.map((one) => one.id)")
    assert found == []


def test_all_charts_share_the_crosshair(gallery: Person) -> None:
    hover_chart(gallery.page, "latency", 0.5)
    at = gallery.page.locator("#latency .legend-time").inner_text()
    expect(gallery.page.locator("#requests .legend-time")).to_have_text(at)
    expect(gallery.page.locator("#requests .chart-cursor")).to_be_visible()


def test_a_legend_entry_isolates_its_line_and_a_second_click_brings_all_back(gallery: Person) -> None:
    entry = gallery.page.locator("#latency .legend-entry").nth(1)
    entry.click()
    gallery.until(f"{LINES} === 1")
    gallery.page.locator("#latency .legend-entry").nth(1).click()
    gallery.until(f"{LINES} === 3")


def test_dragging_over_a_chart_sets_the_time_range_and_back_takes_it_away(gallery: Person) -> None:
    hover_chart(gallery.page, "latency", 0.4)
    gallery.page.mouse.down()
    hover_chart(gallery.page, "latency", 0.7)
    gallery.page.mouse.up()
    gallery.page.wait_for_url(re.compile(r"range=custom&from=\d+&to=\d+"))
    gallery.page.go_back()
    expect(gallery.page.locator("#time-control summary").first).to_contain_text("Last 3 hours")


def test_a_gap_is_drawn_as_a_gap(gallery: Person) -> None:
    values = gallery.page.evaluate("document.querySelector('#latency [data-chart-plot]').data[0].y.slice(40, 46)")
    assert values == [None] * 6


def test_a_chart_without_values_says_so(gallery: Person) -> None:
    gallery.page.locator("#idle").scroll_into_view_if_needed()
    expect(gallery.page.locator("#idle [data-chart-state]")).to_have_text("No data in this window.")


def test_a_chart_has_a_table_with_the_same_values(gallery: Person) -> None:
    gallery.page.locator("#latency summary").click()
    gallery.page.get_by_role("button", name="Show as table").first.click()
    newest = gallery.page.locator("#latency [data-chart-table] tbody tr").first
    expect(newest).to_contain_text(gallery.page.locator("#latency .legend-value").nth(1).inner_text())


def test_a_chart_is_downloaded_as_csv(gallery: Person) -> None:
    gallery.page.locator("#latency summary").click()
    with gallery.page.expect_download() as download:
        gallery.page.locator("#latency [data-chart-do=csv]").click()
    first = Path(download.value.path()).read_text().splitlines()[0]
    assert first == "time (UTC),p50 (milliseconds),p95 (milliseconds),p99 (milliseconds)"


def test_a_chart_is_downloaded_as_png(gallery: Person) -> None:
    gallery.page.locator("#latency summary").click()
    with gallery.page.expect_download() as download:
        gallery.page.locator("#latency [data-chart-do=png]").click()
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_charts_follow_the_theme(gallery: Person) -> None:
    colour = "document.querySelector('#latency [data-chart-plot]').data[2].line.color"
    before = gallery.page.evaluate(colour)
    gallery.page.keyboard.press("t")
    gallery.until(f"{colour} !== '{before}'")


def test_the_theme_is_remembered(gallery: Person) -> None:
    gallery.page.keyboard.press("t")
    gallery.settle()
    gallery.page.reload()
    expect(gallery.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_collapsed_sidebar_is_remembered(gallery: Person) -> None:
    gallery.page.get_by_role("button", name="Collapse sidebar").click()
    gallery.page.reload()
    expect(gallery.page.get_by_role("button", name="Expand sidebar")).to_be_visible()


def test_slash_searches_and_enter_opens_what_was_typed_even_before_it_is_listed(gallery: Person) -> None:
    gallery.page.keyboard.press("/")
    gallery.page.keyboard.type("collec")
    gallery.page.keyboard.press("Enter")
    gallery.page.wait_for_url(re.compile("/collectors/"))


def test_escape_closes_the_palette_at_once(gallery: Person) -> None:
    gallery.page.keyboard.press("Control+k")
    gallery.page.keyboard.type("x")
    gallery.page.keyboard.press("Escape")
    expect(gallery.page.locator("#palette")).not_to_be_visible()


def test_g_and_a_letter_go_to_a_page_and_take_the_time_range_along(gallery: Person) -> None:
    gallery.open("/gallery/?range=24h")
    gallery.page.keyboard.press("g")
    gallery.page.keyboard.press("c")
    gallery.page.wait_for_url(re.compile(r"/collectors/\?range=24h"))


def test_a_question_mark_lists_the_keys(gallery: Person) -> None:
    gallery.page.keyboard.press("?")
    expect(gallery.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_a_column_sorts_both_ways_and_then_returns_to_the_servers_order(gallery: Person) -> None:
    sorter = gallery.page.get_by_role("button", name="Requests")
    first = gallery.page.locator("#tables tbody tr").first
    sorter.click()
    expect(first).to_contain_text("checkout-api")
    sorter.click()
    expect(first).to_contain_text("reports")
    sorter.click()
    expect(first).to_contain_text("checkout-api")


def test_the_filter_counts_what_is_left(gallery: Person) -> None:
    gallery.page.get_by_label("Filter stacks").fill("orders")
    expect(gallery.page.locator("[data-table-count]")).to_have_text("1 of 8")


def test_a_filter_that_leaves_nothing_says_so(gallery: Person) -> None:
    gallery.page.get_by_label("Filter stacks").fill("zzz")
    expect(gallery.page.get_by_text("No row contains “zzz”.")).to_be_visible()


def test_arrows_move_over_rows(gallery: Person) -> None:
    gallery.page.locator("#tables tbody tr").first.focus()
    gallery.page.keyboard.press("ArrowDown")
    expect(gallery.page.locator("#tables tbody tr").nth(1)).to_be_focused()


def test_a_refresh_keeps_scroll_and_what_is_typed(gallery: Person) -> None:
    gallery.page.get_by_label("Filter stacks").fill("orders")
    before = gallery.page.evaluate("scrollY")
    gallery.page.evaluate("document.querySelector('[data-refresh-now]').click()")
    gallery.settle()
    expect(gallery.page.get_by_label("Filter stacks")).to_be_focused()
    assert gallery.page.evaluate("scrollY") == before


def test_a_failed_refresh_keeps_the_page_and_says_so(gallery: Person) -> None:
    gallery.page.route("**/gallery/*", lambda route: route.fulfill(status=503))
    gallery.page.keyboard.press("r")
    expect(gallery.page.get_by_text("What you see is the last good data.")).to_be_visible()
    expect(gallery.page.locator("#latency .legend-entry")).to_have_count(3)


def test_a_confirmation_names_what_will_go(gallery: Person) -> None:
    gallery.page.get_by_role("button", name="Remove account").click()
    dialog = gallery.page.get_by_role("dialog", name="Remove account production?")
    expect(dialog).to_contain_text("42 resources and their history")
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog).not_to_be_visible()


def test_a_phone_has_the_menu_in_a_drawer_and_no_sideways_scrolling(phone: Person) -> None:
    phone.page.get_by_role("button", name="Open menu").click()
    expect(phone.page.get_by_role("link", name="Collectors", exact=True)).to_be_visible()
    phone.page.get_by_role("button", name="Close menu").click()
    expect(phone.page.get_by_role("button", name="Open menu")).to_be_focused()
    assert phone.too_wide() == []


def test_the_first_view_weighs_less_than_100_kilobytes(gallery: Person) -> None:
    sizes = gallery.page.evaluate(
        """async () => {
        const own = performance.getEntriesByType("resource").map((entry) => entry.name)
          .filter((name) => /\\/static\\/(css|js)\\//.test(name));
        const packed = async (name) => {
          const stream = (await fetch(name)).body.pipeThrough(new CompressionStream("gzip"));
          return (await new Response(stream).arrayBuffer()).byteLength;
        };
        return Promise.all([...new Set([location.href, ...own])].map(packed));
        }"""
    )
    assert len(sizes) > 10
    assert sum(sizes) < 100_000
