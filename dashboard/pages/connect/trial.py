"""What the guide does with a draft: policies to copy, the trial, the cost, the beginning."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.conf import settings

from dashboard import aws
from dashboard.aws.errors import AwsError
from dashboard.catalog import all_services
from dashboard.catalog.prices import api_calls
from dashboard.core.connection import Connection
from dashboard.inventory.models import Account, Stack
from dashboard.pages.connect.draft import Draft, Trial
from dashboard.pages.connect.survey import HOME, survey
from dashboard.polls.write import ensure_targets

MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What collecting costs a month, in words."""

    amount: str
    basis: str
    cap: str
    exceeds: bool
    """More than the default cap: collecting would pause before the month ends."""


def new_external_id() -> str:
    """Ours alone to choose: a random one per account, never used again (IAM User Guide, 'The confused deputy')."""
    return str(uuid4())


def run(draft: Draft) -> Trial:
    """Try the draft's connection; an account that is connected already is an error."""
    trial = survey(draft.connection)
    known = Account.objects.filter(account_id=trial.account_id).first() if trial.account_id else None
    if known is None:
        return trial
    title = f"These credentials lead to account {trial.account_id}, which is connected already as “{known.name}”."
    return Trial(error={"title": title, "todo": "Use credentials of another account, or remove that one first."})


def likely_regions(trial: Trial) -> list[str]:
    """Regions with stacks; the first one where there are none."""
    return [region for region in trial.regions if trial.stacks.get(region)] or trial.regions[:1]


def estimate(trial: Trial, chosen: list[str]) -> Estimate:
    """The price of asking for every metric at the resolution that new stacks get, all month."""
    period = timedelta(seconds=Stack.Resolution.FIVE_MINUTES)
    metrics = sum(trial.metrics.get(region, 0) for region in chosen)
    amount = api_calls.PER_METRIC * metrics * Decimal(MONTH / period)
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
    ours = ("cloudformation:DescribeStackEvents", "cloudformation:DescribeStacks", "cloudformation:GetTemplate",
            "cloudformation:ListStackResources", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics",
            "ec2:DescribeRegions", "tag:GetResources")  # fmt: skip
    actions = sorted({*ours, *(action for service in all_services().values() for action in service.actions)})
    statement = {"Sid": "StackdeckReads", "Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def own_account() -> str:
    """The account of this server's own credentials, or blank where there are none."""
    try:
        return aws.open(Connection(""), HOME).identity()
    except AwsError:
        return ""


def trust_policy(draft: Draft) -> str:
    """Who may assume the draft's role: the account of our own credentials, with the external id."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{draft.own_account or 'ACCOUNT-OF-THIS-SERVER'}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": draft.external_id}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def begin(draft: Draft, regions: list[str], monthly_cap: Decimal | None, now: datetime) -> Account:
    """Make the account and what is polled of it, due at once. Raises IntegrityError when it is connected meanwhile."""
    account = Account.objects.create(
        name=draft.name,
        account_id=draft.trial.account_id if draft.trial else "",
        method=draft.method,
        profile=draft.profile,
        role_arn=draft.role_arn,
        external_id=draft.external_id if draft.method == Account.Method.ROLE else "",
        regions=regions,
        monthly_cap=monthly_cap,
    )
    ensure_targets(account, now)
    return account
