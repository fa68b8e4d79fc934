"""Nothing knows the demo: discovery on a plain moto server."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from dashboard import aws
from dashboard.aws import sessions
from dashboard.core.connection import Connection
from dashboard.inventory.choices import Choices
from dashboard.inventory.collect import Discovered, discover
from dashboard.inventory.models import Account, Resource, Stack

REGION = "eu-west-1"
TEMPLATE = """
Resources:
  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
  Alarms: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "alarms-${Jobs.QueueName}"}}
"""


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    """A moto server with a few resources, reached by the environment alone."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
            patch.delenv(name, raising=False)
        sessions.forget()
        _fill()
        yield environment["AWS_ENDPOINT_URL"]
        sessions.forget()
    server.stop()


def _fill() -> None:
    def client(name: str) -> Any:
        return boto3.Session().client(name, region_name=REGION)  # type: ignore[call-overload]

    client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client("s3").create_bucket(Bucket="letters", CreateBucketConfiguration={"LocationConstraint": REGION})
    client("kinesis").create_stream(StreamName="clicks", ShardCount=1)
    client("cloudformation").create_stack(StackName="shop", TemplateBody=TEMPLATE, Tags=[{"Key": "env", "Value": "qa"}])


@pytest.fixture
def found(db: None, emulator: str) -> Discovered:
    account = Account.objects.create(name="moto", account_id="123456789012", regions=[REGION])
    return discover(account, REGION, aws.open(Connection("123456789012"), REGION), datetime.now(UTC), Choices())


def test_resources_and_stacks_of_another_emulator_are_found(found: Discovered) -> None:
    assert set(Resource.objects.values_list("service", "name")) >= {
        ("dynamodb", "orders"), ("s3", "letters"), ("kinesis", "clicks"), ("sqs", "jobs")
    }  # fmt: skip
    stack = Stack.objects.get(name="shop")
    assert (stack.environment, stack.source) == ("qa", "cloudformation")
    assert set(stack.resources.values_list("service", flat=True)) == {"sqs", "sns"}


def test_what_an_emulator_lacks_is_one_error_each(found: Discovered) -> None:
    repeated = [action for action, times in Counter(error.action for error in found.errors).items() if times > 1]
    assert repeated == []
    assert len(found.errors) < 8
