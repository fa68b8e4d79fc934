"""From a bad hour on the map to a message and a page: the task, the list, the alert, the noise."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from dashboard import tasks
from dashboard.alerts.models import Alert
from dashboard.inventory.models import Account
from dashboard.notify.models import Channel
from dashboard.slos.models import Slo
from dashboard.thresholds.models import TraceRule
from dashboard.traces.models import Node
from dashboard.traces.write import join_account
from tests.factories import make_account, make_resource, make_stack, make_user
from tests.health.test_traced import NOON, SLOW, observed, rule_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return make_account()


@pytest.fixture
def web(account: Account) -> Node:
    """A function whose requests were slow until noon, and a rule about it."""
    make_resource(make_stack(account), "web")
    observed(account, SLOW)
    join_account(account)
    web = Node.objects.get(name="web", type="AWS::Lambda::Function")
    rule_of(account, node=web)
    return web


@pytest.fixture
def judged(web: Node, monkeypatch: pytest.MonkeyPatch) -> Alert:
    """Its alert, as the task makes it."""
    monkeypatch.setattr(tasks, "wake_deliver", lambda: None)
    with time_machine.travel(NOON, tick=False):
        tasks.judge_map(web.account_id)
    return Alert.objects.get()


@pytest.fixture
def page(client: Client) -> Client:
    client.force_login(make_user())
    return client


def test_after_each_collection_of_the_graph_it_is_judged(judged: Alert, web: Node) -> None:
    assert (judged.subject, judged.resource) == (f"node:{web.pk}", web.resource)


def test_objectives_that_stand_on_traces_are_judged_along(account: Account, web: Node) -> None:
    slo = Slo.objects.create(name="fast", account=account, kind="latency", target=1.0, objective=0.99)
    with time_machine.travel(NOON, tick=False):
        tasks.judge_map(account.pk)
    assert set(Alert.objects.values_list("subject", flat=True)) == {f"node:{web.pk}", f"slo:{slo.pk}"}


def test_its_message_leads_to_the_map(account: Account, web: Node, settings: Any) -> None:
    settings.SITE_URL = "https://stackdeck.example"
    channel = Channel.objects.create(kind="webhook", name="hook", config={"url": "https://hooks.example"})
    with time_machine.travel(NOON, tick=False):
        tasks.judge_map(account.pk)
    links = {one["label"]: one["url"] for one in channel.deliveries.get().message["links"]}
    assert links["Chart"].startswith(f"https://stackdeck.example/map/?focus=n{web.pk}&range=custom")


def test_its_page_links_to_the_map_and_draws_no_metric_of_that_name(page: Client, judged: Alert) -> None:
    answer = page.get(f"/alerts/{judged.pk}/")
    assert answer.context["chart"] is None
    assert answer.context["line"].chart == judged.page
    assert "traced_p95" not in page.get("/alerts/").content.decode()


def test_the_noise_report_names_it_for_people(page: Client, judged: Alert) -> None:
    Alert.objects.update(opened_at="2099-01-01T00:00Z")
    assert "p95 seen by traces" in page.get("/alerts/?view=noise").content.decode()


def test_without_its_rule_the_alert_ends(judged: Alert, account: Account) -> None:
    TraceRule.objects.all().delete()
    with time_machine.travel(NOON, tick=False):
        tasks.judge_map(account.pk)
    judged.refresh_from_db()
    assert judged.state == Alert.State.RESOLVED
