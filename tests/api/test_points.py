"""Points of lines: by id, by resource or stack and metric, derived ones included."""

from typing import Any

import pytest
from django.test import Client

from dashboard.access.models import Team
from dashboard.inventory.models import Stack
from dashboard.metrics.models import Series
from tests.factories import GRID, make_account, make_checkout, make_points, make_resource, make_stack, make_user

END = int(GRID.timestamp())
START = END - 3 * 3600


def ask(client: Client, path: str = "points", **query: Any) -> Any:
    return client.get(f"/api/v1/{path}", {"from": START, "to": END, **query})


def values(client: Client, **query: Any) -> dict[str, list[float | None]]:
    return {line["id"]: line["values"] for line in ask(client, **query).json()["series"]}


@pytest.fixture
def stack(api: Client) -> Stack:
    return make_checkout()


def test_a_series_is_answered_by_its_number(api: Client, stack: Stack) -> None:
    series = Series.objects.get(resource__stack=stack, metric="duration_p95")
    assert values(api, series=series.pk) == {str(series.pk): [310.0] * 24 + [2400.0] * 12}


def test_a_resources_metrics_are_answered_by_key(api: Client, stack: Stack) -> None:
    pk = stack.resources.get().pk
    found = values(api, resource=pk, metrics="requests,errors")
    assert found == {f"r{pk}.requests": [600.0] * 36, f"r{pk}.errors": [0.0] * 24 + [30.0] * 12}


def test_a_derived_metric_is_computed(api: Client, stack: Stack) -> None:
    pk = stack.resources.get().pk
    assert values(api, resource=pk, metrics="error_rate")[f"r{pk}.error_rate"] == [0.0] * 24 + [0.05] * 12


def test_stack_signals_are_answered_by_key(api: Client, stack: Stack) -> None:
    assert values(api, stack=stack.pk, metrics="traffic") == {f"s{stack.pk}.traffic": [600.0] * 36}


def test_the_axis_is_named_once(api: Client, stack: Stack) -> None:
    answer = ask(api, stack=stack.pk, metrics="traffic,errors").json()
    assert (answer["start"], answer["step"]) == (START, 300)
    assert set(answer["series"][0]) == {"id", "values"}


def test_a_gap_is_null_and_never_zero(api: Client, stack: Stack) -> None:
    resource = make_resource(stack, "gappy")
    make_points(resource, {"duration_p95": [1.0, float("nan"), 3.0]})
    assert values(api, resource=resource.pk, metrics="duration_p95")[f"r{resource.pk}.duration_p95"][-3:] == [
        1,
        None,
        3,
    ]


def test_a_metric_that_has_no_series_yet_is_empty(api: Client, stack: Stack) -> None:
    resource = make_resource(stack, "new")
    assert values(api, resource=resource.pk, metrics="duration_p99") == {f"r{resource.pk}.duration_p99": []}


def test_at_most_as_many_points_as_asked_keep_the_spike(api: Client, stack: Stack) -> None:
    found = values(api, stack=stack.pk, metrics="latency", points=10)[f"s{stack.pk}.latency"]
    assert len(found) <= 10
    assert max(value for value in found if value is not None) == 2400


def test_derived_lines_are_thinned_out_too(api: Client, stack: Stack) -> None:
    pk = stack.resources.get().pk
    found = values(api, resource=pk, metrics="error_rate", points=10)[f"r{pk}.error_rate"]
    assert len(found) <= 12
    assert max(value for value in found if value is not None) == 0.05


def test_a_shift_answers_an_earlier_time_on_this_axis(api: Client, stack: Stack) -> None:
    answer = ask(api, stack=stack.pk, metrics="latency", shift=3600).json()
    assert answer["start"] == START
    assert answer["series"][0]["values"][-1] == 310


@pytest.mark.parametrize(
    "query",
    [
        {"series": "999999"},
        {"series": "r999999.errors"},
        {"series": "s999999.errors"},
        {"series": "x12.errors"},
        {"series": "1;drop"},
        {"series": ""},
        {"series": ",".join(str(number) for number in range(1, 300))},
    ],
)
def test_an_unknown_line_is_not_found(api: Client, stack: Stack, query: dict[str, str]) -> None:
    assert ask(api, **query).status_code == 404


def test_an_unknown_metric_of_a_resource_is_not_found(api: Client, stack: Stack) -> None:
    assert ask(api, resource=stack.resources.get().pk, metrics="happiness").status_code == 404


def test_lines_of_others_are_not_found(client: Client, now: None, db: None) -> None:
    stack = make_checkout(Team.objects.create(name="Payments"))
    mine = Team.objects.create(name="Mine")
    own = make_resource(make_stack(make_account("Mine", 2), "mine", mine), "own")
    own_series = make_points(own, {"requests": [1.0]})["requests"]
    client.force_login(make_user(see_all=False, teams=[mine]))
    foreign = Series.objects.filter(resource__stack=stack).first()
    assert foreign is not None
    refused = [
        f"{foreign.pk}",
        f"{own_series.pk},{foreign.pk}",
        f"r{foreign.resource_id}.requests",
        f"r{foreign.resource_id}.error_rate",
        f"s{stack.pk}.traffic",
        f"{Series.objects.filter(stack=stack)[0].pk}",
    ]
    assert [ask(client, series=ids).status_code for ids in refused] == [404] * len(refused)
    assert ask(client, series=f"{own_series.pk},r{own.pk}.requests").status_code == 200


@pytest.mark.parametrize("change", [{"from": END, "to": START}, {"from": 0}, {"points": 1}, {"from": "yesterday"}])
def test_a_window_that_makes_no_sense_is_refused(api: Client, stack: Stack, change: dict[str, Any]) -> None:
    assert ask(api, stack=stack.pk, metrics="traffic", **change).status_code == 422


def test_unchanged_points_answer_304(api: Client, stack: Stack) -> None:
    query = {"from": START, "to": END, "stack": stack.pk, "metrics": "traffic"}
    tag = api.get("/api/v1/points", query).headers["ETag"]
    assert api.get("/api/v1/points", query, headers={"If-None-Match": tag}).status_code == 304


def test_a_newer_point_is_a_new_answer(api: Client, stack: Stack) -> None:
    query = {"from": START, "to": END, "stack": stack.pk, "metrics": "traffic"}
    tag = api.get("/api/v1/points", query).headers["ETag"]
    block = Series.objects.get(stack=stack, metric="traffic").block
    type(block).objects.filter(pk=block.pk).update(newest_at=END)
    assert api.get("/api/v1/points", query, headers={"If-None-Match": tag}).status_code == 200


def test_points_come_as_a_table_too(api: Client, stack: Stack) -> None:
    answer = ask(api, "points.csv", stack=stack.pk, metrics="errors,latency")
    lines = answer.content.decode().splitlines()
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert lines[0] == "time (UTC),Errors (count),p95 (milliseconds)"
    assert lines[-1] == "2026-03-10 11:55:00,30.0,2400.0"


def test_the_lines_of_a_resource_are_listed(api: Client, stack: Stack) -> None:
    pk = stack.resources.get().pk
    listed = {line["metric"]: line for line in api.get("/api/v1/series", {"resource": pk}).json()}
    assert listed["duration_p95"] == {
        "id": f"r{pk}.duration_p95",
        "metric": "duration_p95",
        "label": "Duration p95",
        "unit": "milliseconds",
        "statistic": "p95",
        "period": 300,
        "derived": False,
        "newest_at": END - 300,
    }
    assert listed["error_rate"]["derived"] is True


def test_the_signals_of_a_stack_are_listed(api: Client, stack: Stack) -> None:
    listed = api.get("/api/v1/series", {"stack": stack.pk}).json()
    assert [line["id"] for line in listed] == [
        f"s{stack.pk}.{name}" for name in ("errors", "latency", "saturation", "traffic")
    ]


def test_series_of_nobody_are_refused(api: Client, stack: Stack) -> None:
    assert api.get("/api/v1/series").status_code == 422
    assert api.get("/api/v1/series", {"stack": 10**6}).status_code == 404
