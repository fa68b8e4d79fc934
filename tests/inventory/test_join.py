"""Which stack a resource belongs to: plain tables."""

import pytest

from dashboard.inventory.join import Member, canonical_arn, carries, first_tag, index_members, member_of

QUEUE = "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs"


@pytest.mark.parametrize(
    ("physical_id", "arn", "kind", "listed"),
    [
        ("orders", "", "AWS::DynamoDB::Table", "orders"),
        ("abc123/prod", "", "AWS::ApiGateway::RestApi", "abc123"),
        ("anything", "arn:aws:sns:eu-west-1:111122223333:alarms", "AWS::SNS::Topic",
         "arn:aws:sns:eu-west-1:111122223333:alarms"),
        ("http://127.0.0.1:4566/111122223333/jobs", "", "AWS::SQS::Queue", QUEUE),
    ],
)  # fmt: skip
def test_a_resource_is_found_as_cloudformation_lists_it(physical_id: str, arn: str, kind: str, listed: str) -> None:
    member = Member("root", "Logical", listed, kind)
    assert member_of(physical_id, arn, (kind,), index_members([member])) == member
    assert member_of(physical_id, arn, ("AWS::Lambda::Function",), index_members([member])) is None


def test_the_first_set_tag_key_counts_whatever_its_case() -> None:
    assert first_tag({"Env": "", "STAGE": "prod"}, ("env", "stage")) == "prod"


def test_all_tags_of_a_rule_must_be_there() -> None:
    assert carries({"app": "a", "env": "b"}, {"app": "a"})
    assert not carries({"app": "a"}, {"app": "a", "env": "b"})
    assert not carries({"app": "a"}, {})


@pytest.mark.parametrize(
    ("arn", "canonical"),
    [
        ("arn:aws:lambda:r:1:function:f:7", "arn:aws:lambda:r:1:function:f"),
        ("arn:aws:dynamodb:r:1:table/t/stream/2026", "arn:aws:dynamodb:r:1:table/t"),
        ("arn:aws:s3:::letters/*", "arn:aws:s3:::letters"),
        ("arn:aws:sqs:r:1:jobs", "arn:aws:sqs:r:1:jobs"),
    ],
)
def test_an_arn_leads_to_the_resource_itself(arn: str, canonical: str) -> None:
    assert canonical_arn(arn) == canonical
