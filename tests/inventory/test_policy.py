"""The IAM policy: exactly the calls that are made."""

from datetime import UTC, datetime

import pytest

from dashboard import aws
from dashboard.aws import sessions
from dashboard.catalog import all_services
from dashboard.catalog.actions import iam_action
from dashboard.core.connection import Connection
from dashboard.demo.world.blueprints import ACCOUNT_NAMES, REGIONS
from dashboard.inventory.choices import Choices
from dashboard.inventory.collect import discover, survey
from dashboard.inventory.models import Account
from dashboard.inventory.policy import MOST_CHARACTERS, policy
from tests.simulated_aws import SimulatedAws

FREE = {"sts:GetCallerIdentity", "sts:AssumeRole"}
"""Needs no permission in the account's policy."""


def granted() -> set[str]:
    return set(policy(all_services().values())["Statement"][0]["Action"])


@pytest.mark.django_db
def test_the_policy_is_exactly_what_connecting_and_discovering_call(simulated_aws: SimulatedAws) -> None:
    for account_id, name in ACCOUNT_NAMES.items():
        sessions.forget()
        role = "" if name == ACCOUNT_NAMES[min(ACCOUNT_NAMES)] else f"arn:aws:iam::{account_id}:role/StackdeckReadOnly"
        connection = Connection(account_id, "", role, "id" if role else "")
        account = Account.objects.create(name=name, account_id=account_id, regions=list(REGIONS))
        survey(connection, 8)
        for region in REGIONS:
            discover(account, region, aws.open(connection, region), datetime.now(UTC), Choices())
    called = {iam_action(*call.split(":")) for call in simulated_aws.calls()} - FREE
    assert called == granted()


READS_BY_OTHER_NAMES = {"budgets:ViewBudget", "xray:BatchGetTraces", "xray:StartTraceRetrieval"}
"""AWS counts them as reads (Service Authorization Reference, AWS Budget Service and AWS X-Ray)."""


def test_nothing_in_the_policy_writes() -> None:
    actions = granted() - READS_BY_OTHER_NAMES
    assert all(action.split(":")[1].startswith(("Get", "List", "Describe", "GET")) for action in actions)


def test_only_chosen_topics_may_be_written_to() -> None:
    topic = "arn:aws:sns:eu-west-1:111122223333:alerts"
    reads, tells = policy(all_services().values(), topics=[topic])["Statement"]
    assert set(reads["Action"]) == granted()
    assert (tells["Action"], tells["Resource"]) == (["sns:Publish"], [topic])


def test_the_policy_fits_into_a_managed_one() -> None:
    assert len(str(policy(all_services().values())).replace(" ", "")) < MOST_CHARACTERS
