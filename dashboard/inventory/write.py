"""Decisions about accounts, stored."""

import uuid
from collections.abc import Sequence
from decimal import Decimal

from dashboard.core.connection import Connection
from dashboard.inventory.models import Account


def new_external_id() -> str:
    """Ours alone to choose: a random one per account, never used again (IAM User Guide, 'The confused deputy')."""
    return str(uuid.uuid4())


def connect_account(
    name: str, connection: Connection, regions: Sequence[str], monthly_cap: Decimal | None = None
) -> Account:
    """Make the account that a connection leads to. Raises IntegrityError when it, or its name, is there already."""
    return Account.objects.create(
        name=name,
        account_id=connection.account_id,
        method=_method(connection),
        profile=connection.profile,
        role_arn=connection.role_arn,
        external_id=connection.external_id if connection.role_arn else "",
        regions=list(regions),
        monthly_cap=monthly_cap,
    )


def _method(connection: Connection) -> str:
    if connection.role_arn:
        return Account.Method.ROLE
    return Account.Method.PROFILE if connection.profile else Account.Method.DEFAULT
