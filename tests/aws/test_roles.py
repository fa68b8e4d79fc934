"""A role is trusted only when it demands the external id that was made for it."""

from collections.abc import Iterator

import pytest

from dashboard import aws
from dashboard.aws import AwsError, ErrorKind, sessions
from dashboard.aws.roles import check_role
from dashboard.catalog import service
from dashboard.core.connection import Connection
from tests.simulated_aws import DATA, SimulatedAws

GUARDED = Connection(DATA, role_arn=f"arn:aws:iam::{DATA}:role/StackdeckReadOnly", external_id="made-by-us")
OPEN = Connection(DATA, role_arn=f"arn:aws:iam::{DATA}:role/OpenRole", external_id="made-by-us")


@pytest.fixture(autouse=True)
def simulated(simulated_aws: SimulatedAws, settings: pytest.FixtureRequest) -> Iterator[SimulatedAws]:
    sessions.forget()
    settings.AWS_MAX_ATTEMPTS = 1  # type: ignore[attr-defined]
    yield simulated_aws
    sessions.forget()


def test_a_role_that_demands_its_external_id_is_trusted_and_leads_to_its_account() -> None:
    check_role(GUARDED)
    assert aws.open(GUARDED, "eu-west-1").identity() == DATA


def test_a_role_that_anybody_can_assume_is_refused() -> None:
    with pytest.raises(AwsError) as caught:
        check_role(OPEN)
    assert caught.value.code == "ExternalIdNotRequired"
    assert "sts:ExternalId" in caught.value.remedy


def test_a_role_that_belongs_to_another_external_id_is_refused() -> None:
    check_role(GUARDED)
    with pytest.raises(AwsError) as caught:
        check_role(Connection(DATA, role_arn=GUARDED.role_arn, external_id="somebody-elses"))
    assert caught.value.kind == ErrorKind.ACCESS_DENIED
    assert "trust policy" in caught.value.remedy


@pytest.mark.parametrize("kind", ["throttle", "server_error", "empty", "html"])
def test_what_proves_nothing_does_not_pass_for_a_guarded_role(simulated: SimulatedAws, kind: str) -> None:
    check_role(GUARDED)
    simulated.fault(kind, service="sts", operation="AssumeRole")
    with pytest.raises(AwsError) as caught:
        check_role(GUARDED)
    assert caught.value.kind != ErrorKind.ACCESS_DENIED


def test_without_credentials_of_our_own_no_role_can_be_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(AwsError) as caught:
        check_role(GUARDED)
    assert caught.value.kind == ErrorKind.CREDENTIALS


def test_a_call_whose_role_is_refused_blames_the_role(simulated: SimulatedAws) -> None:
    simulated.fault("access_denied", service="sts", operation="AssumeRole")
    with pytest.raises(AwsError) as caught:
        aws.open(GUARDED, "eu-west-1").list_service(service("lambda"))
    assert (caught.value.kind, caught.value.action) == (ErrorKind.CREDENTIALS, "sts:AssumeRole")
    assert GUARDED.role_arn in caught.value.message


def test_the_external_id_is_in_no_text_of_a_connection() -> None:
    assert "made-by-us" not in repr(GUARDED) + str(GUARDED)
