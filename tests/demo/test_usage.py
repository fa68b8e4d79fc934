"""What components use is what their metrics say, by AWS's rules of billing."""

import numpy as np
import pytest

from dashboard.demo.world.components import Component
from dashboard.demo.world.usage import cost_of, usage_of
from dashboard.demo.world.world import World

ORIGIN = 29_700_000
DAY = (ORIGIN // 1440 - 3) * 1440
GIB = 1024.0**3


@pytest.fixture(scope="module")
def world() -> World:
    return World(1, ORIGIN)


def component(world: World, name: str, kind: str = "") -> Component:
    return next(one for one in world.plan.components if one.name == name and kind in {"", one.kind})


def metric(world: World, one: Component, name: str, statistic: str = "Sum", **dimensions: str) -> float:
    """The statistic over a whole day of the series that has these dimensions and the fewest others."""
    region = "us-east-1" if one.kind == "cloudfront" else one.region
    fitting = [
        series
        for (_, called, found), series in world.series_in(one.account_id, region).items()
        if called == name and series.component is one and dimensions.items() <= dict(found).items()
    ]
    series = min(fitting, key=lambda series: len(series.dimensions))
    return float(world.values(series, statistic, DAY, 1440, 1, now=ORIGIN * 60)[0])


def used(world: World, one: Component) -> dict[str, float]:
    flow = world.flow(DAY, DAY + 1440)
    return {unit: float(amount.sum()) for unit, amount in usage_of(one, flow).items()}


def test_functions_are_billed_by_invocations_and_gigabyte_seconds(world: World) -> None:
    function = component(world, "catalog-get-product")
    usage = used(world, function)
    requests, seconds = (next(usage[u] for u in usage if u.startswith(u2)) for u2 in ("lambda-req", "lambda-gb"))
    assert requests == pytest.approx(metric(world, function, "Invocations"), rel=0.01)
    assert seconds == pytest.approx(metric(world, function, "Duration") / 1000 * 1024 / 1024, rel=0.08)


def test_a_table_is_billed_with_its_indexes(world: World) -> None:
    table = component(world, "checkout-orders")
    whole = metric(world, table, "ConsumedWriteCapacityUnits")
    indexes = sum(
        metric(world, table, "ConsumedWriteCapacityUnits", GlobalSecondaryIndexName=index)
        for index in ("by-customer", "by-state")
    )
    assert used(world, table)["dynamodb-write-units"] == pytest.approx(whole + indexes, rel=0.01)


def test_a_provisioned_table_is_billed_by_the_hour_only(world: World) -> None:
    usage = used(world, component(world, "identity-consents"))
    assert usage["dynamodb-read-hours"] == pytest.approx(200 * 24)
    assert "dynamodb-read-units" not in usage


def test_a_queue_is_billed_by_requests_empty_receives_included(world: World) -> None:
    queue = component(world, "notifications-push")
    names = ("NumberOfMessagesSent", "NumberOfMessagesReceived", "NumberOfMessagesDeleted", "NumberOfEmptyReceives")
    requests = sum(metric(world, queue, name) for name in names)
    assert used(world, queue)["sqs-requests"] == pytest.approx(requests, rel=0.01)


def test_a_queue_that_is_read_in_batches_is_billed_by_batches(world: World) -> None:
    queue = component(world, "payments-captures")
    sent = metric(world, queue, "NumberOfMessagesSent") + metric(world, queue, "NumberOfEmptyReceives")
    read = metric(world, queue, "NumberOfMessagesReceived") + metric(world, queue, "NumberOfMessagesDeleted")
    assert used(world, queue)["sqs-requests"] == pytest.approx(sent + read / 5, rel=0.01)


@pytest.mark.parametrize(
    ("name", "kind", "unit", "told", "statistic", "factor"),
    [
        ("catalog-api", "apigateway_rest", "rest-requests", "Count", "Sum", 1),
        ("checkout-api", "apigateway_http", "http-requests", "Count", "Sum", 1),
        ("notifications-live", "apigateway_websocket", "websocket-messages", "MessageCount", "Sum", 1),
        ("notifications-outgoing", "sns", "sns-requests", "NumberOfMessagesPublished", "Sum", 1),
        ("orders-placed", "eventbridge", "events", "MatchedEvents", "Sum", 1),
        ("clickstream-events", "kinesis", "kinesis-put-units", "IncomingRecords", "Sum", 1),
        ("clickstream-to-lake", "firehose", "firehose-gb", "IncomingRecords", "Sum", 5 * 1024 / GIB),
        ("storefront-fragments", "", "cache-ecpus", "ElastiCacheProcessingUnits", "Sum", 1),
        ("storefront-fragments", "", "cache-gb-hours", "BytesUsedForCache", "Average", 24 / GIB),
        ("storefront-web", "alb", "alb-lcu-hours", "ConsumedLCUs", "Average", 24),
        ("catalog-db", "aurora", "aurora-acu-hours", "ServerlessDatabaseCapacity", "Average", 24 * 2),
        ("orders-fulfilment-flow", "", "state-transitions", "ExecutionsStarted", "Sum", 3),
        ("shop-catalog-media", "s3", "s3-gb-months", "BucketSizeBytes", "Average", 24 / 730 / GIB),
        ("shop-storefront-assets", "s3", "s3-reads", "GetRequests", "Sum", 1),
        ("shop-storefront-assets", "s3", "s3-writes", "PutRequests", "Sum", 1),
    ],
)
def test_a_metric_tells_what_is_billed(
    world: World, name: str, kind: str, unit: str, told: str, statistic: str, factor: float
) -> None:
    one = component(world, name, kind)
    assert used(world, one)[unit] == pytest.approx(metric(world, one, told, statistic) * factor, rel=0.02)


def test_a_firewall_is_billed_for_what_it_allows_and_what_it_blocks(world: World) -> None:
    acl = component(world, "identity-acl")
    requests = sum(metric(world, acl, name, Rule="ALL") for name in ("AllowedRequests", "BlockedRequests"))
    assert used(world, acl)["waf-requests"] == pytest.approx(requests, rel=0.01)


def test_a_distribution_is_billed_over_both_edges_for_what_it_sends(world: World) -> None:
    usage = used(world, component(world, "images.example.com"))
    sent = metric(world, component(world, "images.example.com"), "BytesDownloaded") / GIB
    assert usage["cloudfront-eu-gb"] + usage["cloudfront-us-gb"] == pytest.approx(sent, rel=0.01)


def test_schedules_cost_nothing(world: World) -> None:
    assert used(world, component(world, "catalog-stock-schedule")) == {}


def test_a_looping_function_costs_more_every_hour(world: World) -> None:
    function = component(world, "images-make-thumbnail")
    hours = [float(cost_of(function, world.flow(ORIGIN - back, ORIGIN - back + 60)).sum()) for back in (300, 150, 60)]

    assert hours[1] > 5 * hours[0]
    assert hours[2] > 5 * hours[1]


def test_every_component_costs_something_or_nothing_but_never_less(world: World) -> None:
    flow = world.flow(ORIGIN - 60, ORIGIN)

    assert all(np.all(cost_of(one, flow) >= 0) for one in world.plan.components)
