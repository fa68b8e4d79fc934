"""Whatever AWS lets people write as a name or tag survives as it is."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.aws import CfnResource, CfnStack, Region
from dashboard.catalog import all_services
from dashboard.catalog.shape import Service
from dashboard.inventory.choices import Choices
from dashboard.inventory.collect import discover
from dashboard.inventory.models import Account, Resource, Stack

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ARN = "arn:aws:cloudformation:eu-west-1:111122223333:stack/x/1"
HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE dashboard_stack; --",
    "{{ 7*7 }} {region} %s",
    "\u202egnp.exe",
    "💥",
)


class Answering(Region):
    """A region with one stack and one table, of whatever name."""

    def __init__(self, name: str) -> None:
        self.name, self.said = "eu-west-1", name
        self.connection = type("C", (), {"account_id": "111122223333"})()

    def identity(self) -> str:
        return "111122223333"

    def stacks(self) -> list[CfnStack]:
        return [CfnStack(ARN, "x", "CREATE_COMPLETE", self.said, {"owner": self.said}, "", NOW, None)]

    def stack_resources(self, stack_arn: str) -> list[CfnResource]:
        return [CfnResource("Queue", self.said, "AWS::SNS::Topic", "CREATE_COMPLETE")]

    def stack_events(self, stack_arn: str, since: datetime) -> list[Any]:
        return []

    def template(self, stack_arn: str) -> str:
        return self.said

    def tagged(self) -> dict[str, dict[str, str]]:
        return {self.said: {self.said: self.said}}

    def list_service(self, service: Service) -> list[Any]:
        return [{"TopicArn": self.said}] if service.key == "sns" else []

    def detail(self, *arguments: Any) -> Any:
        return None

    def region_detail(self, *arguments: Any) -> Any:
        return None


@pytest.mark.django_db
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_survive_unharmed(name: str) -> None:
    assert "sns" in all_services()
    account = Account.objects.create(name="a", account_id="111122223333", regions=["eu-west-1"])
    found = discover(account, "eu-west-1", Answering(name), NOW, Choices())
    stack, resource = Stack.objects.get(source="cloudformation"), Resource.objects.get()
    assert found.errors == ()
    assert (stack.description, stack.owner) == (name, name)
    assert resource.physical_id == name
    assert resource.stack == stack
