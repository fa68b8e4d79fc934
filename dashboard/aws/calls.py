"""One call to AWS: counted, priced, validated, and with only AwsError coming out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from dashboard.aws import classify, sessions, throttles
from dashboard.aws.errors import AwsError
from dashboard.aws.meter import Meter
from dashboard.catalog.actions import iam_action
from dashboard.catalog.reading import get
from dashboard.core.connection import Connection

TOKENS = (
    ("NextToken", "NextToken"),
    ("nextToken", "nextToken"),
    ("NextMarker", "Marker"),
    ("NextPageToken", "NextPageToken"),
)
"""Members that carry on a listing where botocore has no paginator: in the answer, in the request."""
MOST_PAGES = 2000
EMPTY_JSON = frozenset({"2", "3", "4"})
"""Length of `{}`, with a line end or without."""


class Caller:
    """Makes calls for one connection in one region and writes them on a meter."""

    def __init__(self, connection: Connection, region: str, meter: Meter) -> None:
        self.connection, self.region, self.meter = connection, region, meter

    def call(
        self,
        client: str,
        method: str,
        parameters: Mapping[str, Any],
        required: Sequence[str] = (),
        *,
        absent: Sequence[str] = (),
        region: str = "",
        units: int = 0,
    ) -> Any:
        """Call a boto3 method; the answer, or None for one of the error codes in `absent`.

        `required` names members that a real answer always has. Raises AwsError.
        """
        where = region or self.region
        made, action = self._client(client, where), self.action(client, method, where)
        self.meter.before(action, units)
        throttles.take()
        try:
            answer = getattr(made, method)(**parameters)
            self._after(action, answer, units)
            return validated(answer, required, action, json="json" in made.meta.service_model.resolved_protocol)
        except ClientError as error:
            self._after(action, error.response, units)
            if error.response.get("Error", {}).get("Code") in absent:
                return None
            if error.operation_name == "AssumeRole":
                raise classify.role_refused(error, self.connection.role_arn) from error
            raise self._told_apart(classify.classify(error, action, where), where) from error
        except Exception as error:
            self.meter.after(action, 0, throttles.take(), units)
            raise classify.classify(error, action, where) from error

    def action(self, client: str, method: str, region: str = "") -> str:
        """The IAM action of a call, as errors name it. Raises AwsError where there are no credentials."""
        made = self._client(client, region or self.region)
        return iam_action(client, made.meta.method_to_api_mapping[method])

    def _client(self, client: str, region: str) -> Any:
        """The client. Raises AwsError where there are no credentials to make it with."""
        try:
            return sessions.client(self.connection, region, client)
        except Exception as error:
            raise classify.classify(error, f"{client}:*", region) from error

    def pages(
        self, client: str, method: str, parameters: Mapping[str, Any], required: Sequence[str] = (), region: str = ""
    ) -> Iterator[Any]:
        """All answers of a paged call. An empty page does not end it; a missing token does. Raises AwsError."""
        asked = dict(parameters)
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            answer = self.call(client, method, asked, required, region=region)
            yield answer
            carry_on = self._next(client, method, answer, region)
            if not carry_on:
                return
            if str(carry_on) in seen:
                raise classify.invalid(self.action(client, method, region), "it promises the same page again and again")
            seen.add(str(carry_on))
            asked.update(carry_on)
        raise classify.invalid(self.action(client, method, region), f"it has more than {MOST_PAGES} pages")

    def _next(self, client: str, method: str, answer: Mapping[str, Any], region: str) -> dict[str, Any]:
        """Parameters that ask for the next page; empty at the end."""
        made = sessions.client(self.connection, region or self.region, client)
        if made.can_paginate(method):
            return _next_of_paginator(made.get_paginator(method)._pagination_cfg, answer)
        for told, asked in TOKENS:
            if answer.get(told):
                return {asked: answer[told]}
        return {}

    def _after(self, action: str, answer: Mapping[str, Any], units: int) -> None:
        retries = int(answer.get("ResponseMetadata", {}).get("RetryAttempts", 0))
        self.meter.after(action, retries, throttles.take(), units)

    def _told_apart(self, error: AwsError, region: str) -> AwsError:
        """Tell bad credentials from good ones in a region that is not enabled: AWS says the same of both."""
        if error.code not in classify.UNKNOWN_KEY or region == sessions.GLOBAL_REGION:
            return error
        try:
            sessions.client(self.connection, sessions.GLOBAL_REGION, "sts").get_caller_identity()
        except Exception:
            return error
        return classify.region_disabled(error, region)


def validated(answer: Any, required: Sequence[str], action: str, *, json: bool = True) -> Any:
    """The answer when it has what a real one always has. Raises AwsError(INVALID_ANSWER) otherwise.

    botocore takes JSON that it can't read (cut off, HTML) for an empty answer, without a word; the length tells.
    """
    missing = [member for member in required if member not in answer]
    if missing:
        raise classify.invalid(action, f"it has no {missing[0]}")
    if json and answer.keys() <= {"ResponseMetadata"}:
        length = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("content-length", "2")
        if length not in EMPTY_JSON:
            raise classify.invalid(action, "its JSON can't be read")
    return answer


def _next_of_paginator(config: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Read the next page's parameters by botocore's own description of the paging."""
    outputs, inputs = _listed(config["output_token"]), _listed(config["input_token"])
    if "more_results" in config and not get(answer, config["more_results"]):
        return {}
    found = {}
    for told, asked in zip(outputs, inputs, strict=True):
        value = next((get(answer, one.strip()) for one in told.split("||") if get(answer, one.strip())), None)
        if value:
            found[asked] = value
    return found


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
