import json

import pytest
from botocore.exceptions import ClientError

from tests.simulated_aws import SimulatedAws


def test_deleted_stacks_are_listed_unless_filtered_out(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("cloudformation")
    everything = {one["StackName"] for one in client.list_stacks()["StackSummaries"]}
    present = client.list_stacks(StackStatusFilter=["CREATE_COMPLETE", "UPDATE_COMPLETE"])["StackSummaries"]

    assert everything - {one["StackName"] for one in present} == {"spike-2"}


def test_a_nested_stack_names_its_parent_and_is_a_resource_of_it(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("cloudformation")
    stacks = {one["StackName"]: one for one in client.describe_stacks()["Stacks"]}
    nested = next(one for name, one in stacks.items() if name.startswith("checkout-prod-Payments-"))
    resources = client.list_stack_resources(StackName="checkout-prod")["StackResourceSummaries"]

    assert nested["RootId"] == stacks["checkout-prod"]["StackId"]
    assert nested["StackId"] in {one["PhysicalResourceId"] for one in resources}


def test_a_stack_is_found_by_name_and_by_id_and_carries_its_tags(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("cloudformation")
    by_name = client.describe_stacks(StackName="checkout-prod")["Stacks"][0]
    by_id = client.describe_stacks(StackName=by_name["StackId"])["Stacks"][0]

    assert by_id["StackName"] == "checkout-prod"
    assert {"Key": "owner", "Value": "payments"} in by_id["Tags"]


def test_a_missing_stack_is_a_validation_error(simulated_aws: SimulatedAws) -> None:
    with pytest.raises(ClientError, match="Stack with id nope does not exist") as caught:
        simulated_aws.client("cloudformation").describe_stacks(StackName="nope")
    assert caught.value.response["Error"]["Code"] == "ValidationError"


def test_events_are_newest_first_and_every_deploy_begins_and_ends(simulated_aws: SimulatedAws) -> None:
    pages = (
        simulated_aws.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName="orders-prod")
    )
    events = [event for page in pages for event in page["StackEvents"]]
    whole = [event["ResourceStatus"] for event in events if event["ResourceType"] == "AWS::CloudFormation::Stack"]

    assert [event["Timestamp"] for event in events] == sorted((e["Timestamp"] for e in events), reverse=True)
    assert whole.count("UPDATE_IN_PROGRESS") == whole.count("UPDATE_COMPLETE") > 5
    assert whole[-1] == "CREATE_IN_PROGRESS"


def test_a_rolled_back_deploy_says_why(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("cloudformation", "eu-central-1")
    pages = client.get_paginator("describe_stack_events").paginate(StackName="checkout-staging")
    events = [event for page in pages for event in page["StackEvents"]]
    failed = [event for event in events if event["ResourceStatus"] == "UPDATE_FAILED"]

    assert "GSI" in failed[0]["ResourceStatusReason"]
    assert any(event["ResourceStatus"] == "UPDATE_ROLLBACK_COMPLETE" for event in events)


def test_a_template_refers_to_what_its_functions_use(simulated_aws: SimulatedAws) -> None:
    answer = simulated_aws.client("cloudformation").get_template(StackName="checkout-prod")
    body = answer["TemplateBody"]
    template = json.loads(body) if isinstance(body, str) else body
    variables = template["Resources"]["CreateOrder"]["Properties"]["Environment"]["Variables"]

    assert {"Ref": "Orders"} in variables.values()


def test_tags_are_paged_and_end_with_a_blank_token(simulated_aws: SimulatedAws) -> None:
    client = simulated_aws.client("resourcegroupstaggingapi")
    first = client.get_resources(ResourcesPerPage=20)
    pages = list(client.get_paginator("get_resources").paginate(ResourcesPerPage=20))

    assert first["PaginationToken"]
    assert pages[-1]["PaginationToken"] == ""
    assert len([one for page in pages for one in page["ResourceTagMappingList"]]) > 60


def test_an_application_is_found_by_its_tag_in_two_regions(simulated_aws: SimulatedAws) -> None:
    for region in ("eu-west-1", "eu-central-1"):
        client = simulated_aws.client("resourcegroupstaggingapi", region)
        found = client.get_resources(TagFilters=[{"Key": "app", "Values": ["loyalty"]}])["ResourceTagMappingList"]
        assert len(found) >= 5
