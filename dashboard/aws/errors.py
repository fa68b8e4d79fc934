"""What can go wrong with AWS, in classes that a user can act on."""

from dataclasses import dataclass
from enum import StrEnum


class ErrorKind(StrEnum):
    """Stored with a target; each has one remedy."""

    ACCESS_DENIED = "access_denied"
    THROTTLED = "throttled"
    CREDENTIALS = "credentials"
    REGION_DISABLED = "region_disabled"
    CLOCK_SKEW = "clock_skew"
    UNREACHABLE = "unreachable"
    INVALID_ANSWER = "invalid_answer"
    CAPPED = "capped"
    SERVICE = "service"  # AWS answered with an error of its own


@dataclass
class AwsError(Exception):
    """A failed AWS call: what happened, and what to do about it.

    `action` is the IAM action ('cloudwatch:GetMetricData'); `code` is AWS's own error code where there is one.
    """

    kind: ErrorKind
    action: str
    message: str
    remedy: str
    code: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"
