"""Each failure is put in a class that a person can act on, and says how."""

import json
from collections.abc import Iterator

import pytest

from dashboard import aws
from dashboard.aws import AwsError, ErrorKind, Region, sessions
from dashboard.catalog import service
from dashboard.core.connection import Connection
from tests.aws.canned import Canned, Reply
from tests.simulated_aws import PRODUCTION, SimulatedAws


def refusal(code: str, said: str = "", status: int = 400) -> Reply:
    return Reply(json.dumps({"__type": code, "message": said}).encode(), status, "application/x-amz-json-1.0")


def failure(region: Region) -> AwsError:
    with pytest.raises(AwsError) as caught:
        region.tagged()
    return caught.value


@pytest.fixture
def simulated(simulated_aws: SimulatedAws, settings: pytest.FixtureRequest) -> Iterator[SimulatedAws]:
    """The simulated AWS, asked only once."""
    sessions.forget()
    settings.AWS_MAX_ATTEMPTS = 1  # type: ignore[attr-defined]
    yield simulated_aws
    sessions.forget()


@pytest.mark.parametrize(
    ("code", "said", "kind", "remedy"),
    [
        ("AccessDeniedException", "", ErrorKind.ACCESS_DENIED, "Add tag:GetResources to the policy"),
        ("ThrottlingException", "Rate exceeded", ErrorKind.THROTTLED, "asked again later"),
        ("ExpiredTokenException", "expired", ErrorKind.CREDENTIALS, "Renew them"),
        ("MissingAuthenticationTokenException", "none", ErrorKind.CREDENTIALS, "Renew them"),
        ("InvalidSignatureException", "does not match", ErrorKind.CREDENTIALS, "Renew them"),
        ("InvalidSignatureException", "Signature expired: now earlier", ErrorKind.CLOCK_SKEW, "Check the clock"),
        ("InvalidSignatureException", "Signature not yet current", ErrorKind.CLOCK_SKEW, "Check the clock"),
        ("OptInRequired", "", ErrorKind.REGION_DISABLED, "Enable it"),
        ("SomethingElse", "It broke", ErrorKind.SERVICE, "asked again later"),
    ],
)
def test_an_error_code_has_its_class_and_remedy(
    canned: Canned, region: Region, code: str, said: str, kind: ErrorKind, remedy: str
) -> None:
    canned.answer(refusal(code, said))
    error = failure(region)
    assert (error.kind, error.code, error.action) == (kind, code, "tag:GetResources")
    assert remedy in error.remedy


def test_the_action_that_aws_names_counts(canned: Canned, region: Region) -> None:
    said = "User: arn:aws:iam::1:user/x is not authorized to perform: tag:GetTagKeys on resource: *"
    canned.answer(refusal("AccessDeniedException", said))
    error = failure(region)
    assert error.action == "tag:GetTagKeys"
    assert "Add tag:GetTagKeys" in error.remedy


def test_an_explicit_deny_is_not_cured_by_allowing(canned: Canned, region: Region) -> None:
    said = "not authorized to perform: tag:GetResources with an explicit deny in a service control policy"
    canned.answer(refusal("AccessDeniedException", said))
    assert failure(region).remedy == (
        "A service control policy denies it explicitly: take tag:GetResources out of that."
    )


def test_credentials_that_work_elsewhere_mean_a_disabled_region(simulated: SimulatedAws) -> None:
    simulated.fault("region_disabled", region="eu-central-1")
    with pytest.raises(AwsError) as caught:
        aws.open(Connection(PRODUCTION), "eu-central-1").stacks()
    assert caught.value.kind == ErrorKind.REGION_DISABLED
    assert "eu-central-1" in caught.value.message


def test_credentials_that_work_nowhere_are_bad(simulated: SimulatedAws) -> None:
    simulated.fault("region_disabled")
    with pytest.raises(AwsError) as caught:
        aws.open(Connection(PRODUCTION), "eu-central-1").stacks()
    assert caught.value.kind == ErrorKind.CREDENTIALS


def test_an_endpoint_that_hangs_is_unreachable(simulated: SimulatedAws, settings: pytest.FixtureRequest) -> None:
    settings.AWS_READ_TIMEOUT = 0.2  # type: ignore[attr-defined]
    simulated.fault("timeout", seconds=3)
    with pytest.raises(AwsError) as caught:
        aws.open(Connection(PRODUCTION), "eu-west-1").list_service(service("lambda"))
    assert (caught.value.kind, caught.value.action) == (ErrorKind.UNREACHABLE, "lambda:ListFunctions")
    assert "AWS_ENDPOINT_URL" in caught.value.remedy


def test_a_port_where_nobody_listens_is_unreachable(canned: Canned, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(AwsError) as caught:
        aws.open(Connection("000000000009"), "eu-west-1").tagged()
    assert caught.value.kind == ErrorKind.UNREACHABLE


def test_no_credentials_at_all_are_said_so(canned: Canned, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(AwsError) as caught:
        aws.open(Connection("000000000001"), "eu-west-1").tagged()
    assert caught.value.kind == ErrorKind.CREDENTIALS


def test_a_profile_that_does_not_exist_is_named(canned: Canned) -> None:
    with pytest.raises(AwsError) as caught:
        aws.open(Connection("000000000002", "nowhere"), "eu-west-1").tagged()
    assert caught.value.kind == ErrorKind.CREDENTIALS
    assert "nowhere" in caught.value.message


def test_regions_that_may_not_be_listed_leave_the_one_that_was_asked(simulated: SimulatedAws) -> None:
    simulated.fault("access_denied", service="ec2")
    assert aws.open(Connection(PRODUCTION), "eu-central-1").enabled_regions() == ["eu-central-1"]
