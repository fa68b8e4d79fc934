"""The page of a trace, walked by mouse and by keys."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.inventory.models import Account
from dashboard.traces.models import TraceDocument
from dashboard.traces.write.documents import packed
from tests.browser.chromium import Person
from tests.browser.test_pages import THEMES, findings
from tests.processes.installation import Installation
from tests.traces.fake_xray import trace_id

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def address(filled: Installation, django_db_blocker) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """Where a stored trace is: an API that calls a function, which calls a provider that does not answer."""
    now = timezone.now()
    start, identity = now.timestamp() - 600, trace_id(now - timedelta(minutes=10), 77)

    def part(name: str, begin: float, end: float, **more: object) -> dict[str, object]:
        return {"id": name, "name": name, "start_time": start + begin, "end_time": start + end, **more}

    thrown = {"exceptions": [{"id": "e1", "type": "CardTimeout", "message": "no answer"}]}
    calls = [
        part("table", 0.2, 0.3, namespace="aws"),
        part("provider", 0.4, 2.9, namespace="remote", fault=True, cause=thrown),
    ]
    segments = [
        part("api", 0, 3.1, fault=True, origin="AWS::ApiGateway::Stage", annotations={"tenant": "acme"}),
        part("place-order", 0.1, 3, fault=True, parent_id="api", origin="AWS::Lambda::Function", subsegments=calls),
    ]
    with django_db_blocker.unblock(), filled.rows() as alias:
        account = Account.objects.using(alias).order_by("pk")[0]
        stored = TraceDocument.objects.using(alias).create(
            account=account, region=account.regions[0], trace_id=identity, wanted_at=now, fetched_at=now,
            segments=packed([json.dumps(one) for one in segments]), expires_at=now + timedelta(days=1),
        )  # fmt: skip
        yield f"/traces/{identity}/"
        stored.delete()


def visible_rows(person: Person) -> list[str]:
    return person.page.locator("[data-waterfall] tbody tr:visible .what-name").all_inner_texts()


def focused(person: Person) -> str:
    name: str = person.page.evaluate("document.activeElement.querySelector('.what-name')?.textContent ?? ''")
    return name


def test_the_waterfall_is_walked_by_keys(admin: Person, address: str) -> None:
    admin.open(address)
    assert visible_rows(admin) == ["api", "place-order", "table", "provider"]
    admin.page.locator("#row-0").focus()
    walked = []
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowRight", "End", "Home"):
        admin.page.keyboard.press(key)
        walked.append((focused(admin), len(visible_rows(admin))))
    assert walked == [
        ("place-order", 4), ("table", 4), ("place-order", 4), ("place-order", 2), ("place-order", 2),
        ("place-order", 4), ("provider", 4), ("api", 4),
    ]  # fmt: skip
    assert admin.complaints == []
    assert admin.violations() == []


def test_a_segments_panel_is_in_the_address(admin: Person, address: str) -> None:
    admin.open(address)
    admin.page.locator("#row-3").focus()
    admin.page.keyboard.press("Enter")
    panel = admin.page.get_by_role("dialog", name="provider")
    panel.get_by_text("CardTimeout").wait_for()
    assert admin.page.url.endswith("?row=3")
    admin.page.keyboard.press("Escape")
    admin.page.wait_for_url(f"**{address}")
    assert focused(admin) == "provider"
    admin.open(f"{address}?row=3")
    panel.get_by_text("CardTimeout").wait_for()


@pytest.mark.parametrize("theme", THEMES)
def test_page_and_panel_are_accessible(admin: Person, address: str, theme: str) -> None:
    admin.page.emulate_media(color_scheme=theme)
    admin.open(address)
    assert findings(admin) == []
    admin.open(f"{address}?row=3")
    admin.page.get_by_role("dialog", name="provider").wait_for()
    assert findings(admin) == []


def test_an_exception_leads_to_its_segment(admin: Person, address: str) -> None:
    admin.open(address)
    admin.page.get_by_role("button", name="Show its segment").click()
    admin.page.get_by_role("dialog", name="provider").wait_for()
    assert admin.complaints == []


def test_on_a_phone_the_bar_lies_under_the_name(phone: Person, address: str) -> None:
    phone.open(address)
    assert phone.too_wide() == []
    name, bar = (phone.page.locator(f"#row-1 {part}").bounding_box() for part in (".what-cell", ".bar"))
    assert name is not None
    assert bar is not None
    assert bar["y"] >= name["y"] + name["height"]
