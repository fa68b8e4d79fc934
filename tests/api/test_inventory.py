"""Stacks and resources as JSON, within what the user may see."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from tests.factories import make_checkout, make_resource, make_stack, make_user


def test_stacks_come_with_their_health(api: Client) -> None:
    stack = make_checkout()
    answer = api.get("/api/v1/stacks").json()
    assert answer["count"] == 1
    (found,) = answer["items"]
    assert (found["name"], found["account"], found["url"]) == ("checkout", "000000000001", f"/stacks/{stack.pk}/")
    assert (found["health"]["state"], found["health"]["metric"]) == ("critical", "duration_p95")


def test_a_stack_that_was_never_judged_has_no_health(api: Client) -> None:
    stack = make_checkout()
    make_stack(stack.account, "new")
    assert [one["health"] is None for one in api.get("/api/v1/stacks").json()["items"]] == [False, True]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["checkout-api", "orders"]),
        ({"service": "sqs"}, ["orders"]),
        ({"service": ["sqs", "lambda"]}, ["checkout-api", "orders"]),
        ({"state": "critical"}, ["checkout-api"]),
        ({"account": "999999999999"}, []),
        ({"limit": 1, "offset": 1}, ["orders"]),
    ],
)
def test_resources_can_be_narrowed(api: Client, query: dict[str, str], names: list[str]) -> None:
    make_resource(make_checkout(), "orders", "sqs")
    assert [one["name"] for one in api.get("/api/v1/resources", query).json()["items"]] == names


def test_what_others_own_is_not_listed(client: Client, now: None, db: None) -> None:
    make_checkout(Team.objects.create(name="Payments"))
    client.force_login(make_user(see_all=False))
    assert client.get("/api/v1/stacks").json() == {"count": 0, "items": []}
    assert client.get("/api/v1/resources").json() == {"count": 0, "items": []}


@pytest.mark.parametrize("path", ["stacks", "resources", "series", "points", "points.csv", "figures/line"])
def test_without_signing_in_every_operation_answers_401(client: Client, db: None, path: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()) == (401, {"detail": "Unauthorized"})


@pytest.mark.parametrize("path", ["docs", "openapi.json"])
def test_the_documentation_asks_for_a_sign_in(client: Client, api_path: str, path: str, db: None) -> None:
    assert client.get(f"{api_path}{path}").status_code == 302


@pytest.fixture
def api_path() -> str:
    return "/api/v1/"


def test_the_documentation_is_served_by_ourselves(api: Client) -> None:
    html = api.get("/api/v1/docs").content.decode()
    assert "cdn." not in html
    assert "/static/ninja/swagger-ui-bundle.js" in html


def test_the_description_names_every_operation(api: Client) -> None:
    paths = set(api.get("/api/v1/openapi.json").json()["paths"])
    wanted = {"stacks", "resources", "series", "points", "points.csv", "figures/{kind}"}
    assert {f"/api/v1/{name}" for name in wanted} <= paths


def test_listing_takes_few_queries(api: Client) -> None:
    stack = make_checkout()
    for number in range(20):
        make_resource(stack, f"function-{number}")
    with CaptureQueriesContext(connection) as queries:
        api.get("/api/v1/resources")
    assert len(queries) <= 7, "\n".join(query["sql"][:150] for query in queries.captured_queries)
