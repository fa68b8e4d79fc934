"""What was entered and found so far, kept in the session so that nothing is lost between the steps."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.http import HttpRequest

from dashboard.access.secrets import decrypt, encrypt
from dashboard.core.connection import Connection

_KEY = "connect"


@dataclass(frozen=True, slots=True)
class Trial:
    """What trying the connection showed."""

    account_id: str = ""
    regions: list[str] = field(default_factory=list)
    permissions: list[dict[str, Any]] = field(default_factory=list)
    """For each action: action, ok, denied, message, remedy."""
    stacks: dict[str, int] = field(default_factory=dict)
    """By region."""
    metrics: dict[str, int] = field(default_factory=dict)
    """That the catalogue would collect, by region; only where there are stacks."""
    error: dict[str, str] | None = None
    """What stopped the trial: title, todo."""

    @property
    def missing(self) -> list[dict[str, Any]]:
        """The permissions that are not there."""
        return [permission for permission in self.permissions if not permission["ok"]]


@dataclass(frozen=True, slots=True)
class Draft:
    """An account that is being connected. The external id is encrypted here too: sessions are stored."""

    name: str = ""
    method: str = ""
    profile: str = ""
    role_arn: str = ""
    external_id_token: str = ""
    own_account: str = ""
    """The account of the server's own credentials, which assume the role; blank where they lead nowhere."""
    trial: Trial | None = None

    @property
    def external_id(self) -> str:
        """In clear, for the trust policy and the trial alone."""
        return decrypt(self.external_id_token) if self.external_id_token else ""

    @property
    def connection(self) -> Connection:
        """How AWS is to be reached."""
        account_id = self.trial.account_id if self.trial else ""
        return Connection(account_id, self.profile, self.role_arn, self.external_id if self.role_arn else "")

    def reached_by(self, entered: dict[str, Any], external_id: str, own_account: str) -> "Draft":
        """The draft with another way to reach the account; what was found before no longer counts.

        An external id stays with the role for as long as the draft lasts, so that a trust policy already pasted stays
        right; another role gets another one.
        """
        same = self.external_id_token and self.role_arn == entered["role_arn"]
        token = self.external_id_token if same else encrypt(external_id)
        return replace(Draft(), **entered, external_id_token=token, own_account=own_account)

    def tried(self, trial: Trial) -> "Draft":
        """The draft with what trying it showed."""
        return replace(self, trial=trial)


def load(request: HttpRequest) -> Draft:
    """The draft of this session; an empty one to begin with."""
    stored = request.session.get(_KEY)
    if not stored:
        return Draft()
    trial = Trial(**stored["trial"]) if stored["trial"] else None
    return Draft(**{**stored, "trial": trial})


def store(request: HttpRequest, draft: Draft) -> None:
    """Keep the draft in the session."""
    request.session[_KEY] = asdict(draft)


def forget(request: HttpRequest) -> None:
    """The draft has become an account, or was given up."""
    request.session.pop(_KEY, None)
