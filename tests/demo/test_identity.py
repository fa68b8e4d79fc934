from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.simulated_aws import DATA, PRODUCTION, SimulatedAws

ROLE = f"arn:aws:iam::{DATA}:role/StackdeckReadOnly"


def assume(aws: SimulatedAws, role: str = ROLE, **more: str) -> Any:
    return aws.client("sts").assume_role(RoleArn=role, RoleSessionName="stackdeck", **more)


def test_the_default_credentials_are_those_of_the_first_account(simulated_aws: SimulatedAws) -> None:
    assert boto3.Session().client("sts").get_caller_identity()["Account"] == PRODUCTION


def test_the_first_external_id_owns_the_role(simulated_aws: SimulatedAws) -> None:
    assume(simulated_aws, ExternalId="first-id")

    assert assume(simulated_aws, ExternalId="first-id")["Credentials"]
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(simulated_aws, ExternalId="other-id")


def test_a_guarded_role_is_refused_without_an_external_id(simulated_aws: SimulatedAws) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(simulated_aws)


def test_an_open_role_can_be_assumed_without_an_external_id(simulated_aws: SimulatedAws) -> None:
    assert assume(simulated_aws, f"arn:aws:iam::{DATA}:role/OpenRole")["Credentials"]


@pytest.mark.parametrize(
    "role", [f"arn:aws:iam::{DATA}:role/Unknown", "arn:aws:iam::999999999999:role/StackdeckReadOnly"]
)
def test_an_unknown_role_is_refused(simulated_aws: SimulatedAws, role: str) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(simulated_aws, role, ExternalId="some-id")


def test_the_keys_of_a_role_reach_its_account(simulated_aws: SimulatedAws) -> None:
    keys = assume(simulated_aws, ExternalId="some-id")["Credentials"]
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    assert session.client("sts").get_caller_identity()["Account"] == DATA
    names = [one["FunctionName"] for one in session.client("lambda").list_functions()["Functions"]]
    assert "clickstream-collect" in names
    assert "storefront-render" not in names


def test_what_moto_answers_is_kept_apart_by_account_too(simulated_aws: SimulatedAws) -> None:
    simulated_aws.client("ssm").put_parameter(Name="only-here", Value="1", Type="String", Overwrite=True)

    assert simulated_aws.client("ssm").get_parameter(Name="only-here")["Parameter"]["Value"] == "1"
    with pytest.raises(ClientError, match="ParameterNotFound"):
        simulated_aws.client("ssm", account=DATA).get_parameter(Name="only-here")


def test_both_ways_of_asking_for_regions_agree(simulated_aws: SimulatedAws) -> None:
    by_ec2 = simulated_aws.client("ec2").describe_regions()["Regions"]
    by_account = simulated_aws.client("account").list_regions(RegionOptStatusContains=["ENABLED_BY_DEFAULT"])

    names = {region["RegionName"] for region in by_ec2}
    assert names == {region["RegionName"] for region in by_account["Regions"]}
    assert names == {"eu-west-1", "us-east-1", "eu-central-1"}


def test_a_disabled_region_is_not_listed_and_refuses_calls(simulated_aws: SimulatedAws) -> None:
    simulated_aws.fault("region_disabled", region="us-east-1")

    regions = simulated_aws.client("ec2").describe_regions()["Regions"]
    assert "us-east-1" not in {region["RegionName"] for region in regions}
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        simulated_aws.client("lambda", "us-east-1").list_functions()
