"""What the guide does with a draft: policies to copy, the trial, the cost, the beginning."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from dashboard.aws import AwsError, PermissionResult
from dashboard.aws.errors import ErrorKind
from dashboard.catalog import all_services
from dashboard.inventory import policy as policies
from dashboard.inventory.collect import own_account, survey
from dashboard.inventory.estimate import monthly_cost
from dashboard.inventory.models import Account, Stack
from dashboard.inventory.write import connect_account, new_external_id
from dashboard.pages.connect.draft import Draft, Trial
from dashboard.polls.write import ensure_targets

__all__ = ["begin", "estimate", "likely_regions", "new_external_id", "own_account", "policy", "run", "trust_policy"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What collecting costs a month, in words."""

    amount: str
    basis: str
    cap: str
    exceeds: bool
    """More than the default cap: collecting would pause before the month ends."""


def run(draft: Draft) -> Trial:
    """Try the draft's connection; an account that is connected already is an error."""
    try:
        found = survey(draft.connection, settings.AWS_THREADS)
    except AwsError as error:
        return Trial(error={"title": error.message, "todo": error.remedy})
    known = Account.objects.filter(account_id=found.account_id).first()
    if known is not None:
        title = f"These credentials lead to account {known.account_id}, which is connected already as “{known.name}”."
        return Trial(error={"title": title, "todo": "Use credentials of another account, or remove that one first."})
    rows = [_row(result) for result in found.permissions]
    return Trial(found.account_id, found.regions, rows, found.stacks, found.metrics)


def _row(result: PermissionResult) -> dict[str, Any]:
    """A permission as the session keeps it and the page shows it."""
    error = result.error
    return {
        "action": result.action,
        "ok": result.ok,
        "denied": error is not None and error.kind == ErrorKind.ACCESS_DENIED,
        "message": error.message if error else "",
        "remedy": error.remedy if error else "",
    }


def likely_regions(trial: Trial) -> list[str]:
    """Regions with stacks; the first one where there are none."""
    return [region for region in trial.regions if trial.stacks.get(region)] or trial.regions[:1]


def estimate(trial: Trial, chosen: list[str]) -> Estimate:
    """The price of asking for every metric at the resolution that new stacks get, all month."""
    metrics = sum(trial.metrics.get(region, 0) for region in chosen)
    amount = monthly_cost(
        metrics,
        len(chosen),
        len({service.namespace for service in all_services().values()}),
        every=timedelta(seconds=Stack.Resolution.FIVE_MINUTES),
        discover_every=settings.DISCOVER_EVERY,
    )
    cap = Decimal(settings.MONTHLY_CAP_USD)
    return Estimate(
        amount=f"up to ${amount:,.2f}",
        basis=f"{metrics:,} metrics in {', '.join(chosen) or 'no region'}, asked for every 5 minutes with "
        f"CloudWatch's GetMetricData at $0.01 per 1,000. Everything else that is read is free or costs cents.",
        cap=f"Collecting pauses before it passes the account's monthly cap, ${cap:,.2f} unless you set another.",
        exceeds=amount > cap,
    )


def policy() -> str:
    """A permissions policy with every action that collecting uses."""
    return json.dumps(policies.policy(all_services().values()), indent=2)


def trust_policy(draft: Draft) -> str:
    """Who may assume the draft's role: the account of our own credentials, with the external id."""
    return json.dumps(policies.trust_policy(draft.own_account, draft.external_id), indent=2)


def begin(draft: Draft, regions: list[str], monthly_cap: Decimal | None, now: datetime) -> Account:
    """Make the account and what is polled of it, due at once. Raises IntegrityError when it is connected meanwhile."""
    account = connect_account(draft.name, draft.connection, regions, monthly_cap)
    ensure_targets(account, now)
    return account
