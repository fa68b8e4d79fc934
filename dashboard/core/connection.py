"""How an AWS account is reached: a plain value, so that `aws` needs no tables."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Connection:
    """Credentials' source of one account; the role, when given, is assumed on top of the profile or default chain."""

    account_id: str
    profile: str = ""
    role_arn: str = ""
    external_id: str = field(default="", repr=False)  # a secret: never in a log line or traceback
