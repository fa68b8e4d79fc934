"""The page of a resource: what exactly is it doing?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.inventory.models import Resource
from dashboard.polls.models import Target
from tests.factories import NOW, make_account, make_checkout, make_link, make_resource, make_stack, make_user

QUERIES = 12


@pytest.fixture
def function(page: Client) -> Resource:
    return make_checkout().resources.get()


def test_charts_come_in_the_catalogues_order(page: Client, function: Resource) -> None:
    titles = [chart["title"] for chart in page.get(f"/resources/{function.pk}/").context["charts"]]
    assert titles[:2] == ["How often is it called?", "How long does it take?: p50, p95"] or titles[:2] == [
        "How often is it called?",
        "How long does it take?",
    ]


def test_percentiles_are_one_family_and_derived_metrics_have_lines(page: Client, function: Resource) -> None:
    charts = {chart["title"]: chart for chart in page.get(f"/resources/{function.pk}/").context["charts"]}
    lines = {line["id"]: line["role"] for chart in charts.values() for line in chart["series"]}
    assert lines[f"r{function.pk}.duration_p95"] == "p95"
    assert lines[f"r{function.pk}.error_rate"] == "errors"


def test_metrics_that_aws_does_not_report_have_no_line(page: Client, function: Resource) -> None:
    lines = [
        line["id"] for chart in page.get(f"/resources/{function.pk}/").context["charts"] for line in chart["series"]
    ]
    assert f"r{function.pk}.duration_p99" not in lines


def test_the_verdict_leads_to_the_guilty_chart(page: Client, function: Resource) -> None:
    html = page.get(f"/resources/{function.pk}/").content.decode()
    assert 'href="#chart-1-milliseconds"' in html
    assert 'id="chart-1-milliseconds"' in html


def test_deploys_of_its_stack_are_markers(page: Client, function: Resource) -> None:
    (marker,) = page.get(f"/resources/{function.pk}/").context["markers"]
    assert (marker["label"], marker["detail"]) == ("Update", "succeeded, 1 changed")


def test_neighbours_are_one_click_away(page: Client, function: Resource) -> None:
    queue = make_resource(function.stack, "orders", "sqs")
    make_link(queue, function)
    found = page.get(f"/resources/{function.pk}/").context["neighbours"]
    assert [(one.resource.name, one.kind) for one in found["upstream"]] == [("orders", "event source mapping")]
    assert found["downstream"] == []


def test_a_neighbour_is_listed_once_by_its_strongest_links(page: Client, function: Resource) -> None:
    table = make_resource(function.stack, "orders", "dynamodb")
    for kind in ("reference", "stream", "destination"):
        make_link(function, table, kind)
    (neighbour,) = page.get(f"/resources/{function.pk}/").context["neighbours"]["downstream"]
    assert neighbour.kind == "destination, stream"


def test_a_resource_without_metrics_says_why(page: Client, db: None) -> None:
    bare = make_resource(make_stack(make_account()), "bare")
    html = page.get(f"/resources/{bare.pk}/").content.decode()
    assert "No metric has been collected yet" in html
    assert "Open collectors" in html


def test_an_idle_resource_says_that_aws_reports_nothing(page: Client, function: Resource) -> None:
    idle = make_resource(function.stack, "idle")
    assert "AWS reports no metric for this resource" in page.get(f"/resources/{idle.pk}/").content.decode()


def test_stale_data_is_marked_with_its_reason(page: Client, function: Resource) -> None:
    Target.objects.filter(source="metrics_5m").update(
        last_success_at=NOW - timedelta(hours=2), last_error="throttled", failures=3, last_error_text="Throttled."
    )
    assert "Data is older than it should be. Throttled." in page.get(f"/resources/{function.pk}/").content.decode()


def test_a_resource_that_is_gone_keeps_its_charts(page: Client, function: Resource) -> None:
    Resource.objects.filter(pk=function.pk).update(gone_at=NOW - timedelta(days=1))
    answer = page.get(f"/resources/{function.pk}/")
    assert "Gone from AWS since" in answer.content.decode()
    assert answer.context["charts"]


def test_somebody_elses_resource_does_not_exist(client: Client, now: None, db: None) -> None:
    resource = make_checkout(Team.objects.create(name="Payments")).resources.get()
    client.force_login(make_user(see_all=False))
    assert client.get(f"/resources/{resource.pk}/").status_code == 404


def test_a_name_from_aws_is_text(page: Client, function: Resource) -> None:
    Resource.objects.filter(pk=function.pk).update(name='<script>alert("x")</script>')
    assert "<script>alert" not in page.get(f"/resources/{function.pk}/").content.decode()


def test_unchanged_data_answers_304(page: Client, function: Resource) -> None:
    tag = page.get(f"/resources/{function.pk}/").headers["ETag"]
    assert page.get(f"/resources/{function.pk}/", headers={"If-None-Match": tag}).status_code == 304


def test_few_queries_are_enough(page: Client, function: Resource) -> None:
    with CaptureQueriesContext(connection) as queries:
        page.get(f"/resources/{function.pk}/")
    assert len(queries) <= QUERIES, "\n".join(query["sql"][:150] for query in queries.captured_queries)
