"""Commands for accounts, against the simulated AWS: connect_account, discover, iam_policy."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dashboard.aws import sessions
from dashboard.catalog import all_services
from dashboard.demo.world.blueprints import DATA, PRODUCTION
from dashboard.inventory.models import Account, Resource
from dashboard.inventory.policy import policy
from dashboard.metrics.models import Series
from dashboard.polls.models import Target
from tests.simulated_aws import SimulatedAws

pytestmark = pytest.mark.django_db
REGION = "eu-central-1"


@pytest.fixture(autouse=True)
def credentials(simulated_aws: SimulatedAws) -> Iterator[None]:
    sessions.forget()
    yield
    sessions.forget()


def run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: Any) -> tuple[str, str]:
    """What a failing command printed, and the reason it gave."""
    out = io.StringIO()
    with pytest.raises(CommandError) as failed:
        call_command(*arguments, stdout=out)
    assert failed.value.returncode == 1
    return out.getvalue(), str(failed.value)


def answer(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    said = iter(words)
    monkeypatch.setattr("builtins.input", lambda question: next(said))


def test_an_account_is_connected_without_questions() -> None:
    said = run("connect_account", "--name", "shop", "--regions", REGION, "--yes")
    account = Account.objects.get()
    assert (account.name, account.account_id, account.regions) == ("shop", PRODUCTION, [REGION])
    assert Target.objects.filter(account=account, region=REGION).exists()
    assert "lambda:ListFunctions: ok" in said
    assert "Collecting costs up to $" in said


def test_regions_with_stacks_are_chosen_where_none_are_named() -> None:
    run("connect_account", "--yes")
    assert set(Account.objects.get().regions) == {"eu-west-1", "eu-central-1", "us-east-1"}


def test_nothing_is_connected_without_a_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "")
    said, reason = refused("connect_account", "--regions", REGION)
    assert reason == "Nothing was connected."
    assert "Collecting costs" in said
    assert not Account.objects.exists()


def test_a_role_is_connected_with_the_external_id_that_was_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "y", "yes")
    said = run("connect_account", "--role-arn", f"arn:aws:iam::{DATA}:role/StackdeckReadOnly")
    account = Account.objects.get()
    assert (account.account_id, account.method) == (DATA, Account.Method.ROLE)
    assert f'"sts:ExternalId": "{account.external_id}"' in said
    assert f"arn:aws:iam::{PRODUCTION}:root" in said


def test_a_role_without_external_id_is_refused() -> None:
    _, reason = refused("connect_account", "--role-arn", f"arn:aws:iam::{DATA}:role/OpenRole", "--yes")
    assert "without the external id" in reason
    assert not Account.objects.exists()


def test_a_missing_permission_is_named_with_the_policy(simulated_aws: SimulatedAws) -> None:
    simulated_aws.fault("access_denied", service="sqs", operation="ListQueues")
    said = run("connect_account", "--regions", REGION, "--yes")
    assert "sqs:ListQueues: MISSING" in said
    assert '"Action": [' in said


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--role-arn", "stackdeck"], "A role ARN looks like"),
        (["--profile", "nowhere"], "nowhere"),
        (["--regions", "mars-north-1"], "Not enabled in this account: mars-north-1"),
        (["--name", "TAKEN"], "There is already an account called “TAKEN”."),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: list[str], reason: str) -> None:
    Account.objects.create(name="taken", account_id="000000000001")
    assert reason in refused("connect_account", *arguments, "--yes")[1]


def test_an_account_is_not_connected_twice() -> None:
    Account.objects.create(name="old", account_id=PRODUCTION)
    assert "connected already as “old”" in refused("connect_account", "--yes")[1]


def test_one_round_by_hand_prints_what_was_found() -> None:
    Account.objects.create(name="shop", account_id=PRODUCTION, regions=[REGION])
    said = run("discover", "--account", "shop")
    assert f"{Resource.objects.count()} resources" in said
    assert f"{Series.objects.count()} new series" in said


def test_a_round_with_errors_prints_their_remedies_and_fails(simulated_aws: SimulatedAws) -> None:
    Account.objects.create(name="shop", account_id=PRODUCTION, regions=[REGION])
    simulated_aws.fault("access_denied", service="sqs", operation="ListQueues")
    said, reason = refused("discover")
    assert "Add sqs:ListQueues to the policy" in said
    assert reason == "1 of 1 regions could not be read in full."
    assert Resource.objects.exists()


@pytest.mark.parametrize("account", [None, "nobody"])
def test_discovering_nothing_says_what_to_do(account: str | None) -> None:
    arguments = ["--account", account] if account else []
    assert ("nobody" if account else "connect_account") in refused("discover", *arguments)[1]


def test_the_printed_policy_is_the_policy() -> None:
    assert json.loads(run("iam_policy")) == policy(all_services().values())
