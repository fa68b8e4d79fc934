"""A digest in a browser: previewed in its frame, its links followed, left by one click without signing in."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.signing import Signer
from playwright.sync_api import expect

from dashboard.digests.models import OptOut, Schedule
from tests.browser.chromium import Person
from tests.processes.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def schedule(filled: Installation) -> Iterator[Schedule]:
    """One that covers the day up to this minute."""
    now = datetime.now(UTC)
    with filled.rows() as alias:
        found = Schedule.objects.using(alias).create(
            name="Every day", days=list(range(7)), at=time(now.hour, now.minute), starts_at=now + timedelta(days=1)
        )
        yield found
        found.delete()


def test_a_digest_is_previewed_and_its_links_lead_to_the_page_and_time(admin: Person, schedule: Schedule) -> None:
    admin.open("/digests/")
    admin.page.get_by_role("link", name="Preview").click()
    admin.settle()
    mail = admin.page.frame_locator("iframe.digest-frame")
    expect(mail.get_by_role("heading", level=1)).to_be_visible()
    with admin.page.context.expect_page() as opened:
        mail.get_by_role("link", name="Alerts in Stackdeck").click()
    opened.value.wait_for_load_state()
    assert "/alerts/?range=custom&from=" in opened.value.url
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Alerts")
    assert admin.complaints == []
    assert admin.violations() == []


def test_a_digest_is_read_on_a_phone(phone: Person, schedule: Schedule) -> None:
    phone.open(f"/digests/{schedule.pk}/preview/")
    expect(phone.page.get_by_role("heading", level=1)).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_one_click_unsubscribes_without_signing_in(visitor: Person, filled: Installation, schedule: Schedule) -> None:
    signer = Signer(key=filled.environment["SECRET_KEY"], sep=".", salt="dashboard.digests.subscription")
    visitor.open(f"/digests/links/{signer.sign_object([schedule.pk, 'cfo@shop.example'])}/unsubscribe/")
    visitor.page.get_by_role("button", name="Unsubscribe").click()
    visitor.settle()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("You are unsubscribed")
    assert OptOut.objects.using(schedule._state.db).get(schedule=schedule).email == "cfo@shop.example"
    assert visitor.complaints == []
    assert visitor.violations() == []
