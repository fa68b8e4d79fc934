"""A stack's resources with the figures that matter for their service."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.core.windows import Window
from dashboard.health.read import ResourceRow, resource_rows
from dashboard.inventory.models import Stack
from tests.factories import GRID, NOW, make_resource, make_verdict
from tests.health.conftest import CALM, MakeMeasured

WINDOW = Window(GRID - timedelta(hours=1), GRID)


def figures_of(row: ResourceRow) -> dict[str, float | None]:
    return {figure.key: figure.value for figure in row.figures}


def test_a_function_shows_its_rate_its_error_rate_and_its_latency(stack: Stack, make_measured: MakeMeasured) -> None:
    make_measured(points={**CALM, "errors": [12.0] * 36})
    (row,) = resource_rows(stack, WINDOW)
    assert figures_of(row) == {"requests": 120.0, "error_rate": 0.02, "duration_p95": 310.0}


def test_the_worst_resource_stands_first_with_its_reason(stack: Stack, make_measured: MakeMeasured) -> None:
    make_verdict(make_measured("calm"), "ok")
    stack.health.delete()
    red = make_measured("red")
    make_verdict(red, "critical", "p95 is 2.4 s")
    rows = resource_rows(stack, WINDOW)
    assert [row.resource.name for row in rows] == ["red", "calm"]
    assert (rows[0].reason, rows[0].values_label, rows[0].values[-1]) == ("p95 is 2.4 s", "Duration p95", 310.0)


def test_a_resource_without_data_shows_no_figures(stack: Stack) -> None:
    make_resource(stack)
    (row,) = resource_rows(stack, WINDOW)
    assert figures_of(row) == {"requests": None, "error_rate": None, "duration_p95": None}
    assert (row.state, row.values) == ("unknown", ())


def test_a_gone_resource_is_still_listed(stack: Stack) -> None:
    make_resource(stack, gone_at=NOW)
    (row,) = resource_rows(stack, WINDOW)
    assert row.resource.gone_at == NOW


@pytest.mark.parametrize("number", [2, 20])
def test_queries_do_not_grow_with_resources(stack: Stack, make_measured: MakeMeasured, number: int) -> None:
    for index in range(number):
        make_measured(f"function-{index}")
    with CaptureQueriesContext(connection) as queries:
        assert len(resource_rows(stack, WINDOW)) == number
    assert len(queries) <= 5
