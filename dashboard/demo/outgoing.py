"""Writes answers as AWS would: every answer is checked against botocore's output shape, then serialised."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.validate import ParamValidator
from moto.core.errors import COMMON_ERROR_CODES
from moto.core.serialize import SerializationContext, get_serializer_class
from werkzeug.wrappers import Response

from dashboard.demo.errors import AnswerError
from dashboard.demo.incoming import Call

_THROTTLE_CODES = {
    "ce": "LimitExceededException",
    "cloudwatch": "Throttling",
    "cloudformation": "Throttling",
    "s3": "SlowDown",
    "xray": "ThrottledException",
}
_THROTTLE_STATUS = {"s3": 503, "xray": 429}
_DENIED_CODES = {"json": "AccessDeniedException", "rest-json": "AccessDeniedException", "ec2": "UnauthorizedOperation"}
_INPUT_ONLY = {"invalid range", "invalid length"}


@dataclass(frozen=True)
class Raw:
    """A body that a handler serialised itself, and a small sample of it to be checked."""

    body: bytes
    content_type: str
    sample: Mapping[str, Any]


class InvalidAnswerError(Exception):
    """Our own answer doesn't fit botocore's shape: a bug of the simulator."""


def write_answer(call: Call, answer: Mapping[str, Any] | Raw) -> Response:
    """The HTTP answer. Raises InvalidAnswerError when it doesn't fit the model."""
    if isinstance(answer, Raw):
        _check(call, answer.sample)
        return Response(answer.body, 200, headers=_request_id(), content_type=answer.content_type)
    answer = {key: value for key, value in answer.items() if value is not None}
    _check(call, answer)
    return _serialised(call, answer)


def write_fault(call: Call, fault: AnswerError) -> Response:
    """The HTTP answer for an error."""
    if fault.code == "AccessDenied":
        fault = AnswerError(_DENIED_CODES.get(call.protocol, "AccessDenied"), fault.message, fault.status)
    if fault.code not in COMMON_ERROR_CODES:  # moto warns of codes that no model lists, such as AccessDenied
        COMMON_ERROR_CODES.append(fault.code)
    response = _serialised(call, fault)
    response.status_code = fault.status
    return response


def throttled(service: str) -> AnswerError:
    """Too many calls, in the words of the service."""
    code = _THROTTLE_CODES.get(service, "ThrottlingException")
    return AnswerError(code, "Rate exceeded", _THROTTLE_STATUS.get(service, 400))


def _check(call: Call, answer: Mapping[str, Any]) -> None:
    shape = call.operation.output_shape
    if shape is None:
        return
    report = ParamValidator().validate(answer, shape)
    # The model's least sizes are meant for input: AWS itself answers NumberOfDecreasesToday=0 and empty lists.
    wrong = [f"{reason} {name} {more}" for reason, name, more in report._errors if reason not in _INPUT_ONLY]
    wrong += _unknown(answer, shape, call.name)
    if wrong:
        raise InvalidAnswerError(f"{call.service}:{call.name}: {'; '.join(wrong)}")


def _unknown(value: Any, shape: Any, path: str) -> Iterable[str]:
    """Keys that the model doesn't know; they would vanish silently."""
    if shape.type_name == "structure" and isinstance(value, Mapping) and not shape.is_document_type:
        for key, inner in value.items():
            if key not in shape.members:
                yield f"{path}.{key} is unknown"
            elif inner is not None:
                yield from _unknown(inner, shape.members[key], f"{path}.{key}")
    elif shape.type_name == "list":
        for inner in value[:50]:
            yield from _unknown(inner, shape.member, f"{path}[]")


def _serialised(call: Call, result: Any) -> Response:
    context = SerializationContext(request_id=str(uuid.uuid4()))
    serializer = get_serializer_class(call.service, call.protocol)(call.operation, context)
    written = serializer.serialize(result)
    headers = {**written["headers"], **_request_id()}
    return Response(written["body"], written["status_code"], headers=headers)


def _request_id() -> dict[str, str]:
    return {"x-amzn-RequestId": str(uuid.uuid4())}
