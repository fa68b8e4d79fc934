"""Discovery against the simulated AWS: what is found, and what failures leave alone."""

from collections import Counter
from dataclasses import replace

import pytest

from dashboard.aws import AwsError, ErrorKind, sessions
from dashboard.catalog import all_services
from dashboard.inventory.choices import Choices
from dashboard.inventory.models import Account, Deploy, Link, Resource, Stack, TagRule
from tests.inventory.conftest import Round
from tests.simulated_aws import DATA, DATA_KEY, SimulatedAws

DETAILS = sorted({(call.client, call.method) for one in all_services().values() for call in one.details.values()})


def rows() -> dict[str, list[dict[str, object]]]:
    """Everything that a round writes, but for when it was seen."""
    return {
        model.__name__: [
            {key: value for key, value in row.items() if key != "seen_at"}
            for row in model.objects.order_by("pk").values()
        ]
        for model in (Stack, Resource, Link, Deploy)
    }


def present() -> Counter[str]:
    return Counter(Resource.objects.filter(gone_at=None).values_list("service", flat=True))


def test_everything_in_a_region_is_found(look: Round, simulated_aws: SimulatedAws) -> None:
    found = look()
    functions = simulated_aws.client("lambda", "eu-central-1").list_functions()["Functions"]
    tables = simulated_aws.client("dynamodb", "eu-central-1").list_tables()["TableNames"]
    queues = simulated_aws.client("sqs", "eu-central-1").list_queues()["QueueUrls"]
    topics = simulated_aws.client("sns", "eu-central-1").list_topics()["Topics"]
    assert found.errors == ()
    assert {key: present()[key] for key in ("lambda", "dynamodb", "sqs", "sns")} == {
        "lambda": len(functions), "dynamodb": len(tables), "sqs": len(queues), "sns": len(topics)
    }  # fmt: skip
    assert found.resources == sum(present().values())


def test_stacks_carry_environment_and_owner_from_their_tags(look: Round) -> None:
    look()
    stack = Stack.objects.get(name="checkout-staging")
    assert (stack.environment, stack.owner) == ("staging", "payments")


def test_the_tag_keys_are_the_operators_choice(look: Round) -> None:
    look(choices=Choices(environment_keys=("owner",), owner_keys=("environment",)))
    stack = Stack.objects.get(name="checkout-staging")
    assert (stack.environment, stack.owner) == ("payments", "staging")


def test_nested_stacks_are_folded_into_their_root(look: Round, simulated_aws: SimulatedAws) -> None:
    look("eu-west-1")
    client = simulated_aws.client("cloudformation", "eu-west-1")
    listed = [one for page in client.get_paginator("describe_stacks").paginate() for one in page["Stacks"]]
    nested = [one for one in listed if one.get("RootId", one["StackId"]) != one["StackId"]]
    assert nested
    assert not Stack.objects.filter(arn__in=[one["StackId"] for one in nested]).exists()
    summaries = client.list_stack_resources(StackName=nested[0]["StackId"])["StackResourceSummaries"]
    inside = [one["PhysicalResourceId"] for one in summaries]
    roots = set(Resource.objects.filter(physical_id__in=inside).values_list("stack__arn", flat=True))
    assert roots == {nested[0]["RootId"]}


def test_a_tag_rule_forms_one_stack_across_regions(look: Round, account: Account) -> None:
    TagRule.objects.create(name="loyalty", account=account, tags={"app": "loyalty"})
    look("eu-west-1")
    look("eu-central-1")
    stack = Stack.objects.get(source=Stack.Source.TAG)
    assert set(stack.resources.values_list("region", flat=True)) == {"eu-west-1", "eu-central-1"}
    assert stack.resources.filter(name="loyalty-west-points").exists()


def test_what_belongs_to_no_stack_is_unassigned(look: Round) -> None:
    look()
    resource = Resource.objects.get(service="lambda", name="ops-notify-slack-eu-central-1")
    assert resource.stack.source == Stack.Source.UNASSIGNED


def test_a_second_round_changes_nothing_but_when_things_were_seen(look: Round) -> None:
    look()
    before = rows()
    look()
    assert rows() == before


def test_a_second_round_reads_no_template_again(look: Round, simulated_aws: SimulatedAws) -> None:
    look()
    first = simulated_aws.calls()["cloudformation:GetTemplate"]
    look()
    assert simulated_aws.calls()["cloudformation:GetTemplate"] == first


def test_a_service_that_cannot_be_listed_is_reported_and_left_alone(look: Round, simulated_aws: SimulatedAws) -> None:
    look()
    before = present()
    simulated_aws.fault("access_denied", service="lambda", operation="ListFunctions")
    found = look()
    assert [(one.kind, one.action) for one in found.errors] == [(ErrorKind.ACCESS_DENIED, "lambda:ListFunctions")]
    assert "lambda:ListFunctions" in found.errors[0].remedy
    assert present() == before


@pytest.mark.parametrize("kind", ["empty", "truncated", "html"])
def test_an_invalid_listing_marks_nothing_gone(look: Round, simulated_aws: SimulatedAws, kind: str) -> None:
    look()
    before = present()
    for service, operation in (("lambda", "ListFunctions"), ("dynamodb", "ListTables"), ("sqs", "ListQueues")):
        simulated_aws.fault(kind, service=service, operation=operation)
    found = look()
    assert {one.kind for one in found.errors} <= {ErrorKind.INVALID_ANSWER}
    assert present() == before


def test_other_services_go_on_when_one_fails(look: Round, simulated_aws: SimulatedAws) -> None:
    simulated_aws.fault("access_denied", service="lambda", operation="ListFunctions")
    look()
    assert present()["lambda"] == 0
    assert present()["dynamodb"] > 0


def test_what_is_no_longer_listed_is_gone_and_may_come_back(look: Round, account: Account) -> None:
    look()
    stack = Stack.objects.get(name="checkout-staging")
    ghost = Resource.objects.get(service="lambda", stack=stack, name=stack.resources.filter(service="lambda")[0].name)
    real = ghost.physical_id
    Resource.objects.filter(pk=ghost.pk).update(physical_id="removed")
    found = look()
    ghost.refresh_from_db()
    assert (found.gone, ghost.gone_at is not None) == (1, True)
    Resource.objects.filter(service="lambda", physical_id=real).delete()
    Resource.objects.filter(pk=ghost.pk).update(physical_id=real)
    look()
    ghost.refresh_from_db()
    assert ghost.gone_at is None


def test_a_failed_stack_listing_keeps_stacks_and_places(look: Round, simulated_aws: SimulatedAws) -> None:
    look()
    before = rows()
    simulated_aws.fault("server_error", service="cloudformation", operation="DescribeStacks")
    found = look()
    assert found.errors
    assert rows() == before


def test_a_stack_whose_resources_cannot_be_listed_keeps_them(look: Round, simulated_aws: SimulatedAws) -> None:
    look()
    before = rows()
    simulated_aws.fault("access_denied", service="cloudformation", operation="ListStackResources")
    look()
    assert rows() == before


def test_a_vanished_stack_is_gone_and_its_row_stays(look: Round, account: Account) -> None:
    look()
    stack = Stack.objects.get(name="checkout-staging")
    Stack.objects.filter(pk=stack.pk).update(name="retired")
    look()
    stack.refresh_from_db()
    assert stack.gone_at is not None


def test_a_stack_made_anew_under_its_name_keeps_its_row(look: Round) -> None:
    look()
    stack = Stack.objects.get(name="checkout-staging")
    Stack.objects.filter(pk=stack.pk).update(arn=stack.arn + "-older", template_at=None)
    look()
    again = Stack.objects.get(name="checkout-staging")
    assert (again.pk, again.arn, again.gone_at) == (stack.pk, stack.arn, None)


def test_a_resource_moves_with_its_stack(look: Round) -> None:
    look()
    resource = Resource.objects.filter(stack__name="checkout-staging", service="lambda")[0]
    Resource.objects.filter(pk=resource.pk).update(stack=Stack.objects.get(name="payments-ledger-prod"))
    look()
    resource.refresh_from_db()
    assert resource.stack.name == "checkout-staging"


def test_without_tags_places_and_tags_stay(look: Round, account: Account, simulated_aws: SimulatedAws) -> None:
    TagRule.objects.create(name="loyalty", account=account, tags={"app": "loyalty"})
    look()
    before = rows()
    simulated_aws.fault("access_denied", service="resourcegroupstaggingapi", operation="GetResources")
    found = look()
    assert [one.action for one in found.errors] == ["tag:GetResources"]
    assert rows() == before


def test_details_that_cannot_be_asked_change_nothing(look: Round, simulated_aws: SimulatedAws) -> None:
    look()
    before = rows()
    for service, operation in (("sqs", "GetQueueAttributes"), ("sns", "ListSubscriptionsByTopic")):
        simulated_aws.fault("access_denied", service=service, operation=operation)
    found = look()
    assert sorted(one.action for one in found.errors) == ["sns:ListSubscriptionsByTopic", "sqs:GetQueueAttributes"]
    after = rows()
    assert (after["Link"], after["Stack"]) == (before["Link"], before["Stack"])
    assert [row["limits"] for row in after["Resource"]] == [row["limits"] for row in before["Resource"]]


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
def test_without_any_detail_everything_is_still_listed(
    account: Account, look: Round, simulated_aws: SimulatedAws, region: str
) -> None:
    Account.objects.update(regions=[region])
    account.refresh_from_db()
    whole = look(region).resources
    Account.objects.get().resources.all().delete()
    clients = {"lambda", "sqs", "sns", "s3", "events", "wafv2", "elbv2", "cognito-idp", "stepfunctions", "rds"}
    for client, method in DETAILS:
        if client in clients:
            operation = simulated_aws.client(client).meta.method_to_api_mapping[method]
            simulated_aws.fault("access_denied", service=client, operation=operation)
    found = look(region)
    assert found.errors
    assert found.resources <= whole
    assert present()["lambda"] > 0


def test_bad_credentials_end_the_round_and_change_nothing(look: Round, simulated_aws: SimulatedAws) -> None:
    look()
    before = rows()
    simulated_aws.fault("expired")
    with pytest.raises(AwsError) as failed:
        look()
    assert failed.value.kind == ErrorKind.CREDENTIALS
    assert rows() == before


def test_a_disabled_region_is_told_apart_from_bad_credentials(look: Round, simulated_aws: SimulatedAws) -> None:
    simulated_aws.fault("region_disabled", region="eu-central-1")
    with pytest.raises(AwsError) as failed:
        look()
    assert (failed.value.kind, "eu-central-1" in failed.value.message) == (ErrorKind.REGION_DISABLED, True)


def test_a_link_that_is_no_longer_configured_goes(look: Round) -> None:
    look()
    mapping = Link.objects.filter(kind="event_source_mapping")[0]
    stale = Link.objects.create(
        source=mapping.source, target=mapping.target, kind="subscription", read_from=mapping.read_from,
        seen_at=mapping.seen_at,
    )  # fmt: skip
    look()
    assert not Link.objects.filter(pk=stale.pk).exists()
    assert Link.objects.filter(pk=mapping.pk).exists()


def test_template_references_become_links(look: Round) -> None:
    look()
    assert Link.objects.filter(kind="reference", source__stack__name="checkout-staging").exists()


def test_deploys_are_read_from_the_history_of_stacks(look: Round) -> None:
    look()
    assert Deploy.objects.filter(stack__name="checkout-staging", result="succeeded").exists()


def test_a_resource_that_cannot_be_read_is_one_error_and_stays_as_it_was(
    look: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    look()
    before = present()
    broken = replace(all_services()["sqs"], facts=lambda found: [found.item["no such member"]])
    monkeypatch.setitem(all_services(), "sqs", broken)
    found = look()
    assert {error.kind for error in found.errors} == {ErrorKind.INVALID_ANSWER}
    assert "could not be read" in found.errors[0].message
    assert present() == before


def test_a_stack_whose_tag_rule_was_deleted_goes_and_its_resources_move(account: Account, look: Round) -> None:
    rule = TagRule.objects.create(account=account, name="loyalty", tags={"app": "loyalty"})
    look()
    stack = Stack.objects.get(source=Stack.Source.TAG)
    assert stack.resources.exists()
    rule.delete()
    look()
    stack.refresh_from_db()
    assert stack.gone_at is not None
    assert not stack.resources.exists()


def test_a_reference_that_a_relation_says_better_is_left_out(look: Round) -> None:
    look()
    pairs = set(Link.objects.exclude(kind="reference").values_list("source", "target"))
    references = set(Link.objects.filter(kind="reference").values_list("source", "target"))
    assert references
    assert not references & pairs


def test_a_reference_from_a_function_to_what_starts_it_is_kept_for_it_may_be_a_loop(
    look: Round, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", DATA_KEY)
    sessions.forget()
    account.account_id = DATA
    account.save()
    look("eu-west-1")
    back = Link.objects.filter(kind="reference", target__name="shop-images", source__name="images-make-thumbnail")
    assert back.exists()


def test_a_reference_to_a_table_leads_to_the_table_and_not_to_its_index(look: Round) -> None:
    look()
    told = Link.objects.filter(kind="reference")
    assert told.filter(target__service="dynamodb").exists()
    assert not told.filter(target__service="dynamodb_index").exists()


def test_of_a_region_that_is_not_observed_only_global_services_are_found(look: Round) -> None:
    look("us-east-1")
    assert set(present()) == {"cloudfront", "waf_cloudfront"}
    assert not Stack.objects.filter(region="us-east-1").exists()
