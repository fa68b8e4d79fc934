"""Golden signals: of a resource, and of a stack from its resources."""

from collections.abc import Mapping

import numpy as np
import pytest

from dashboard.catalog import service
from dashboard.health.signals import Speaker, latest, resource_signals, stack_signals

NAN = float("nan")


def arrays(values: Mapping[str, list[float]]) -> dict[str, np.ndarray]:
    return {key: np.array(one, float) for key, one in values.items()}


def speaker(key: str, values: Mapping[str, list[float]], *, entry: bool = False) -> Speaker:
    return Speaker(key, entry, arrays(values))


API = speaker("apigateway_http", {"traffic": [100, 200], "errors": [1, 4], "latency": [300, 900]}, entry=True)
OTHER_API = speaker("apigateway_rest", {"traffic": [50, NAN], "errors": [0, NAN], "latency": [500, NAN]}, entry=True)
IDLE_API = speaker("apigateway_http", {"traffic": [0, 0], "errors": [0, 0], "latency": [NAN, NAN]}, entry=True)
FUNCTION = speaker(
    "lambda", {"traffic": [90, 180], "errors": [9, 9], "latency": [4000, 4000], "saturation": [0.2, 0.9]}
)
SMALL_FUNCTION = speaker(
    "lambda", {"traffic": [10, 20], "errors": [0, 0], "latency": [50, 60], "saturation": [0.3, NAN]}
)
QUEUE = speaker("sqs", {"traffic": [9000, 9000], "saturation": [0.5, 0.1]})
STREAM = speaker("kinesis", {"traffic": [800, 800], "errors": [3, 3]})


@pytest.mark.parametrize(
    ("speakers", "expected"),
    [
        (
            [API, OTHER_API, FUNCTION, QUEUE],
            {"traffic": [150, 200], "errors": [1, 4], "latency": [500, 900], "saturation": [0.5, 0.9]},
        ),
        (
            [FUNCTION, SMALL_FUNCTION, QUEUE],
            {"traffic": [100, 200], "errors": [9, 9], "latency": [4000, 4000], "saturation": [0.5, 0.9]},
        ),
        (
            [IDLE_API, FUNCTION],
            {"traffic": [90, 180], "errors": [9, 9], "latency": [4000, 4000], "saturation": [0.2, 0.9]},
        ),
        (
            [STREAM, FUNCTION, QUEUE],
            {"traffic": [800, 800], "errors": [3, 3], "latency": [NAN, NAN], "saturation": [0.5, 0.9]},
        ),
        ([QUEUE], {"traffic": [9000, 9000], "errors": [NAN, NAN], "latency": [NAN, NAN], "saturation": [0.5, 0.1]}),
        ([], {"traffic": [NAN, NAN], "errors": [NAN, NAN], "latency": [NAN, NAN], "saturation": [NAN, NAN]}),
    ],
    ids=["entries speak", "busiest service speaks", "idle entry is silent", "by volume", "one alone", "nobody"],
)
def test_a_stack_speaks_through_its_entry_points(speakers: list[Speaker], expected: Mapping[str, list[float]]) -> None:
    found = stack_signals(speakers, 2)
    assert set(found) == set(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, err_msg=name)


def test_a_resources_saturation_is_its_nearest_limit() -> None:
    values = arrays({"concurrency_share": [0.2, NAN], "timeout_share": [0.5, 0.1], "requests": [10, 20]})
    found = resource_signals(service("lambda"), values)
    assert set(found) == {"traffic", "saturation"}
    np.testing.assert_allclose(found["saturation"], [0.5, 0.1])


def test_the_newest_value_of_a_signal_is_the_last_that_came() -> None:
    found = latest(arrays({"traffic": [10, 20, NAN], "errors": [NAN, NAN, NAN]}))
    assert found == {"traffic": 20, "errors": None, "latency": None, "saturation": None}
