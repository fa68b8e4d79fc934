import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.demo.reads import minute_before, now_of, points, query
from tests.simulated_aws import DATA, SimulatedAws

INVOCATIONS = {"name": "AWS/Lambda/Invocations", "FunctionName": "storefront-render"}
DURATION = {"name": "AWS/Lambda/Duration", "FunctionName": "storefront-render"}


def ask(aws: SimulatedAws, queries: list[dict[str, Any]], **more: Any) -> Any:
    window = {"StartTime": minute_before(aws, 60), "EndTime": minute_before(aws)}
    return aws.client("cloudwatch").get_metric_data(**{"MetricDataQueries": queries, **window, **more})


def code_of(call: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value.response["Error"]["Code"])


@pytest.mark.parametrize("name", ["Invocations", "Duration"])
def test_the_sum_of_an_hour_is_the_sum_of_its_minutes_and_of_its_five_minutes(
    simulated_aws: SimulatedAws, name: str
) -> None:
    client, end = simulated_aws.client("cloudwatch"), minute_before(simulated_aws, 60, align=3600)
    start = end - timedelta(hours=3)
    sums = {
        period: sum(
            points(client, query(f"AWS/Lambda/{name}", "Sum", period, FunctionName="checkout-create-order"), start, end)
        )
        for period in (60, 300, 3600)
    }

    assert sums[60] > 0
    assert sums[60] == pytest.approx(sums[300]) == pytest.approx(sums[3600])


@pytest.mark.parametrize(("statistic", "of"), [("Maximum", max), ("Minimum", min)])
def test_the_extreme_of_an_hour_is_the_extreme_of_its_minutes(
    simulated_aws: SimulatedAws, statistic: str, of: Any
) -> None:
    client, end = simulated_aws.client("cloudwatch"), minute_before(simulated_aws, 60, align=3600)
    start = end - timedelta(hours=1)
    minutes = points(client, query(statistic=statistic, period=60, **DURATION), start, end)

    assert points(client, query(statistic=statistic, period=3600, **DURATION), start, end) == [of(minutes)]


def test_the_average_is_the_sum_over_the_number_of_samples(simulated_aws: SimulatedAws) -> None:
    client, end = simulated_aws.client("cloudwatch"), minute_before(simulated_aws, 10, align=300)
    got = {
        statistic: points(client, query(statistic=statistic, **DURATION), end - timedelta(hours=1), end)
        for statistic in ("Sum", "SampleCount", "Average")
    }

    assert len(got["Average"]) == 12
    for total, number, average in zip(got["Sum"], got["SampleCount"], got["Average"], strict=True):
        assert average == pytest.approx(total / number)


def test_percentiles_are_ordered_and_lie_between_minimum_and_maximum(simulated_aws: SimulatedAws) -> None:
    client, end = simulated_aws.client("cloudwatch"), minute_before(simulated_aws, 10, align=300)
    ordered = ("Minimum", "p10", "p50", "p90", "p95", "p99", "p99.9", "Maximum")
    lines = [points(client, query(statistic=one, **DURATION), end - timedelta(hours=2), end) for one in ordered]

    for together in zip(*lines, strict=True):
        assert list(together) == sorted(together)
        assert together[2] < together[4]


def test_the_newest_point_comes_first_unless_asked_otherwise(simulated_aws: SimulatedAws) -> None:
    default = ask(simulated_aws, [query(**INVOCATIONS)])["MetricDataResults"][0]["Timestamps"]
    ascending = ask(simulated_aws, [query(**INVOCATIONS)], ScanBy="TimestampAscending")

    assert default == sorted(default, reverse=True)
    assert ascending["MetricDataResults"][0]["Timestamps"] == default[::-1]


def test_the_end_is_exclusive(simulated_aws: SimulatedAws) -> None:
    start = minute_before(simulated_aws, 120, align=3600)
    answer = ask(simulated_aws, [query(**INVOCATIONS)], StartTime=start, EndTime=start + timedelta(minutes=10))

    assert len(answer["MetricDataResults"][0]["Values"]) == 2


def test_the_start_is_rounded_down_to_five_minutes_after_fifteen_days(simulated_aws: SimulatedAws) -> None:
    start = minute_before(simulated_aws, 20 * 1440, align=3600) + timedelta(minutes=3)
    answer = ask(simulated_aws, [query(**INVOCATIONS)], StartTime=start, EndTime=start + timedelta(minutes=5))

    oldest = min(answer["MetricDataResults"][0]["Timestamps"])
    assert oldest.astimezone(UTC) == start - timedelta(minutes=3)


@pytest.mark.parametrize(
    ("days", "period", "kept"), [(14, 60, True), (16, 60, False), (16, 300, True), (64, 300, False), (64, 3600, True)]
)
def test_fine_data_is_gone_after_its_retention(simulated_aws: SimulatedAws, days: int, period: int, kept: bool) -> None:
    start = minute_before(simulated_aws, days * 1440, align=3600)
    answer = ask(
        simulated_aws, [query(period=period, **INVOCATIONS)], StartTime=start, EndTime=start + timedelta(hours=2)
    )

    assert bool(answer["MetricDataResults"][0]["Values"]) is kept


def test_the_last_minute_is_not_there_yet(simulated_aws: SimulatedAws) -> None:
    now = now_of(simulated_aws)
    answer = ask(simulated_aws, [query(period=60, **INVOCATIONS)], StartTime=now - timedelta(minutes=10), EndTime=now)

    newest = max(answer["MetricDataResults"][0]["Timestamps"])
    late = (now - newest).total_seconds() - 60
    assert 60 <= late <= 240


def test_late_data_comes_later_but_the_same(simulated_aws: SimulatedAws) -> None:
    start = minute_before(simulated_aws, 60)
    on_time = ask(simulated_aws, [query(period=60, **INVOCATIONS)], StartTime=start)["MetricDataResults"][0]
    simulated_aws.fault("late_data", seconds=1200)
    late = ask(simulated_aws, [query(period=60, **INVOCATIONS)], StartTime=start)["MetricDataResults"][0]

    missing = len(on_time["Values"]) - len(late["Values"])
    assert 19 <= missing <= 21
    assert late["Values"] == on_time["Values"][missing:]


def test_an_unknown_metric_is_an_empty_complete_series(simulated_aws: SimulatedAws) -> None:
    result = ask(simulated_aws, [query("AWS/Lambda/Invocations", FunctionName="no-such")])["MetricDataResults"][0]

    assert (result["Values"], result["StatusCode"]) == ([], "Complete")


def test_a_metric_that_counts_only_what_happened_is_absent_while_nothing_does(simulated_aws: SimulatedAws) -> None:
    client, end = simulated_aws.client("cloudwatch"), minute_before(simulated_aws, 5)
    failed = query("AWS/Events/FailedInvocations", RuleName="catalog-stock-schedule")

    assert points(client, failed, end - timedelta(hours=3), end) == []


def test_five_hundred_queries_are_answered_and_one_more_is_refused(simulated_aws: SimulatedAws) -> None:
    queries = [query(ident=f"q{number}", **INVOCATIONS) for number in range(501)]

    assert len(ask(simulated_aws, queries[:500])["MetricDataResults"]) == 500
    assert code_of(lambda: ask(simulated_aws, queries)) == "ValidationError"


@pytest.mark.parametrize(
    ("queries", "more", "code"),
    [
        ([query(ident="Q", **INVOCATIONS)], {}, "ValidationError"),
        ([query(**INVOCATIONS), query(**INVOCATIONS)], {}, "ValidationError"),
        ([query(period=90, **INVOCATIONS)], {}, "ValidationError"),
        ([query(statistic="Mode", **INVOCATIONS)], {}, "ValidationError"),
        ([], {}, "MissingParameter"),
        ([query(**INVOCATIONS)], {"EndTime": datetime(2020, 1, 1, tzinfo=UTC)}, "InvalidParameterValue"),
        ([query(**INVOCATIONS)], {"NextToken": "made up"}, "InvalidNextToken"),
        ([query(**INVOCATIONS)], {"ScanBy": "Sideways"}, "InvalidParameterValue"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_with_the_code_of_aws(
    simulated_aws: SimulatedAws, queries: list[dict[str, Any]], more: dict[str, Any], code: str
) -> None:
    assert code_of(lambda: ask(simulated_aws, queries, **more)) == code


def test_pages_split_series_say_so_and_lose_nothing(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("cloudwatch")
    queries = [query(period=60, ident=f"q{number}", **INVOCATIONS) for number in range(3)]
    window = {"StartTime": minute_before(simulated_aws, 120), "EndTime": minute_before(simulated_aws, 10)}
    whole = client.get_metric_data(MetricDataQueries=queries, **window)["MetricDataResults"]
    pages = list(
        client.get_paginator("get_metric_data").paginate(MetricDataQueries=queries, MaxDatapoints=70, **window)
    )

    collected: dict[str, list[float]] = {}
    for page in pages:
        for result in page["MetricDataResults"]:
            collected.setdefault(result["Id"], []).extend(result["Values"])
    assert len(pages) == 5
    assert collected == {result["Id"]: result["Values"] for result in whole}
    assert [result["StatusCode"] for result in pages[0]["MetricDataResults"]] == ["PartialData"]


def test_a_page_covers_at_most_100800_periods(simulated_aws: SimulatedAws) -> None:
    queries = [query(period=60, ident=f"q{number}", **INVOCATIONS) for number in range(80)]
    end = minute_before(simulated_aws)
    window = {"StartTime": end - timedelta(days=1), "EndTime": end}
    first = ask(simulated_aws, queries, **window)
    second = ask(simulated_aws, queries, **window, NextToken=first["NextToken"])

    assert [len(page["MetricDataResults"]) for page in (first, second)] == [100_800 // 1440, 10]
    assert "NextToken" not in second


def test_accounts_and_regions_see_only_their_own_metrics(simulated_aws: SimulatedAws) -> None:
    end = minute_before(simulated_aws, 10)
    wanted = query(**INVOCATIONS)
    elsewhere = [simulated_aws.client("cloudwatch", account=DATA), simulated_aws.client("cloudwatch", "us-east-1")]

    assert points(simulated_aws.client("cloudwatch"), wanted, end - timedelta(hours=1), end)
    for client in elsewhere:
        assert points(client, wanted, end - timedelta(hours=1), end) == []


def test_a_compressed_request_is_understood(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("cloudwatch", request_min_compression_size_bytes=1)
    end = minute_before(simulated_aws, 10)

    assert points(client, query(**INVOCATIONS), end - timedelta(hours=1), end)


def test_not_a_number_can_be_sent(simulated_aws: SimulatedAws) -> None:
    simulated_aws.fault("nan")
    values = ask(simulated_aws, [query(**INVOCATIONS)])["MetricDataResults"][0]["Values"]

    assert values
    assert all(math.isnan(value) for value in values)
