"""Objectives on a phone and on a desk: nothing too wide, nothing that a screen reader can't tell."""

import pytest

from dashboard.inventory.models import Stack
from dashboard.slos.models import Slo
from tests.browser.chromium import Person
from tests.browser.test_pages import THEMES, findings
from tests.processes.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.mark.parametrize("theme", THEMES)
def test_pages_of_objectives_fit_a_phone_and_are_accessible(phone: Person, filled: Installation, theme: str) -> None:
    with filled.rows() as alias:
        stack = Stack.objects.using(alias).get(name="checkout-prod")
        slo = Slo(name=f"availability {theme}", account_id=stack.account_id, stack=stack, objective=0.999)
        Slo.objects.using(alias).bulk_create([slo])  # one by one, the audit log would look into its own database
    phone.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    for path in ("/slos/", f"/slos/{slo.pk}/", f"/stacks/{stack.pk}/"):
        phone.open(path)
        assert (findings(phone), phone.too_wide(), phone.violations()) == ([], [], []), path
