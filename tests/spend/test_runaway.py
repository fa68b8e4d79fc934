"""Which cost runs away, what explains it, and what stops it."""

import shlex
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dashboard.catalog import all_services
from dashboard.catalog.shape import Values
from dashboard.spend.burn import Normal, normal_at
from dashboard.spend.runaway import doubling_time, grown, hours_left, loop_through, say_alert
from dashboard.spend.stopping import stop_command

USUAL = Normal(0.10, 0.15)
STEP = 300


def test_a_step_is_told_with_its_second_period() -> None:
    calm = [0.1] * 10
    assert grown(np.array([*calm, 2.0]), USUAL, STEP) is None
    growth = grown(np.array([*calm, 2.0, 2.0]), USUAL, STEP)
    assert growth is not None
    assert (growth.since, growth.per_hour, growth.words) == (10, 2.0, "20 times its normal")


def test_exponential_growth_says_how_fast_it_doubles() -> None:
    growth = grown(0.1 * 2 ** (np.arange(20) / 3), USUAL, STEP)
    assert growth is not None
    assert growth.words == "doubles every 15 minutes"


@pytest.mark.parametrize("values", [[0.1] * 12, [0.1, 2.0] * 6, [2.0] * 10 + [0.1] * 2, [float("nan")] * 12])
def test_what_is_usual_short_or_over_is_no_runaway(values: list[float]) -> None:
    assert grown(np.array(values), USUAL, STEP) is None


def test_cents_wake_nobody() -> None:
    assert grown(np.array([0.01] * 12), Normal(0.0001, 0.0001), STEP) is None


def test_without_a_normal_nothing_is_judged() -> None:
    assert grown(np.array([100.0] * 12), None, STEP) is None


def test_a_loop_is_told_earlier() -> None:
    values = np.array([0.1] * 10 + [0.4, 0.4])
    assert grown(values, USUAL, STEP) is None
    assert grown(values, USUAL, STEP, looped=True) is not None


def test_noise_does_not_double() -> None:
    assert doubling_time(np.array([1.0, 1.1, 0.9, 1.2, 0.8, 1.0, 1.1, 0.9]), STEP) is None
    assert doubling_time(np.array([2.0**power for power in range(8)]), STEP) == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("follows", "loop"),
    [
        ({1: [2], 2: [1]}, (1, 2, 1)),
        ({1: [2], 2: [3], 3: [1]}, (1, 2, 3, 1)),
        ({1: [2], 2: [3]}, ()),
        ({2: [3], 3: [2]}, ()),
    ],
)
def test_a_loop_is_the_shortest_way_back(follows: dict[int, list[int]], loop: tuple[int, ...]) -> None:
    assert loop_through(1, follows) == loop


def test_thirty_quiet_days_hold_no_runaway() -> None:
    chance = np.random.default_rng(7)
    hours = np.arange(58 * 24)
    daily = 1 + 0.8 * np.sin(hours / 24 * 2 * np.pi) + 0.3 * (hours % 168 < 120)
    hourly = daily * chance.lognormal(0, 0.15, len(hours))
    for hour in range(28 * 24, len(hours)):
        normal = Normal(*_normal(hourly[:hour]))
        fine = daily[hour] * chance.lognormal(0, 0.25, 12)
        assert grown(fine, normal, STEP) is None


def _normal(hourly: Values) -> tuple[float, float]:
    found = normal_at(hourly)
    assert found is not None
    return found.middle, found.high


def test_the_command_of_a_function_takes_its_concurrency() -> None:
    places = {"name": "make", "region": "eu-west-1", "physical_id": "make", "arn": ""}
    assert stop_command(all_services()["lambda"], places) == (
        "aws lambda put-function-concurrency --function-name make --reserved-concurrent-executions 0 --region eu-west-1"
    )


@pytest.mark.parametrize("key", [key for key, one in all_services().items() if one.billing.stop])
def test_hostile_names_stay_one_word_of_the_command(key: str) -> None:
    name = "x; rm -rf ~ $(id) `id` 'q'"
    places = {"name": name, "region": "eu-west-1", "physical_id": f"{name}/{name}", "arn": name, "facts": {"Bus": name}}
    words = shlex.split(stop_command(all_services()[key], places))
    assert words[0] == "aws"
    assert any(name in word for word in words)
    assert not {"rm", "$(id)", ";"} & set(words)


def test_the_month_ends_at_midnight_utc() -> None:
    assert hours_left(datetime(2026, 11, 30, 21, tzinfo=UTC)) == 3


@pytest.mark.parametrize(
    ("growth", "sentence"),
    [
        ("300 times its normal", "It costs 9.21 USD an hour, 300 times its normal 0.0310 USD."),
        ("doubles every 17 minutes", "It costs 9.21 USD an hour, normally 0.0310 USD, and doubles every 17 minutes."),
        ("cost nothing before", "It costs 9.21 USD an hour and cost nothing before."),
    ],
)
def test_an_alert_says_in_whole_sentences_what_it_costs(growth: str, sentence: str) -> None:
    end = "If nothing is done: 1483 USD by the end of the month."
    assert say_alert(growth, 9.21, 0.031, 1483) == f"{sentence} {end}"
