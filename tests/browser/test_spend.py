"""Somebody opens Spend for the first time: what costs most, what changed and why, when which cap is reached."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import TOO_WIDE, Person
from tests.browser.test_pages import findings

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ADDRESSES = ("/spend/", "/spend/?by=service&columns=week&charges=all", "/spend/budgets/", "/spend/?service=AWS+IoT")


def test_a_newcomer_learns_what_costs_most_what_changed_and_when_a_cap_is_reached(admin: Person) -> None:
    admin.open("/")
    admin.page.keyboard.press("g")
    admin.page.keyboard.press("s")
    admin.page.wait_for_url("**/spend/**")
    admin.settle()
    main = admin.page.locator("main")
    expect(main.locator(".spend-table tbody tr").first).to_contain_text("prod")
    expect(main.locator(".unexpected-what").first).to_contain_text(re.compile(r"cost .+ USD .+above its usual"))
    tile = main.locator("a.tile", has_text=re.compile("budget cap|Cap reached"))
    expect(tile).to_contain_text(re.compile(r"\d+ Nov|\d+ \w{3}|used"))
    tile.click()
    admin.page.wait_for_url("**/spend/budgets/**")
    expect(admin.page.locator(".budget-sentence")).to_contain_text(re.compile("[Cc]ap|Kept"))


def test_a_row_opens_what_explains_it_and_the_chip_goes_back(admin: Person) -> None:
    admin.open("/spend/")
    first = admin.page.locator(".spend-table tbody a").first
    name = first.inner_text()
    first.click()
    admin.page.wait_for_url("**by=service**")
    admin.settle()
    chip = admin.page.locator(".chip.picked", has_text="Stack")
    expect(chip).to_contain_text(name)
    expect(admin.page.locator(".spend-table h2")).to_have_text(re.compile("Service"))
    chip.click()
    admin.page.wait_for_url("**by=stack**")


def test_pointing_at_a_day_tells_its_figures(admin: Person) -> None:
    admin.open("/spend/")
    head = admin.page.locator("[data-spend-day]")
    expect(head).to_have_text("Last 30 days")
    admin.page.locator(".hit").nth(4).hover()
    expect(head).to_have_text(re.compile(r"^\w{3} \d+ \w{3}: [\d.k ]+ in all, normal "))
    admin.page.locator("h1").hover()
    expect(head).to_have_text("Last 30 days")


def test_the_file_is_named_after_what_it_holds(admin: Person) -> None:
    admin.open("/spend/?by=service")
    with admin.page.expect_download() as started:
        admin.page.get_by_role("link", name="Download all rows as CSV").click()
    assert re.fullmatch(r"spend-by-service-[\d-]{10}-to-[\d-]{10}\.csv", started.value.suggested_filename)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_spend_is_accessible_and_says_nothing_to_the_console(admin: Person, address: str, theme: str) -> None:
    admin.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    admin.open(address)
    assert findings(admin) == []
    assert admin.violations() == []
    assert admin.complaints == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_spend_fits_a_phone(phone: Person, address: str) -> None:
    phone.open(address)
    assert phone.page.evaluate(TOO_WIDE) == []
