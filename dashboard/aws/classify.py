"""Turns whatever botocore raises into an AwsError with a cause and a remedy."""

import re

from botocore import exceptions as botocore

from dashboard.aws import throttles
from dashboard.aws.bodies import BodyError
from dashboard.aws.errors import AwsError, ErrorKind

DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "Forbidden",
        "UnauthorizedException",
        "UnauthorizedOperation",
        "403",
    }
)
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
UNKNOWN_KEY = frozenset(
    {"AuthFailure", "InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException", "InvalidToken"}
)
"""Said of bad keys, and of good ones in a region that the account has not enabled."""
DISABLED = frozenset({"OptInRequired", "RegionDisabledException"})
SKEWED = frozenset({"RequestTimeTooSkewed"})
SIGNATURE = frozenset({"InvalidSignatureException", "SignatureDoesNotMatch"})
UNSIGNED = frozenset(
    {
        "IncompleteSignature",
        "IncompleteSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
    }
)
REFUSED_ACTION = re.compile(r"not authorized to perform: ([a-z0-9-]{1,64}:[A-Za-z0-9]{1,64})")
CONNECTION = (
    botocore.HTTPClientError,
    botocore.ConnectionError,
    botocore.EndpointProviderError,
    botocore.NoRegionError,
    botocore.IncompleteReadError,
)
CREDENTIALS = (
    botocore.NoCredentialsError,
    botocore.PartialCredentialsError,
    botocore.CredentialRetrievalError,
    botocore.ProfileNotFound,
    botocore.ConfigParseError,
    botocore.ConfigNotFound,
    botocore.SSOError,
    botocore.TokenRetrievalError,
)


def classify(error: Exception, action: str, region: str) -> AwsError:
    """The AwsError that says what happened and what to do."""
    if isinstance(error, AwsError):
        return error
    if isinstance(error, botocore.ClientError):
        return _answered(error, action, region)
    if isinstance(error, CREDENTIALS):
        return AwsError(
            ErrorKind.CREDENTIALS,
            action,
            f"There are no usable AWS credentials: {error}.",
            "Check the account's profile, or the environment of the worker.",
        )
    if isinstance(error, CONNECTION):
        return AwsError(
            ErrorKind.UNREACHABLE,
            action,
            f"{action} in {region} could not be reached: {error}.",
            "Check the network, the proxy and AWS_ENDPOINT_URL.",
        )
    return invalid(action, str(error) if isinstance(error, BodyError) else f"{type(error).__name__} while reading it")


def invalid(action: str, why: str) -> AwsError:
    """The error for an answer that AWS would not give."""
    return AwsError(
        ErrorKind.INVALID_ANSWER,
        action,
        f"{action} gave an answer that can't be used: {why}.",
        "Nothing was changed; the next poll asks again. If it stays, look for a proxy between here and AWS.",
    )


def _answered(error: botocore.ClientError, action: str, region: str) -> AwsError:
    """An error that AWS answered with."""
    details = error.response.get("Error", {})
    code, said = str(details.get("Code", "")), str(details.get("Message", ""))
    kind = kind_of(code, said)
    named = REFUSED_ACTION.search(said) if kind == ErrorKind.ACCESS_DENIED else None
    if named:
        action = named.group(1)  # AWS knows best which permission it looked for
    message, remedy = _words(kind, action, region, said)
    return AwsError(kind, action, message, remedy, code)


def kind_of(code: str, said: str) -> ErrorKind:
    """Sort AWS's error code."""
    if code in DENIED:
        return ErrorKind.ACCESS_DENIED
    if code in throttles.CODES:
        return ErrorKind.THROTTLED
    if code in SKEWED or (code in SIGNATURE and ("expired" in said.lower() or "not yet" in said.lower())):
        return ErrorKind.CLOCK_SKEW
    if code in EXPIRED | UNKNOWN_KEY | SIGNATURE | UNSIGNED:
        return ErrorKind.CREDENTIALS
    if code in DISABLED:
        return ErrorKind.REGION_DISABLED
    return ErrorKind.SERVICE


def _words(kind: ErrorKind, action: str, region: str, said: str) -> tuple[str, str]:
    """Message and remedy of one kind."""
    match kind:
        case ErrorKind.ACCESS_DENIED:
            return f"AWS does not allow {action} in {region}.", _remedy_of_denial(action, said)
        case ErrorKind.THROTTLED:
            return (
                f"AWS throttled {action} in {region}, also after retries.",
                "It is asked again later; if it stays, others use up the account's quota for this API.",
            )
        case ErrorKind.CLOCK_SKEW:
            return "AWS refused the time of the request.", "Check the clock of the machine that runs the worker."
        case ErrorKind.CREDENTIALS:
            return f"AWS does not accept the credentials: {said}", "Renew them, or correct the account's connection."
        case ErrorKind.REGION_DISABLED:
            return (
                f"The region {region} is not enabled for this account.",
                "Enable it in the AWS console, or take it off the account's regions.",
            )
        case _:
            return f"{action} in {region} failed: {said}", "It is asked again later."


def _remedy_of_denial(action: str, said: str) -> str:
    """What to do about a refusal: an explicit deny is not cured by allowing."""
    denied = re.search(r"explicit deny in an? ([a-z -]{1,60}?policy)", said)
    if denied:
        return f"A {denied.group(1)} denies it explicitly: take {action} out of that."
    return f"Add {action} to the policy of the role or user."


def role_refused(error: botocore.ClientError, role_arn: str) -> AwsError:
    """The error when the account's role could not be assumed: no call can be made then, whichever was meant."""
    why = _answered(error, "sts:AssumeRole", "")
    if why.kind != ErrorKind.ACCESS_DENIED:
        return why
    return AwsError(
        ErrorKind.CREDENTIALS,
        "sts:AssumeRole",
        f"{role_arn} can't be assumed any more.",
        "Check that the role exists, and that its trust policy still names these credentials and the external id.",
        why.code,
    )


def region_disabled(error: AwsError, region: str) -> AwsError:
    """The error once it is known that the same credentials work elsewhere."""
    message, remedy = _words(ErrorKind.REGION_DISABLED, error.action, region, "")
    return AwsError(ErrorKind.REGION_DISABLED, error.action, message, remedy, error.code)
