"""Carries out faults on calls."""

import time

from werkzeug.wrappers import Response

from dashboard.catalog.actions import iam_action
from dashboard.demo.errors import AnswerError, access_denied
from dashboard.demo.faults import Fault, FaultKind
from dashboard.demo.incoming import Call
from dashboard.demo.outgoing import throttled

_HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


def before(fault: Fault, call: Call, who: str) -> None:
    """Raise the error that the fault asks for, or hang for a while; other faults let the call be answered first."""
    if fault.kind is FaultKind.TIMEOUT:
        time.sleep(fault.seconds)
    elif fault.kind is FaultKind.ACCESS_DENIED:
        raise access_denied(who, iam_action(call.service, call.name))
    elif fault.kind is FaultKind.THROTTLE:
        raise throttled(call.service)
    elif fault.kind is FaultKind.SERVER_ERROR:
        raise AnswerError("InternalFailure", "We encountered an internal error. Please try again.", 500)
    elif fault.kind is FaultKind.EXPIRED:
        code = "ExpiredTokenException" if "json" in call.protocol else "ExpiredToken"
        raise AnswerError(code, "The security token included in the request is expired", 403)
    elif fault.kind is FaultKind.CLOCK_SKEW:
        code = "InvalidSignatureException" if "json" in call.protocol else "SignatureDoesNotMatch"
        raise AnswerError(code, "Signature expired: 20260101T000000Z is now earlier than 20260101T000500Z", 403)
    elif fault.kind is FaultKind.REGION_DISABLED:
        code = "UnrecognizedClientException" if "json" in call.protocol else "InvalidClientTokenId"
        raise AnswerError(code, "The security token included in the request is invalid.", 403)


def spoil(fault: Fault, response: Response) -> Response:
    """The answer, damaged as the fault asks."""
    if fault.kind is FaultKind.HTML:
        return Response(_HTML, 200, content_type="text/html")
    if fault.kind is FaultKind.EMPTY:
        empty = b"{}" if "json" in (response.content_type or "") else b""
        return Response(empty, 200, content_type=response.content_type)
    if fault.kind is FaultKind.TRUNCATED:
        body = response.get_data()
        return Response(body[: len(body) // 2], response.status_code, content_type=response.content_type)
    return response
