from datetime import timedelta

import pytest

from tests.demo.reads import minute_before, points, query
from tests.simulated_aws import DATA, PRODUCTION, SimulatedAws


def before_and_after(
    aws: SimulatedAws, account: str, statistic: str, name: str, **dimensions: str
) -> tuple[float, float]:
    """The value of a quarter of an hour twelve hours ago and of the last full one."""
    client = aws.client("cloudwatch", account=account)
    values = []
    for minutes in (720, 30):
        start = minute_before(aws, minutes, align=900)
        wanted = query(name, statistic, 900, **dimensions)
        values.append(points(client, wanted, start, start + timedelta(minutes=15))[0])
    return values[0], values[1]


@pytest.mark.parametrize(
    ("account", "name", "dimensions", "statistic", "calm", "bad"),
    [
        (PRODUCTION, "AWS/Lambda/Duration", {"FunctionName": "checkout-create-order"}, "p95", (0, 700), (1500, 15_000)),
        (PRODUCTION, "AWS/Lambda/Errors", {"FunctionName": "checkout-create-order"}, "Average", (0, 0.02), (0.1, 0.3)),
        (
            PRODUCTION,
            "AWS/SQS/ApproximateNumberOfMessagesVisible",
            {"QueueName": "orders-fulfilment"},
            "Maximum",
            (0, 50),
            (2000, 1e6),
        ),
        (
            PRODUCTION,
            "AWS/SQS/ApproximateAgeOfOldestMessage",
            {"QueueName": "orders-fulfilment"},
            "Maximum",
            (0, 60),
            (1800, 1e6),
        ),
        (PRODUCTION, "AWS/Lambda/Throttles", {"FunctionName": "orders-fulfil"}, "Sum", (0, 0), (20, 1e5)),
        (PRODUCTION, "AWS/Lambda/ConcurrentExecutions", {"FunctionName": "orders-fulfil"}, "Maximum", (2, 12), (1, 1)),
        (
            PRODUCTION,
            "AWS/SQS/ApproximateNumberOfMessagesVisible",
            {"QueueName": "notifications-email-dlq"},
            "Maximum",
            (0, 0),
            (200, 1e5),
        ),
        (
            DATA,
            "AWS/Kinesis/WriteProvisionedThroughputExceeded",
            {"StreamName": "clickstream-events"},
            "Average",
            (0, 0),
            (0.02, 0.6),
        ),
        (
            DATA,
            "AWS/Kinesis/GetRecords.IteratorAgeMilliseconds",
            {"StreamName": "clickstream-events"},
            "Maximum",
            (0, 2000),
            (600_000, 1e8),
        ),
        (DATA, "AWS/Lambda/IteratorAge", {"FunctionName": "clickstream-enrich"}, "Maximum", (0, 2000), (600_000, 1e8)),
        (
            PRODUCTION,
            "AWS/ElastiCache/CacheHitRate",
            {"CacheClusterId": "catalog-cache-001"},
            "Average",
            (90, 100),
            (20, 50),
        ),
        (PRODUCTION, "AWS/RDS/CPUUtilization", {"DBClusterIdentifier": "catalog-db"}, "Average", (0, 40), (85, 100)),
        (
            PRODUCTION,
            "AWS/RDS/DatabaseConnections",
            {"DBClusterIdentifier": "catalog-db"},
            "Average",
            (1, 90),
            (200, 500),
        ),
        (PRODUCTION, "AWS/Lambda/Duration", {"FunctionName": "catalog-get-product"}, "p50", (1, 40), (60, 10_000)),
        (DATA, "AWS/Lambda/Invocations", {"FunctionName": "images-make-thumbnail"}, "Sum", (10, 200), (20_000, 1e7)),
    ],
)
def test_a_planted_incident_shows_in_the_metrics_that_should_show_it(
    simulated_aws: SimulatedAws,
    *,
    account: str,
    name: str,
    dimensions: dict[str, str],
    statistic: str,
    calm: tuple[float, float],
    bad: tuple[float, float],
) -> None:
    before, after = before_and_after(simulated_aws, account, statistic, name, **dimensions)

    assert calm[0] <= before <= calm[1]
    assert bad[0] <= after <= bad[1]


def test_the_bad_deploy_is_the_newest_of_its_stack_and_begins_just_before_the_errors(
    simulated_aws: SimulatedAws,
) -> None:
    events = simulated_aws.client("cloudformation").describe_stack_events(StackName="checkout-prod")["StackEvents"]
    changed = {event["LogicalResourceId"] for event in events[:6]}
    started = min(event["Timestamp"].timestamp() for event in events[:6])
    incident = next(one for one in simulated_aws.state()["incidents"] if one["key"] == "slow-deploy")

    assert "CreateOrder" in changed
    assert 0 < incident["started_at"] - started < 600


def test_the_throttled_consumers_reservation_was_lowered(simulated_aws: SimulatedAws) -> None:
    reserved = simulated_aws.client("lambda").get_function_concurrency(FunctionName="orders-fulfil")

    assert reserved["ReservedConcurrentExecutions"] == 1


def test_incidents_have_begun_two_hours_ago_whatever_the_time_of_day(simulated_aws: SimulatedAws) -> None:
    world = simulated_aws.simulator.world
    ages = [incident.minutes_ago for incident in world.plan.incidents]

    assert len(ages) == 6
    assert all(60 <= age <= 360 for age in ages)
