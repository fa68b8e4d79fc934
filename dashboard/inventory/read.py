"""Reads of the inventory that others need of it as plain values."""

from dashboard.core.connection import Connection
from dashboard.inventory.models import Account


def connection_to(account_id: str) -> Connection | None:
    """The way into an AWS account by its twelve digits; None when it is not connected."""
    account = Account.objects.filter(account_id=account_id).first()
    return connection_of(account) if account else None


def connection_of(account: Account) -> Connection:
    """The way into a connected account."""
    return Connection(account.account_id, account.profile, account.role_arn, account.external_id)
