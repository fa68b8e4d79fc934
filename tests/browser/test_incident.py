"""Somebody who knows nothing of the shop finds out what made checkout slow, by clicks alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_from_the_overview_to_deploy_node_and_annotation_of_the_slow_checkout(admin: Person) -> None:
    admin.open("/")
    admin.page.get_by_role("link", name="checkout-prod", exact=True).first.click()
    admin.settle()
    admin.page.get_by_role("link", name="Traces and root cause").click()
    admin.settle()
    causes = admin.page.locator("#causes")
    expect(causes).to_contain_text("payment_provider = paylane")
    expect(causes).to_contain_text("fraud.shieldline.example")
    expect(causes.get_by_role("link", name="checkout-prod")).to_be_visible()


def test_a_cause_narrows_the_traces_to_those_that_have_it(admin: Person) -> None:
    admin.open("/traces/")
    admin.page.locator("#causes").get_by_role("link").first.click()
    admin.settle()
    assert re.search(r"[?&](annotation|fact|url|node)=", admin.page.url)
    expect(admin.page.locator("#search .chip.picked").first).to_be_visible()


def test_a_trace_opens_from_the_table(admin: Person) -> None:
    admin.open("/traces/?result=fault&annotation=payment_provider:paylane")
    admin.page.locator("#traces-table tbody tr a").first.click()
    admin.settle()
    assert re.search(r"/traces/1-[0-9a-f-]+/\?account=\d{12}&region=", admin.page.url)


def test_a_link_to_a_view_opens_exactly_that_view(admin: Person) -> None:
    admin.open("/map/")
    address = "/map/?range=3h&colour=latency&find=stack+%3D+orders-prod&collapse=none"
    admin.open(address)
    expect(admin.page.locator("main")).to_contain_text("orders")
    assert admin.page.url.endswith(address)


def test_the_map_says_how_long_messages_wait_and_what_is_not_traced(admin: Person) -> None:
    admin.open("/map/?view=table&collapse=none")
    main = admin.page.locator("main")
    expect(main).to_contain_text("orders-fulfilment")
    expect(main).to_contain_text(re.compile("wait", re.IGNORECASE))
    expect(main.get_by_role("cell", name="no", exact=True).first).to_be_visible()


def test_dragging_over_the_scatter_selects_time_and_duration(admin: Person) -> None:
    admin.open("/traces/")
    scatter = admin.page.locator("[data-scatter]")
    scatter.scroll_into_view_if_needed()
    box = scatter.bounding_box()
    assert box is not None
    admin.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.1)
    admin.page.mouse.down()
    admin.page.mouse.move(box["x"] + box["width"] * 0.97, box["y"] + box["height"] * 0.5, steps=5)
    admin.page.mouse.up()
    admin.page.wait_for_url("**range=custom**")
    assert "min=" in admin.page.url
    assert "max=" in admin.page.url
