"""The two simulated accounts, connected in two of the ways in which real ones are."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from dashboard.demo.credentials import GUARDED_ROLE
from dashboard.demo.world.blueprints import ACCOUNT_NAMES, PRODUCTION, REGIONS
from dashboard.inventory.models import Account, CustomMetric, TagRule
from dashboard.polls.write import ensure_targets


def connect_accounts(now: datetime, regions: Iterable[str] | None = None) -> None:
    """Connect what is missing: one by the default credentials, the others by a role with an external id."""
    for account_id, name in ACCOUNT_NAMES.items():
        role = {} if account_id == PRODUCTION else role_in(account_id)
        account, _ = Account.objects.get_or_create(
            account_id=account_id, defaults={"name": name, "regions": list(regions or REGIONS), **role}
        )
        if account_id == PRODUCTION:
            declare(account)
        ensure_targets(account, now)


def declare(production: Account) -> None:
    """What only people can tell: an application that is known by its tags, and a metric of one's own."""
    TagRule.objects.get_or_create(account=production, name="loyalty", defaults={"tags": {"app": "loyalty"}})
    CustomMetric.objects.get_or_create(
        account=production,
        namespace="Shop/Checkout",
        name="OrdersPlaced",
        statistic="Sum",
        defaults={"dimension_names": ["Provider", "Service"]},
    )


def role_in(account_id: str) -> dict[str, str]:
    """How to reach an account by its role; the external id is ours, as always."""
    arn = f"arn:aws:iam::{account_id}:role/{GUARDED_ROLE}"
    return {"method": Account.Method.ROLE, "role_arn": arn, "external_id": str(uuid4())}
