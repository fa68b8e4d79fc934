"""The two simulated accounts, connected in two of the ways in which real ones are."""

from collections.abc import Sequence
from datetime import datetime

from dashboard.core.connection import Connection
from dashboard.demo.credentials import GUARDED_ROLE
from dashboard.demo.world.blueprints import ACCOUNT_NAMES, PRODUCTION, REGIONS
from dashboard.inventory.models import Account
from dashboard.inventory.write import connect_account, new_external_id
from dashboard.polls.write import ensure_targets


def connect_accounts(now: datetime, regions: Sequence[str] = REGIONS) -> None:
    """Connect what is missing: one by the default credentials, the other by a role with an external id."""
    connected = set(Account.objects.values_list("account_id", flat=True))
    for account_id, name in ACCOUNT_NAMES.items():
        if account_id not in connected:
            connect_account(name, connection_to(account_id), regions)
    for account in Account.objects.filter(account_id__in=ACCOUNT_NAMES):
        ensure_targets(account, now)


def connection_to(account_id: str) -> Connection:
    """How a simulated account is reached."""
    if account_id == PRODUCTION:
        return Connection(account_id)
    role_arn = f"arn:aws:iam::{account_id}:role/{GUARDED_ROLE}"
    return Connection(account_id, role_arn=role_arn, external_id=new_external_id())
