from typing import Any

from tests.simulated_aws import DATA, SimulatedAws


def listed(aws: SimulatedAws, account: str | None = None, **more: Any) -> list[dict[str, Any]]:
    client = aws.client("cloudwatch", **({"account": account} if account else {}))
    pages = client.get_paginator("list_metrics").paginate(**more)
    return [metric for page in pages for metric in page["Metrics"]]


def test_a_page_of_metrics_holds_five_hundred(simulated_aws: SimulatedAws) -> None:
    first = simulated_aws.client("cloudwatch").list_metrics()

    assert len(first["Metrics"]) == 500
    assert len(listed(simulated_aws)) > 500


def test_metrics_are_filtered_by_namespace_name_and_dimension(simulated_aws: SimulatedAws) -> None:
    dimension = {"Name": "FunctionName", "Value": "storefront-render"}
    found = listed(simulated_aws, Namespace="AWS/Lambda", MetricName="Duration", Dimensions=[dimension])

    assert found == [{"Namespace": "AWS/Lambda", "MetricName": "Duration", "Dimensions": [dimension]}]


def test_a_dimension_can_be_asked_for_by_name_alone(simulated_aws: SimulatedAws) -> None:
    found = listed(simulated_aws, Namespace="AWS/SQS", Dimensions=[{"Name": "QueueName"}])

    assert len({metric["Dimensions"][0]["Value"] for metric in found}) >= 8


def test_recently_active_leaves_out_what_nothing_was_sent_to(simulated_aws: SimulatedAws) -> None:
    every = listed(simulated_aws, Namespace="AWS/Events", MetricName="FailedInvocations")
    active = listed(simulated_aws, Namespace="AWS/Events", MetricName="FailedInvocations", RecentlyActive="PT3H")

    assert every
    assert active == []


def test_daily_storage_metrics_count_as_active(simulated_aws: SimulatedAws) -> None:
    assert listed(simulated_aws, Namespace="AWS/S3", MetricName="BucketSizeBytes", RecentlyActive="PT3H")


def test_accounts_have_metrics_of_their_own(simulated_aws: SimulatedAws) -> None:
    assert listed(simulated_aws, DATA, Namespace="AWS/Kinesis")
    assert listed(simulated_aws, Namespace="AWS/Kinesis") == []


def test_metrics_of_the_shops_own_are_there(simulated_aws: SimulatedAws) -> None:
    names = {metric["MetricName"] for metric in listed(simulated_aws, Namespace="Shop/Checkout")}

    assert names == {"OrdersPlaced", "Revenue"}


def test_cloudfront_metrics_live_in_us_east_1(simulated_aws: SimulatedAws) -> None:
    found = simulated_aws.client("cloudwatch", "us-east-1").list_metrics(Namespace="AWS/CloudFront")["Metrics"]

    assert {"Name": "Region", "Value": "Global"} in found[0]["Dimensions"]
