"""The paths that an operator walks."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_signing_in_leads_to_the_page_that_was_asked_for(visitor: Person) -> None:
    visitor.open("/collectors/")
    assert "/sign-in/" in visitor.page.url
    visitor.page.locator("input[name=username]").fill("admin")
    visitor.page.locator("input[name=password]").fill("admin")
    visitor.page.get_by_role("button", name="Sign in").click()
    visitor.page.wait_for_url("**/collectors/")


def test_a_wrong_password_is_said_and_lets_nobody_in(visitor: Person) -> None:
    visitor.open("/sign-in/")
    visitor.page.locator("input[name=username]").fill("viewer")
    visitor.page.locator("input[name=password]").fill("wrong")
    visitor.page.get_by_role("button", name="Sign in").click()
    expect(visitor.page.get_by_text("Sign-in failed")).to_be_visible()
    visitor.open("/")
    assert "/sign-in/" in visitor.page.url


def test_from_a_red_stack_to_the_guilty_chart_in_three_clicks(admin: Person) -> None:
    admin.open("/?range=3h")
    admin.page.get_by_role("link", name="checkout-prod", exact=True).first.click()
    admin.settle()
    assert re.search(r"/stacks/\d+/", admin.page.url)
    resources = admin.page.get_by_role("region", name="Resources")
    resources.get_by_role("link", name="checkout-create-order", exact=True).click()
    admin.settle()
    assert re.search(r"/resources/\d+/", admin.page.url)
    chart = admin.page.locator("[data-chart] .js-plotly-plot, [data-chart].js-plotly-plot").first
    expect(chart).to_be_visible()
    assert deploys_drawn(admin) >= 1


def deploys_drawn(person: Person) -> int:
    """Vertical lines across the whole height of the first chart."""
    return int(
        person.page.evaluate(
            """() => {
              const plot = document.querySelector(".js-plotly-plot");
              const shapes = plot.layout.shapes || [];
              return shapes.filter((shape) => shape.type === "line" && shape.x0 === shape.x1).length;
            }"""
        )
    )


def test_the_time_range_lives_in_the_address_and_back_undoes_it(admin: Person) -> None:
    admin.open("/?range=3h")
    admin.page.locator("#time-control summary", has_text="Last 3 hours").click()
    admin.page.get_by_role("link", name="24 h", exact=True).click()
    admin.page.wait_for_url("**range=24h**")
    admin.page.go_back()
    admin.page.wait_for_url("**range=3h**")


def test_refreshing_keeps_the_place_on_the_page(admin: Person) -> None:
    admin.open("/")
    admin.page.evaluate("window.scrollTo(0, 400)")
    before = admin.page.evaluate("window.scrollY")
    assert before > 0
    with admin.page.expect_response(lambda answer: answer.request.resource_type == "fetch"):
        admin.page.keyboard.press("r")
    admin.settle()
    assert admin.page.evaluate("window.scrollY") == before


def test_search_by_keyboard_opens_a_resource(admin: Person) -> None:
    admin.open("/")
    admin.page.keyboard.press("/")
    admin.page.keyboard.type("checkout-create")
    option = admin.page.get_by_role("option", name=re.compile("checkout-create-order")).first
    expect(option).to_be_visible()
    admin.page.keyboard.press("Enter")
    admin.page.wait_for_url(re.compile(r"/resources/\d+/"))


def test_a_role_that_cannot_be_assumed_is_explained(admin: Person) -> None:
    admin.open("/connect/")
    admin.page.get_by_label("Name", exact=True).fill("Another account")
    admin.page.get_by_label(re.compile("Assume a role")).check()
    admin.page.get_by_label("Role ARN").fill("arn:aws:iam::444455556666:role/Unknown")
    admin.page.get_by_role("button", name="Continue").click()
    admin.page.get_by_role("button", name="Test the connection").click()
    admin.settle()
    main = admin.page.locator("main")
    expect(main).to_contain_text("sts:AssumeRole")
    expect(main).to_contain_text("nothing you entered is lost")


@pytest.mark.parametrize("path", ["/", "/collectors/", "/connect/", "/sign-in/"])
def test_a_phone_never_scrolls_sideways(phone: Person, path: str) -> None:
    phone.open(path)
    assert phone.too_wide() == []


def test_a_phone_reaches_stack_and_resource(phone: Person) -> None:
    phone.open("/")
    phone.page.get_by_role("link", name="checkout-prod", exact=True).first.click()
    phone.settle()
    assert phone.too_wide() == []
    phone.page.get_by_role("link", name=re.compile("checkout-create-order")).first.click()
    phone.settle()
    assert phone.too_wide() == []
