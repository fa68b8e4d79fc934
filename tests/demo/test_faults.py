import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from tests.simulated_aws import DATA, SimulatedAws


def functions(aws: SimulatedAws, **config: Any) -> Any:
    return aws.client("lambda", **config).list_functions()


@pytest.mark.parametrize(
    ("kind", "service", "method", "code"),
    [
        ("throttle", "lambda", "list_functions", "ThrottlingException"),
        ("throttle", "cloudformation", "list_stacks", "Throttling"),
        ("throttle", "s3", "list_buckets", "SlowDown"),
        ("throttle", "ce", "get_anomaly_monitors", "LimitExceededException"),
        ("server_error", "lambda", "list_functions", "InternalFailure"),
        ("access_denied", "lambda", "list_functions", "AccessDeniedException"),
        ("access_denied", "cloudformation", "list_stacks", "AccessDenied"),
        ("access_denied", "ec2", "describe_regions", "UnauthorizedOperation"),
        ("expired", "lambda", "list_functions", "ExpiredTokenException"),
        ("expired", "cloudformation", "list_stacks", "ExpiredToken"),
        ("clock_skew", "lambda", "list_functions", "InvalidSignatureException"),
        ("region_disabled", "cloudformation", "list_stacks", "InvalidClientTokenId"),
    ],
)
def test_a_fault_fails_in_the_words_of_the_service(
    simulated_aws: SimulatedAws, kind: str, service: str, method: str, code: str
) -> None:
    simulated_aws.fault(kind, service=service)

    with pytest.raises(ClientError) as caught:
        getattr(simulated_aws.client(service), method)()
    assert caught.value.response["Error"]["Code"] == code


def test_a_refusal_names_who_and_which_action(simulated_aws: SimulatedAws) -> None:
    simulated_aws.fault("access_denied", service="lambda", operation="ListFunctions")

    with pytest.raises(ClientError, match="user/operator is not authorized to perform: lambda:ListFunctions"):
        functions(simulated_aws)


@pytest.mark.parametrize("kind", ["empty", "html", "truncated"])
def test_a_damaged_answer_is_damaged(simulated_aws: SimulatedAws, kind: str) -> None:
    simulated_aws.fault(kind)

    assert "Functions" not in functions(simulated_aws)
    with pytest.raises((ResponseParserError, KeyError)):
        simulated_aws.client("cloudformation").list_stacks()


def test_a_hanging_call_times_out(simulated_aws: SimulatedAws) -> None:
    simulated_aws.fault("timeout", seconds=0.6)

    with pytest.raises(ReadTimeoutError):
        functions(simulated_aws, read_timeout=0.2)


def test_a_fault_breaks_only_what_it_matches(simulated_aws: SimulatedAws) -> None:
    simulated_aws.fault("throttle", service="lambda", operation="ListFunctions", region="us-east-1", account=DATA)

    assert functions(simulated_aws)["Functions"]
    with pytest.raises(ClientError):
        simulated_aws.client("lambda", "us-east-1", DATA).list_functions()


def test_a_fault_can_end_after_some_calls(simulated_aws: SimulatedAws) -> None:
    simulated_aws.fault("throttle", service="lambda", times=2)

    for _ in range(2):
        with pytest.raises(ClientError):
            functions(simulated_aws)
    assert functions(simulated_aws)["Functions"]


def test_faults_can_be_taken_back(simulated_aws: SimulatedAws) -> None:
    simulated_aws.fault("throttle")
    simulated_aws.clear_faults()

    assert functions(simulated_aws)["Functions"]


def test_an_unknown_fault_is_refused_with_a_reason(simulated_aws: SimulatedAws) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        simulated_aws.fault("earthquake")
    assert "earthquake" in json.load(caught.value)["error"]


def test_calls_are_counted_by_operation(simulated_aws: SimulatedAws) -> None:
    functions(simulated_aws)
    functions(simulated_aws)

    assert simulated_aws.calls() == {"lambda:ListFunctions": 2}


def test_the_clock_can_be_moved(simulated_aws: SimulatedAws) -> None:
    before = simulated_aws.state()["now"]
    simulated_aws.move_clock(86_400)

    assert simulated_aws.state()["now"] - before == pytest.approx(86_400, abs=30)
