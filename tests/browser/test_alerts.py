"""Alerts on a phone: taken, written about and silenced with a thumb; and the page where a message's link leads."""

from collections.abc import Iterator

import pytest
from django.core.signing import Signer
from playwright.sync_api import Locator, expect

from dashboard.alerts.models import Alert
from tests.browser.chromium import Person
from tests.browser.test_pages import THEMES, findings
from tests.processes.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

REASON = "Known: the fix is being deployed"


@pytest.fixture
def alert(filled: Installation) -> Iterator[Alert]:
    """The alert of the looping function, which nobody has taken; afterwards nobody has again."""
    with filled.rows() as alias:
        rows = Alert.objects.using(alias).filter(resource__name="images-make-thumbnail", metric="concurrency_share")
        found = rows.select_related("resource").get()
        yield found
        rows.update(state="open", assignee=None)
        Alert.objects.using(alias).filter(cause=found).update(state="open", assignee=None)
        found.stack.silences.all().delete()
        found.resource.silences.all().delete()


def link(filled: Installation, alert: Alert, until: int = 2**40) -> str:
    """The address that a message of this installation has."""
    signer = Signer(key=filled.environment["SECRET_KEY"], sep=".", salt="dashboard.alerts.acknowledge")
    return f"/alerts/links/{signer.sign_object([alert.pk, alert.reopened, until])}/"


def row_of(phone: Person, alert: Alert) -> Locator:
    """The alert in the list; its resource may have others."""
    return phone.page.locator(f"#alerts tr[data-href='/alerts/{alert.pk}/']")


def test_an_alert_is_taken_from_the_list(phone: Person, alert: Alert) -> None:
    phone.open("/alerts/")
    row_of(phone, alert).get_by_role("button", name="Acknowledge").tap()
    phone.settle()
    expect(phone.page.get_by_text(f"{alert.resource.name} is yours until it has recovered.")).to_be_visible()
    expect(row_of(phone, alert).get_by_role("button", name="Acknowledge")).to_have_count(0)
    assert phone.complaints == []
    assert phone.violations() == []


def test_what_was_found_is_written_down(phone: Person, alert: Alert) -> None:
    phone.open("/alerts/")
    row_of(phone, alert).get_by_role("link", name=alert.resource.name, exact=True).tap()
    phone.settle()
    phone.page.get_by_label("Write down what you found").fill("It writes into the folder that wakes it.")
    phone.page.get_by_role("button", name="Comment").tap()
    phone.settle()
    expect(phone.page.locator("#timeline")).to_contain_text("It writes into the folder that wakes it.")
    assert phone.complaints == []


def test_an_alert_is_silenced_for_a_time(phone: Person, alert: Alert) -> None:
    phone.open(f"/alerts/{alert.pk}/")
    phone.page.locator("summary", has_text="Silence").tap()
    phone.page.get_by_label("for", exact=True).select_option("4h")
    phone.page.get_by_label("because").fill(REASON)
    phone.page.get_by_role("button", name="Silence", exact=True).tap()
    phone.settle()
    expect(phone.page.locator("#timeline")).to_contain_text(REASON)
    phone.open("/alerts/")
    expect(row_of(phone, alert)).to_contain_text("Silenced")
    phone.open("/silences/")
    expect(phone.page.locator(".quiet-list")).to_contain_text(REASON)
    assert phone.too_wide() == []


def test_a_silence_is_ended_before_its_time_after_being_asked(phone: Person, alert: Alert) -> None:
    phone.open(f"/alerts/{alert.pk}/")
    phone.page.locator("summary", has_text="Silence").tap()
    phone.page.get_by_label("because").fill(REASON)
    phone.page.get_by_role("button", name="Silence", exact=True).tap()
    expect(phone.page.locator("#timeline")).to_contain_text(REASON)
    phone.open("/silences/")
    phone.page.get_by_role("button", name="End now").tap()
    expect(phone.page.get_by_role("dialog")).to_contain_text("told")
    phone.page.get_by_role("button", name="End it").tap()
    phone.settle()
    expect(phone.page.get_by_text("The silence has ended.")).to_be_visible()


def test_the_link_of_a_message_asks_for_sign_in_leads_back_and_acts(
    visitor: Person, filled: Installation, alert: Alert
) -> None:
    visitor.open(link(filled, alert))
    visitor.page.locator("input[name=username]").fill("operator")
    visitor.page.locator("input[name=password]").fill("operator")
    visitor.page.get_by_role("button", name="Sign in").click()
    visitor.page.get_by_role("button", name="Acknowledge as operator").click()
    visitor.page.wait_for_url(f"**/alerts/{alert.pk}/")
    expect(visitor.page.locator("#alert")).to_contain_text("operator")


@pytest.mark.parametrize("theme", THEMES)
def test_pages_of_alerts_fit_a_phone_and_are_accessible(
    phone: Person, filled: Installation, alert: Alert, theme: str
) -> None:
    phone.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    for path in ("/alerts/", "/alerts/?view=noise", f"/alerts/{alert.pk}/", "/silences/", link(filled, alert)):
        phone.open(path)
        assert (findings(phone), phone.too_wide(), phone.violations()) == ([], [], []), path
    for path in (link(filled, alert, until=1), "/alerts/links/changed/"):
        phone.open(path)
        assert (findings(phone), phone.too_wide()) == ([], []), path
