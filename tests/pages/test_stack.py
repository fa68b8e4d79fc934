"""The page of a stack: how is this system doing, and why?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.health.models import ResourceHealth
from dashboard.polls.models import Target
from tests.factories import (
    GRID,
    NOW,
    make_account,
    make_checkout,
    make_deploy,
    make_link,
    make_points,
    make_resource,
    make_stack,
    make_user,
)

QUERIES = 12


def test_the_verdict_names_the_guilty_resource_and_leads_to_its_chart(page: Client) -> None:
    stack = make_checkout()
    html = page.get(f"/stacks/{stack.pk}/").content.decode()
    assert "checkout-api p95 2.4 s, usually 310 ms" in html
    assert f'href="/resources/{stack.resources.get().pk}/#chart-1-milliseconds"' in html


def test_the_four_golden_signals_are_drawn_with_the_deploys(page: Client) -> None:
    stack = make_checkout()
    answer = page.get(f"/stacks/{stack.pk}/")
    assert [chart["series"][0]["id"] for chart in answer.context["charts"]] == [
        f"s{stack.pk}.traffic",
        f"s{stack.pk}.errors",
        f"s{stack.pk}.latency",
        f"s{stack.pk}.saturation",
    ]
    assert [marker["at"] for marker in answer.context["markers"]] == [int(NOW.timestamp()) - 70 * 60]


def test_deploys_outside_the_window_are_listed_but_not_drawn(page: Client) -> None:
    stack = make_checkout()
    make_deploy(stack, timedelta(days=3), "failed", reason="Resource limit exceeded")
    answer = page.get(f"/stacks/{stack.pk}/")
    assert len(answer.context["markers"]) == 1
    assert "Resource limit exceeded" in answer.content.decode()


def test_resources_show_the_figures_of_their_service(page: Client) -> None:
    stack = make_checkout()
    (group,) = page.get(f"/stacks/{stack.pk}/").context["groups"]
    figures = {figure.key: figure.value for figure in group.lines[0].row.figures}
    assert figures["requests"] == pytest.approx(120)
    assert figures["error_rate"] == pytest.approx(0.05)
    assert figures["duration_p95"] == pytest.approx(2400)


def test_the_worst_resource_of_a_service_stands_first(page: Client) -> None:
    stack = make_checkout()
    calm = make_resource(stack, "aaa-calm")
    ResourceHealth.objects.create(resource=calm, state="ok", judged_at=NOW)
    (group,) = page.get(f"/stacks/{stack.pk}/").context["groups"]
    assert [line.row.resource.name for line in group.lines] == ["checkout-api", "aaa-calm"]


def test_a_resource_that_is_gone_is_folded_away(page: Client) -> None:
    stack = make_checkout()
    make_resource(stack, "old-function", gone_at=NOW - timedelta(days=1))
    answer = page.get(f"/stacks/{stack.pk}/")
    assert [row.resource.name for row in answer.context["gone"]] == ["old-function"]
    assert len(answer.context["groups"][0].lines) == 1


def test_linked_stacks_are_neighbours_as_far_as_they_may_be_seen(client: Client, now: None, db: None) -> None:
    payments, other = Team.objects.create(name="Payments"), Team.objects.create(name="Other")
    stack = make_checkout(payments)
    here = stack.resources.get()
    for name, team in (("orders", payments), ("secret", other)):
        there = make_resource(make_stack(stack.account, name, team), f"{name}-queue", "sqs")
        make_link(here, there)
    client.force_login(make_user(see_all=False, teams=[payments]))
    found = client.get(f"/stacks/{stack.pk}/").context["neighbours"]["downstream"]
    assert [entry["name"] for entry in found] == ["orders"]


def test_a_stack_without_resources_says_why(page: Client) -> None:
    stack = make_stack(make_account())
    html = page.get(f"/stacks/{stack.pk}/").content.decode()
    assert "No resource of this stack is known yet" in html
    assert "Nothing has been judged yet" in html


def test_stale_data_is_marked_with_its_reason(page: Client) -> None:
    stack = make_checkout()
    Target.objects.filter(source="metrics_5m").update(
        last_success_at=NOW - timedelta(hours=2), failures=5, last_error="access_denied", last_error_text="Not allowed."
    )
    html = page.get(f"/stacks/{stack.pk}/").content.decode()
    assert "Data is older than it should be. Not allowed." in html


def test_somebody_elses_stack_does_not_exist(client: Client, now: None, db: None) -> None:
    stack = make_checkout(Team.objects.create(name="Payments"))
    client.force_login(make_user(see_all=False))
    assert client.get(f"/stacks/{stack.pk}/").status_code == 404


def test_unchanged_data_answers_304(page: Client) -> None:
    stack = make_checkout()
    tag = page.get(f"/stacks/{stack.pk}/").headers["ETag"]
    assert page.get(f"/stacks/{stack.pk}/", headers={"If-None-Match": tag}).status_code == 304


def test_the_number_of_queries_does_not_grow_with_resources(page: Client) -> None:
    stack = make_checkout()
    for number in range(20):
        resource = make_resource(stack, f"function-{number}", limits={"timeout": 1000})
        make_points(resource, {"requests": [5.0] * 12, "duration_p95": [5.0] * 12})
        ResourceHealth.objects.create(resource=resource, state="ok", judged_at=NOW)
    with CaptureQueriesContext(connection) as queries:
        page.get(f"/stacks/{stack.pk}/")
    assert len(queries) <= QUERIES, "\n".join(query["sql"][:150] for query in queries.captured_queries)


def test_nothing_says_none_or_nan(page: Client) -> None:
    stack = make_checkout()
    bare = make_resource(stack, "bare", "sqs")
    make_points(bare, {"age": [float("nan")]})
    html = page.get(f"/stacks/{stack.pk}/?range=30d&compare=previous").content.decode()
    assert GRID.strftime("%Y-%m-%dT") not in html.replace('datetime="' + GRID.strftime("%Y-%m-%dT"), "")
    for word in (">None<", "None ", "nan", "NaN"):
        assert word not in html
