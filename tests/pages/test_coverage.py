"""What is watched, stack by stack: reasons, next steps, who is told, who sees it, in how few queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.catalog import service
from dashboard.health.models import ResourceHealth
from dashboard.inventory.models import Resource, Stack
from dashboard.notify.models import Channel, Route
from dashboard.pages.coverage import Line
from dashboard.thresholds.models import ThresholdRule
from tests.factories import NOW, make_account, make_resource, make_stack, make_target, make_user

ADDRESS = "/alerts/coverage/"
QUERIES = 12


@pytest.fixture
def stack(db: None) -> Stack:
    return make_stack(make_account(), team=Team.objects.create(name="Payments"))


def watched(resource: Resource) -> Resource:
    """Its metrics arrive."""
    ResourceHealth.objects.create(resource=resource, judged_at=NOW, data_at=NOW - timedelta(minutes=5), state="ok")
    return resource


def mute_all(key: str) -> None:
    for one in service(key).thresholds:
        ThresholdRule.objects.create(service=key, metric=one.metric, severity=one.severity.value, muted=True)


def only(page: Client) -> Line:
    line: Line
    (line,) = page.get(ADDRESS).context["lines"]
    return line


def test_a_stack_whose_resources_are_judged_is_watched(page: Client, stack: Stack) -> None:
    Channel.objects.create(kind="email", name="ops", config={"to": ["ops@example.com"]})
    watched(make_resource(stack))
    line = only(page)
    assert (line.label, line.watched, line.total, line.bare) == ("Watched", 1, 1, [])
    assert {one.severity: one.names for one in line.paths} == {"critical": ["ops"], "warning": ["ops"]}


def test_muted_thresholds_watch_nothing(page: Client, stack: Stack) -> None:
    watched(make_resource(stack, "jobs", "sqs"))
    mute_all("sqs")
    (bare,) = only(page).bare
    assert (bare.number, bare.why.partition(",")[0]) == (1, "every threshold is muted")


def test_silent_metrics_lead_to_the_resource(page: Client, stack: Stack) -> None:
    resource = make_resource(stack)
    (bare,) = only(page).bare
    assert bare.why == "metrics have brought nothing for 7 days"
    assert (bare.step, bare.href) == ("Look whether it is still used", f"/resources/{resource.pk}/")


def test_an_admin_is_led_to_what_is_muted(client: Client, now: None, stack: Stack) -> None:
    client.force_login(make_user("ada", "admin"))
    watched(make_resource(stack, "jobs", "sqs"))
    mute_all("sqs")
    (bare,) = only(client).bare
    assert bare.step == "Unmute a threshold"
    assert client.get(bare.href).context["cl"].result_count == ThresholdRule.objects.count()


def test_a_stack_of_which_nobody_is_told_stands_first(page: Client, stack: Stack) -> None:
    Channel.objects.create(kind="email", name="ops", config={}, team=stack.team)
    other = make_stack(stack.account, "search")
    watched(make_resource(stack))
    watched(make_resource(other, "search-api"))
    context = page.get(ADDRESS).context
    assert [(line.stack.name, line.label) for line in context["lines"]] == [
        ("search", "Nobody is told"),
        ("checkout", "Watched"),
    ]
    assert context["untold"] == 1


def test_hours_in_which_nobody_is_told_are_named(page: Client, stack: Stack) -> None:
    channel = Channel.objects.create(kind="email", name="ops", config={})
    route = Route.objects.create(name="office", when="within", days=["mon", "tue", "wed", "thu", "fri"])
    route.channels.add(channel)
    watched(make_resource(stack))
    assert only(page).paths[0].note == "nobody in 128 of the week’s 168 hours"


def test_without_stacks_it_leads_to_the_collectors(page: Client, db: None) -> None:
    assert "No stack is known here" in page.get(ADDRESS).content.decode()


def test_stacks_of_other_teams_are_not_there(client: Client, now: None, stack: Stack) -> None:
    watched(make_resource(stack))
    client.force_login(make_user("vera", see_all=False, teams=[Team.objects.create(name="Other")]))
    assert client.get(ADDRESS).context["lines"] == []


def test_the_palette_finds_it(page: Client, db: None) -> None:
    (group,) = page.get("/search/?q=coverage").json()["groups"]
    assert [item["url"] for item in group["items"]] == [ADDRESS]


def test_the_number_of_queries_does_not_grow(page: Client, stack: Stack) -> None:
    make_target(stack.account)
    for number in range(10):
        several = make_stack(stack.account, f"stack-{number}", team=stack.team)
        for each in range(10):
            watched(make_resource(several, f"api-{number}-{each}"))
    with CaptureQueriesContext(connection) as queries:
        page.get(ADDRESS)
    assert len(queries) <= QUERIES, "\n".join(query["sql"][:150] for query in queries.captured_queries)
