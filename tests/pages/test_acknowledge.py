"""The link of a message: it names the alert, asks, and acts only when told to."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.signing import Signer
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.access.models import Team
from dashboard.alerts.models import Alert
from dashboard.alerts.read.links import VALID, token_for
from dashboard.alerts.write import tell_untold
from dashboard.notify.models import Channel, Delivery
from tests import factories
from tests.factories import make_account, make_resource, make_stack, make_user


@pytest.fixture
def alert(db: None) -> Alert:
    stack = make_stack(make_account(), team=Team.objects.create(name="Payments"))
    return factories.make_alert(make_resource(stack, "create-order"))


@pytest.fixture
def operator(client: Client, db: None) -> User:
    """Somebody who may take alerts, signed in."""
    user = make_user("olga", "operator")
    client.force_login(user)
    return user


@pytest.fixture
def open_links(settings: Any) -> None:
    settings.ALERT_LINKS_WITHOUT_SIGN_IN = True


def link(alert: Alert, ago: timedelta = timedelta(0)) -> str:
    """The address that a message of that time ago has."""
    return reverse("acknowledge", args=[token_for(alert, timezone.now() - ago)])


def state(alert: Alert) -> tuple[str, str]:
    """How far it is, and who has it."""
    alert.refresh_from_db()
    return alert.state, alert.assignee.username if alert.assignee else ""


def test_opening_the_link_asks_and_changes_nothing(client: Client, operator: User, alert: Alert) -> None:
    page = client.get(link(alert)).content.decode()
    assert "create-order: 16 % of requests fail" in page
    assert "Acknowledge as olga" in page
    assert state(alert) == ("open", "")


def test_an_operator_takes_it_as_themselves(client: Client, operator: User, alert: Alert) -> None:
    answer = client.post(link(alert))
    assert answer["Location"] == reverse("alert", args=[alert.pk])
    assert state(alert) == ("acknowledged", "olga")


def test_a_viewer_may_look_but_not_take(client: Client, alert: Alert) -> None:
    client.force_login(make_user("vera", "viewer"))
    assert "takes the role of an operator" in client.get(link(alert)).content.decode()
    assert client.post(link(alert)).status_code == 403
    assert state(alert) == ("open", "")


def test_whose_team_it_is_not_finds_nothing(client: Client, operator: User, alert: Alert) -> None:
    operator.user_permissions.clear()
    assert client.get(link(alert)).status_code == 404
    assert client.post(link(alert)).status_code == 404
    assert state(alert) == ("open", "")


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_sign_in_it_asks_for_that_and_leads_back(client: Client, alert: Alert, method: str) -> None:
    answer = getattr(client, method)(link(alert))
    assert answer["Location"] == f"/sign-in/?next={link(alert)}"
    assert state(alert) == ("open", "")


@pytest.mark.usefixtures("open_links")
def test_where_that_is_allowed_the_bearer_takes_it_via_link(client: Client, alert: Alert) -> None:
    assert "Acknowledge</button>" in client.get(link(alert)).content.decode()
    page = client.post(link(alert), follow=True).content.decode()
    assert "Somebody has it." in page
    assert state(alert) == ("acknowledged", "")
    taken = alert.transitions.get()
    assert (taken.kind, taken.person, taken.text) == ("acknowledged", None, "via link")


@pytest.mark.usefixtures("open_links")
def test_the_bearer_is_shown_no_way_to_other_pages(client: Client, alert: Alert) -> None:
    page = client.get(link(alert)).content.decode()
    assert set(re.findall(r'<a [^>]*href="(/[^"]*)"', page)) == set()


def test_a_link_that_was_changed_says_so(client: Client, operator: User, alert: Alert) -> None:
    for changed in (f"/alerts/links/x{token_for(alert, timezone.now())}/", "/alerts/links/nonsense/"):
        answer = client.get(changed)
        assert answer.status_code == 404
        assert "This link does not work" in answer.content.decode()


def test_a_link_of_another_purpose_does_not_count(client: Client, operator: User, alert: Alert) -> None:
    other = Signer(sep=".", salt="another").sign_object([alert.pk, 0, 2**40])
    assert client.post(f"/alerts/links/{other}/").status_code == 404
    assert state(alert) == ("open", "")


def test_a_link_is_good_for_a_week(client: Client, operator: User, alert: Alert) -> None:
    assert client.get(link(alert, VALID - timedelta(minutes=1))).status_code == 200
    old = link(alert, VALID)
    assert client.get(old).status_code == 410
    assert "This link is too old" in client.post(old).content.decode()
    assert state(alert) == ("open", "")


def test_a_link_of_an_earlier_opening_does_not_take_the_present_one(
    client: Client, operator: User, alert: Alert
) -> None:
    before = link(alert)
    Alert.objects.update(reopened=1)
    assert client.post(before).status_code == 410
    assert state(alert) == ("open", "")


@pytest.mark.parametrize(
    ("columns", "said"), [({"state": "acknowledged"}, "Somebody has it."), ({"state": "resolved"}, "It has recovered")]
)
def test_what_needs_nobody_any_more_says_so(
    client: Client, operator: User, alert: Alert, columns: dict[str, str], said: str
) -> None:
    Alert.objects.update(**columns)
    page = client.get(link(alert)).content.decode()
    assert said in page
    assert "<button" not in page


def test_the_message_of_an_opening_has_the_link(client: Client, operator: User, alert: Alert) -> None:
    Channel.objects.create(kind="email", name="Ops", config={"to": ["ops@example.org"]})
    with transaction.atomic():
        tell_untold(timezone.now())
    links = {one["label"]: one["url"] for one in Delivery.objects.get().message["links"]}
    assert client.get(links["Acknowledge"]).status_code == 200
