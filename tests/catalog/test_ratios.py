"""Arithmetic of derived metrics: what is unknown stays unknown, and nothing is divided by nothing."""

from collections.abc import Mapping

import numpy as np
import pytest

from dashboard.catalog import service
from dashboard.catalog.ratios import (
    PERIOD,
    Compute,
    highest,
    of_limit,
    one_minus_of_limit,
    rate_of_limit,
    share,
    share_of_sum,
    total,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("compute", "values", "limits", "expected"),
    [
        (share("part", "whole"), {"part": [5, 0, 1, NAN], "whole": [100, 0, NAN, 4]}, {}, [0.05, NAN, NAN, NAN]),
        (share_of_sum("hits", "misses"), {"hits": [9, 0, NAN], "misses": [1, 0, 1]}, {}, [0.9, NAN, NAN]),
        (of_limit("used", "most"), {"used": [50, NAN]}, {"most": 200}, [0.25, NAN]),
        (one_minus_of_limit("free", "all"), {"free": [25, NAN]}, {"all": 100}, [0.75, NAN]),
        (rate_of_limit("units", "each_second"), {"units": [3000]}, {"each_second": 20, PERIOD: 300}, [0.5]),
        (rate_of_limit("units", "each_second"), {"units": [600]}, {"each_second": 20, PERIOD: 60}, [0.5]),
        (total("one", "other"), {"one": [1, NAN], "other": [2, 2]}, {}, [3, NAN]),
        (highest("one", "other"), {"one": [1, NAN, NAN], "other": [2, 2, NAN]}, {}, [2, 2, NAN]),
    ],
)
def test_arrays_are_computed_element_by_element(
    compute: Compute, values: Mapping[str, list[float]], limits: Mapping[str, float], expected: list[float]
) -> None:
    arrays = {key: np.array(one, float) for key, one in values.items()}
    np.testing.assert_allclose(compute(arrays, limits), expected)


@pytest.mark.parametrize(
    ("key", "metric", "values", "expected"),
    [
        ("lambda", "throttle_share", {"throttles": 30, "requests": 0}, 1.0),
        ("lambda", "attempts", {"throttles": 30, "requests": 10}, 40),
        ("sns", "error_rate", {"errors": 20, "delivered": 0}, 1.0),
        ("kinesis", "write_throttle_share", {"write_throttles": 10, "requests": 990}, 0.01),
        ("step_functions", "error_rate", {"errors": 1, "succeeded": 7, "timed_out": 1, "aborted": 1}, 0.1),
        ("elasticache", "hit_rate", {"hits": 75, "misses": 25}, 0.75),
        ("cloudfront", "errors", {"requests": 2000, "error_rate": 0.01}, 20),
        ("apigateway_http", "own_latency", {"latency_p95": 320, "integration_p95": 300}, 20),
        ("waf", "blocked_share", {"blocked": 10, "allowed": 90}, 0.1),
        ("alb", "attempts", {"requests": 0, "own_errors": 12}, 12),
        ("alb", "error_rate", {"failures": 12, "attempts": 12}, 1.0),
    ],
)
def test_a_derived_metric_says_what_its_name_promises(
    key: str, metric: str, values: Mapping[str, float], expected: float
) -> None:
    derived = next(one for one in service(key).derived if one.key == metric)
    assert set(derived.needs) == set(values)
    arrays = {name: np.array([value], float) for name, value in values.items()}
    assert derived.compute(arrays, {}) == pytest.approx([expected])
