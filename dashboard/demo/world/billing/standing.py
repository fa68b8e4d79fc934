"""What is billed besides the components' own work: traffic out, logs kept, alarms, people who sign in, small things."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from math import exp

import numpy as np

from dashboard.demo.world.blueprints import PRODUCTION
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.watching.plans import COMPOSITE_ALARMS, METRIC_ALARMS
from dashboard.demo.world.world import World

_EPOCH = date(1970, 1, 1)
_GIB = 1024.0**3
_RESPONSE_BYTES = 2400
_MONTH_HOURS = 730.0
_LOGS_KEPT_GB = {"eu-west-1": 640.0, "eu-central-1": 55.0, "us-east-1": 120.0}
_PEOPLE, _COME_BACK = {"shop-customers": 53_000, "shop-staff": 180}, 0.02
_READ_SHARE, _READS_AN_HOUR = 0.3, 12
_METRICS_OF_BUCKET, _METRICS_OF_DISTRIBUTION, _METRICS_OF_SHOP = 8, 3, 6
Place = tuple[str, str]
Tags = tuple[tuple[str, str], ...]
Standing = tuple[tuple[str, str, str, Tags], Floats]
"""Account, region, unit, tags; amounts by the hour."""


def date_of(day: int) -> date:
    """The date of a day since 1970."""
    return _EPOCH + timedelta(days=day)


def day_of(at: date) -> int:
    """Days since 1970."""
    return (at - _EPOCH).days


def standing(world: World, day: int, requests: Mapping[Place, Floats]) -> Iterator[Standing]:
    """Usage of one day; nobody tags any of it but the user pools."""
    places = sorted({(one.account_id, one.region) for one in world.plan.components})
    for place in places:
        for unit, hours in _network(place, requests.get(place, np.zeros(24))):
            yield (*place, unit, ()), hours
        for unit, amount in _watching(world, place):
            yield (*place, unit, ()), np.full(24, amount)
    for account_id in sorted({account_id for account_id, _ in places}):
        for unit, amount in (("hosted-zones", 3 / _MONTH_HOURS), ("dns-queries", 90_000.0), ("cost-requests", 1.0)):
            yield (account_id, "us-east-1", unit, ()), np.full(24, amount)
    yield from _people(world, day)


def _network(place: Place, requests: Floats) -> Iterator[tuple[str, Floats]]:
    """Answers of APIs that leave AWS, traffic between zones and through the gateways of production."""
    out = requests * _RESPONSE_BYTES / _GIB
    yield "transfer-out-gb", out
    yield "transfer-zones-gb", out * 2.5 + 0.4
    if place in {(PRODUCTION, "eu-west-1"), (PRODUCTION, "eu-central-1")}:
        yield "nat-hours", np.full(24, 2.0)
        yield "nat-gb", out * 1.6 + 0.2


def _watching(world: World, place: Place) -> Iterator[tuple[str, float]]:
    """Alarms, metrics that cost, logs that are kept, secrets, and the points that are read by us; per hour."""
    account_id, region = place
    alarms = [one for one in (*METRIC_ALARMS, *COMPOSITE_ALARMS) if (one.account_id, one.region) == place]
    yield "alarm-months", len(alarms) / _MONTH_HOURS
    metrics = 0
    for one in world.plan.in_region(account_id, region):
        metrics += _METRICS_OF_BUCKET if one.get("request_metrics") else 0
        metrics += _METRICS_OF_DISTRIBUTION if one.get("extra_metrics") else 0
        metrics += _METRICS_OF_SHOP if one.kind == "custom" else 0
    yield "metric-months", metrics / _MONTH_HOURS
    yield "log-gb-months", _LOGS_KEPT_GB[region] / _MONTH_HOURS
    yield "secret-months", 6 / _MONTH_HOURS
    yield "metrics-read", len(world.series_in(account_id, region)) * _READ_SHARE * _READS_AN_HOUR


def _people(world: World, day: int) -> Iterator[Standing]:
    """Who signs in for the first time in the month: more at its start than at its end."""
    since = date_of(day).day - 1
    for pool in world.plan.components:
        if pool.kind == "cognito":
            new = _PEOPLE.get(pool.name, 100) * (exp(-_COME_BACK * since) - exp(-_COME_BACK * (since + 1)))
            tags = tuple(sorted({**pool.tags, "aws:cloudformation:stack-name": pool.stack}.items()))
            yield (pool.account_id, pool.region, "cognito-users", tags), np.full(24, new / 24)
