"""The months of the bill as a page and as a file."""

from datetime import date

import pytest
from django.test import Client

from tests.factories import make_account, make_stack, make_user
from tests.pages.spending import bill_days
from tests.spend.test_months import USAGE, told

pytestmark = pytest.mark.django_db


def test_the_page_tells_each_months_change_and_what_moved_most(client: Client, now: None) -> None:
    account = make_account()
    make_stack(account)
    bill_days(account, {USAGE: "1"}, days=5)
    told(account, date(2026, 1, 1), "300")
    told(account, date(2026, 2, 1), "330")
    told(account, date(2026, 2, 1), "60", "Amazon RDS")
    client.force_login(make_user("otto", "operator"))
    page = client.get("/spend/months/").content.decode()
    assert "30 %" in page
    assert "Amazon RDS" in page
    assert "+60.00</span>" in page
    answer = client.get("/spend/months/table.csv")
    assert answer.content.decode().splitlines()[0] == "Service,Currency,Basis,2026-01,2026-02,2026-03,All"
    assert answer.content.decode().splitlines()[-1] == ("Total,USD,unblended,300,390,5,695")
