"""What a resource costs per hour, from metrics and prices."""

import numpy as np
import pytest

from dashboard.catalog import all_services
from dashboard.catalog.shape import Metered
from dashboard.spend.burn import normal_at, rate_of, spoken

NAN = float("nan")
FIVE_MINUTES = 1 / 12


def metered(facts: dict[str, object], **values: list[float]) -> Metered:
    arrays = {key: np.array(value) for key, value in values.items()}
    return Metered(arrays, facts, 2, FIVE_MINUTES)


def test_requests_times_their_price_make_an_hourly_rate() -> None:
    topic = metered({}, requests=[1000.0, 2000.0])
    rate = rate_of(all_services()["sns"], topic, {"sns-requests": 0.5e-6})
    assert rate.values.tolist() == pytest.approx([0.006, 0.012])


def test_silence_of_what_idles_costs_nothing() -> None:
    rate = rate_of(all_services()["sns"], metered({}, requests=[NAN, 1000.0]), {"sns-requests": 0.5e-6})
    assert rate.values.tolist() == pytest.approx([0, 0.006])


def test_a_unit_without_price_is_named_and_never_zero() -> None:
    rate = rate_of(all_services()["sns"], metered({}, requests=[1.0, 1.0]), {})
    assert np.isnan(rate.values).all()
    assert rate.missing == ("sns-requests",)


def test_configuration_that_is_not_known_is_named_and_never_zero() -> None:
    function = metered({"Architecture": "arm64"}, requests=[10.0, 10.0], duration_sum=[100.0, 100.0])
    prices = {"lambda-requests-arm": 0.2e-6, "lambda-gb-seconds-arm": 1.33e-5}
    assert rate_of(all_services()["lambda"], function, prices).missing == ("lambda-gb-seconds-arm",)


def test_a_time_is_known_once_half_of_the_resources_have_spoken() -> None:
    early, late = metered({}, requests=[1.0, 1.0]), metered({}, requests=[1.0, NAN])
    assert spoken([early, late, late], 2).tolist() == pytest.approx([1, NAN], nan_ok=True)


def test_the_normal_is_that_of_the_same_hour_of_earlier_weeks() -> None:
    hours = np.ones(4 * 168)
    hours[[0, 168, 336, 504]] = 5.0
    normal = normal_at(hours)
    assert normal is not None
    assert (normal.middle, normal.high) == (1.0, 5.0)


def test_a_day_of_history_is_no_normal() -> None:
    assert normal_at(np.ones(24)) is None
