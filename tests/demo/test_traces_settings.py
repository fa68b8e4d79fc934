import pytest
from botocore.exceptions import ClientError

from tests.demo.traces import services, window
from tests.simulated_aws import DATA, SimulatedAws


def test_production_has_a_group_beside_the_default_one(simulated_aws: SimulatedAws) -> None:
    groups = {one["GroupName"]: one for one in simulated_aws.client("xray").get_groups()["Groups"]}

    assert groups.keys() == {"Default", "checkout"}
    assert "checkout-create-order" in groups["checkout"]["FilterExpression"]
    assert "FilterExpression" not in groups["Default"]


def test_the_data_account_has_the_default_group_alone(simulated_aws: SimulatedAws) -> None:
    groups = simulated_aws.client("xray", account=DATA).get_groups()["Groups"]

    assert [one["GroupName"] for one in groups] == ["Default"]


def test_a_group_is_found_by_name_and_by_arn(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("xray")
    group = client.get_group(GroupName="checkout")["Group"]

    assert client.get_group(GroupARN=group["GroupARN"])["Group"] == group


@pytest.mark.parametrize(("account", "destination"), [("111122223333", "XRay"), (DATA, "CloudWatchLogs")])
def test_segments_go_where_the_account_sends_them(simulated_aws: SimulatedAws, account: str, destination: str) -> None:
    answer = simulated_aws.client("xray", account=account).get_trace_segment_destination()

    assert (answer["Destination"], answer["Status"]) == (destination, "ACTIVE")


def test_the_default_sampling_rule_is_the_only_one(simulated_aws: SimulatedAws) -> None:
    rules = simulated_aws.client("xray").get_sampling_rules()["SamplingRuleRecords"]

    assert [(one["SamplingRule"]["ReservoirSize"], one["SamplingRule"]["FixedRate"]) for one in rules] == [(1, 0.05)]


def test_there_are_no_insights(simulated_aws: SimulatedAws) -> None:
    answer = simulated_aws.client("xray").get_insight_summaries(GroupName="Default", **window(simulated_aws))

    assert answer["InsightSummaries"] == []


def test_a_selected_service_has_statistics_per_period(simulated_aws: SimulatedAws) -> None:
    wanted = window(simulated_aws)
    expression = 'service(id(name: "checkout-create-order", type: "AWS::Lambda::Function"))'
    rows = simulated_aws.client("xray").get_time_series_service_statistics(
        **wanted, Period=60, EntitySelectorExpression=expression
    )["TimeSeriesServiceStatistics"]
    whole = next(
        one
        for one in services(simulated_aws, wanted)
        if (one["Name"], one["Type"]) == ("checkout-create-order", "AWS::Lambda::Function")
    )

    assert [row["Timestamp"].timestamp() % 60 for row in rows] == [0] * 5
    assert (
        sum(row["ServiceSummaryStatistics"]["TotalCount"] for row in rows) == whole["SummaryStatistics"]["TotalCount"]
    )


def test_without_a_selection_the_connections_of_clients_are_counted(simulated_aws: SimulatedAws) -> None:
    rows = simulated_aws.client("xray").get_time_series_service_statistics(**window(simulated_aws))[
        "TimeSeriesServiceStatistics"
    ]

    assert all(row["EdgeSummaryStatistics"]["TotalCount"] > 500 for row in rows)
    assert not any("ServiceSummaryStatistics" in row for row in rows)


def test_a_selection_of_more_than_one_part_is_refused(simulated_aws: SimulatedAws) -> None:
    with pytest.raises(ClientError, match="must select one service or one edge"):
        simulated_aws.client("xray").get_time_series_service_statistics(
            **window(simulated_aws), EntitySelectorExpression="fault = true"
        )
