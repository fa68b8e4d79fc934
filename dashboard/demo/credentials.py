"""Who asks: access keys and assumed roles of the simulated accounts."""

import re
from threading import Lock

from dashboard.demo.errors import AnswerError
from dashboard.demo.world.blueprints import ACCOUNT_NAMES, PRODUCTION
from dashboard.demo.world.identity import LOWER, UPPER
from dashboard.demo.world.noise import stable_text

GUARDED_ROLE = "StackdeckReadOnly"
OPEN_ROLE = "OpenRole"
_ROLE_ARN = re.compile(r"arn:aws:iam::(\d{12}):role/(.+)")
_ACCOUNT_IN_KEY = re.compile(r"\d{12}")


def account_of(key_id: str) -> str:
    """The account whose id stands in the access key; the first account for any other key."""
    found = _ACCOUNT_IN_KEY.search(key_id)
    return found.group() if found and found.group() in ACCOUNT_NAMES else PRODUCTION


def caller_arn(key_id: str) -> str:
    """The ARN that GetCallerIdentity shows and that refusals name."""
    account = account_of(key_id)
    if key_id.startswith("ASIA"):
        return f"arn:aws:sts::{account}:assumed-role/{GUARDED_ROLE}/stackdeck"
    return f"arn:aws:iam::{account}:user/operator"


class Roles:
    """Roles that can be assumed; a guarded role belongs to the first external id that is presented for it."""

    def __init__(self) -> None:
        self._external_ids: dict[str, str] = {}
        self._lock = Lock()

    def assume(self, who: str, role_arn: str, external_id: str) -> str:
        """Returns the account id. Raises AnswerError where the trust policy doesn't allow it."""
        found = _ROLE_ARN.fullmatch(role_arn)
        refused = AnswerError(
            "AccessDenied", f"User: {who} is not authorized to perform: sts:AssumeRole on resource: {role_arn}", 403
        )
        if found is None or found.group(1) not in ACCOUNT_NAMES or found.group(2) not in {GUARDED_ROLE, OPEN_ROLE}:
            raise refused
        if found.group(2) == GUARDED_ROLE:
            with self._lock:
                if not external_id or self._external_ids.setdefault(role_arn, external_id) != external_id:
                    raise refused
        return found.group(1)

    def forget(self) -> None:
        """Let every guarded role be claimed anew."""
        with self._lock:
            self._external_ids.clear()


def session_keys(account_id: str, session: str, at: int) -> tuple[str, str, str]:
    """Key id (it carries the account), secret and token of a session."""
    alphabet = LOWER + UPPER[10:]
    return (
        f"ASIA{account_id}{stable_text(4, UPPER[10:], session, at)}",
        stable_text(40, alphabet, "secret", session, at),
        stable_text(60, alphabet, "token", session, at) * 5,
    )
