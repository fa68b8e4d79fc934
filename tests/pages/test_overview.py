"""The overview: is anything wrong?"""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.inventory.models import Deploy, Stack
from dashboard.polls.models import Target
from tests.factories import (
    NOW,
    make_alert,
    make_checkout,
    make_resource,
    make_signals,
    make_stack,
    make_user,
    make_verdict,
)

QUERIES = 12


def test_a_red_stack_stands_first_with_its_reason_and_a_link_to_the_guilty_chart(page: Client) -> None:
    red = make_checkout()
    calm = make_stack(red.account, "archive")
    make_verdict(make_resource(calm, "archiver"), "ok")
    html = page.get("/").content.decode()
    assert html.index("checkout-api p95 2.4 s, usually 310 ms") < html.index("archive")
    resource = red.resources.get()
    assert f'href="/resources/{resource.pk}/#chart-1-milliseconds"' in html


def test_the_tiles_say_how_it_is(page: Client) -> None:
    make_checkout()
    tiles = {tile.label: tile for tile in page.get("/").context["tiles"]}
    assert (tiles["Unhealthy stacks"].value, tiles["Unhealthy stacks"].tone) == ("1", "critical")
    assert (tiles["Requests"].value, tiles["Requests"].unit) == ("120", "/min")
    assert tiles["Error rate"].value == "1.67"
    assert (tiles["Slowest p95"].value, tiles["Slowest p95"].unit) == ("2.4", "s")
    assert tiles["Nearest to its limit"].detail == "checkout-api"
    assert (tiles["Open alerts"].value, tiles["Open alerts"].detail) == ("0", "nothing needs you")


def test_a_comparison_shows_the_change(page: Client) -> None:
    make_checkout()
    tiles = {tile.label: tile for tile in page.get("/?range=1h&compare=previous").context["tiles"]}
    assert tiles["Requests"].trend == {"share": 0.0, "good": None, "versus": "the period before"}


def test_what_changed_is_one_timeline(page: Client) -> None:
    make_alert(make_checkout().resources.get())
    titles = [entry.title for entry in page.get("/").context["changes"]]
    assert titles == ["checkout-api broke", "checkout: update succeeded"]


def test_a_budget_does_not_break_as_a_resource_does(page: Client) -> None:
    make_alert(make_checkout().resources.get(), subject="budget:3", name="Budget Shop")
    titles = [entry.title for entry in page.get("/").context["changes"]]
    assert titles == ["Budget Shop", "checkout: update succeeded"]


def test_a_day_of_unexpected_spend_is_not_told_as_its_alert_too(page: Client) -> None:
    make_alert(make_checkout().resources.get(), subject="spend:1:stack:checkout:USD", metric="unexpected_spend")
    titles = [entry.title for entry in page.get("/").context["changes"]]
    assert titles == ["checkout: update succeeded"]


def test_a_long_timeline_says_that_it_shows_the_newest(page: Client) -> None:
    stack = make_checkout()
    Deploy.objects.bulk_create(
        Deploy(stack=stack, action="update", result="succeeded", started_at=NOW - timedelta(minutes=at))
        for at in range(2, 42)
    )
    answer = page.get("/")
    assert (answer.context["happened"], len(answer.context["changes"])) == (41, 30)
    assert "The newest 30 are shown." in answer.content.decode()


def test_open_alerts_are_counted_by_severity_and_lead_to_their_page(page: Client) -> None:
    resource = make_checkout().resources.get()
    make_alert(resource)
    make_alert(resource, "warning", state="acknowledged")
    answer = page.get("/")
    (tile,) = (one for one in answer.context["tiles"] if one.label == "Open alerts")
    assert (tile.value, tile.detail, tile.tone, tile.href) == (
        "1",
        "1\u00a0critical · 1\u00a0acknowledged",
        "critical",
        "/alerts/",
    )
    assert '<span class="nav-badge">1</span>' in answer.content.decode()


def test_without_accounts_an_admin_is_led_to_connect_one(client: Client, now: None, db: None) -> None:
    client.force_login(make_user("root", "admin"))
    assert "Connect your first AWS account" in client.get("/").content.decode()


def test_filters_that_match_nothing_can_be_cleared(page: Client) -> None:
    make_checkout()
    html = page.get("/?environment=nowhere").content.decode()
    assert "No stack matches these filters" in html
    assert "Clear filters" in html


@pytest.mark.parametrize(
    ("address", "seen"), [("/", 2), ("/?environment=prod", 1), ("/?account=000000000001", 2), ("/?team=Payments", 1)]
)
def test_filters_narrow_the_stacks(page: Client, address: str, seen: int) -> None:
    red = make_checkout(Team.objects.create(name="Payments"))
    make_stack(red.account, "archive", environment="test")
    assert len(page.get(address).context["lines"]) == seen


def test_stale_data_is_marked_with_its_reason(page: Client) -> None:
    make_checkout()
    Target.objects.filter(source="metrics_5m").update(
        last_success_at=NOW - timedelta(hours=1),
        failures=3,
        last_error="throttled",
        last_error_text="AWS throttles this account.",
    )
    html = page.get("/").content.decode()
    assert "Part of this page is missing" in html
    assert "AWS throttles this account." in html
    assert 'class="freshness stale"' in html


def test_stacks_of_other_teams_are_not_there(client: Client, now: None, db: None) -> None:
    make_checkout(Team.objects.create(name="Payments"))
    client.force_login(make_user(see_all=False))
    html = client.get("/").content.decode()
    assert "checkout" not in html
    assert "None of the stacks belongs to a team of yours" in html


def test_a_bad_time_range_is_a_400(page: Client) -> None:
    assert page.get("/?range=forever").status_code == 400


def test_unchanged_data_answers_304(page: Client) -> None:
    make_checkout()
    tag = page.get("/").headers["ETag"]
    assert page.get("/", headers={"If-None-Match": tag}).status_code == 304


def test_data_that_became_late_is_a_change(page: Client) -> None:
    make_checkout()
    tag = page.get("/").headers["ETag"]
    Target.objects.filter(source="metrics_5m").update(every=timedelta(seconds=30))
    assert page.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_nothing_says_none_or_nan(page: Client) -> None:
    stack = make_checkout()
    make_stack(stack.account, "empty")
    quiet = make_stack(stack.account, "quiet")
    make_signals(quiet, {"traffic": [float("nan")] * 3, "errors": [0.0], "latency": [float("nan")]})
    html = page.get("/?compare=week").content.decode()
    for word in (">None<", "None ", "nan", "NaN", "inf %"):
        assert word not in html


def test_the_number_of_queries_does_not_grow_with_stacks(page: Client, viewer: User) -> None:
    first = make_checkout()
    for number in range(30):
        stack = make_stack(first.account, f"stack-{number}")
        make_verdict(make_resource(stack, f"function-{number}"), "ok")
        make_signals(stack, {"traffic": [1.0] * 36, "latency": [5.0] * 36})
    assert Stack.objects.count() == 31
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert page.get("/").status_code == 200
    assert len(queries) <= QUERIES, "\n".join(query["sql"][:150] for query in queries.captured_queries)
