"""Skeletons of charts come from the tokens and are the same for every request."""

import json

import pytest

from dashboard.api.figures import KINDS, build, tokens


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_both_themes_and_every_role(kind: str) -> None:
    skeleton = json.loads(build(kind))
    assert [sorted(skeleton[theme]["roles"]) for theme in ("light", "dark")] == [
        ["cost", "errors", "p50", "p90", "p95", "p99", "throttles", "traffic"]
    ] * 2


def test_colours_are_those_of_the_stylesheet() -> None:
    skeleton = json.loads(build("percentiles"))
    assert skeleton["dark"]["roles"]["p99"]["line"]["color"] == tokens().dark["chart-p99"]


def test_gaps_stay_gaps() -> None:
    assert json.loads(build("line"))["light"]["roles"]["errors"]["connectgaps"] is False


def test_counts_of_stacked_charts_start_at_zero() -> None:
    assert json.loads(build("area"))["light"]["layout"]["yaxis"]["rangemode"] == "tozero"


def test_a_skeleton_is_built_once() -> None:
    assert build("bars") is build("bars")
