"""One try of one delivery over its medium; whatever happens is its outcome."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from dashboard.core.connection import Connection
from dashboard.notify.models import Channel
from dashboard.notify.outcome import Outcome
from dashboard.notify.send.mail import send_mail
from dashboard.notify.send.posts import send_pagerduty, send_slack, send_teams, send_webhook
from dashboard.notify.send.sns import account_of, send_sns
from dashboard.notify.write import Claim

log = logging.getLogger(__name__)

Connect = Callable[[str], Connection | None]
"""The connection to an AWS account by its id; None when it is not connected."""
Pay = Callable[[Claim, Outcome, datetime], None]
"""Writes down what a try cost, where it called AWS."""
SENDERS: Mapping[str, Callable[[Claim, int], Outcome]] = {
    Channel.Kind.EMAIL: send_mail,
    Channel.Kind.SLACK: send_slack,
    Channel.Kind.TEAMS: send_teams,
    Channel.Kind.PAGERDUTY: send_pagerduty,
    Channel.Kind.WEBHOOK: send_webhook,
}


def unpaid(claim: Claim, outcome: Outcome, now: datetime) -> None:
    """Write nothing down."""


def connection_for(claim: Claim, connect: Connect) -> Connection | None:
    """What a claim needs of the database to be sent; afterwards any thread may send it."""
    return connect(account_of(claim.config["topic_arn"])) if claim.kind == Channel.Kind.SNS else None


def transmit(claim: Claim, connection: Connection | None, now: datetime) -> Outcome:
    """Send; never raises, and never touches the database."""
    try:
        if claim.kind == Channel.Kind.SNS:
            return send_sns(claim, connection)
        return SENDERS[claim.kind](claim, int(now.timestamp()))
    except Exception as failed:
        log.exception("Delivery %s failed", claim.delivery_id)
        what = f"Stackdeck failed to send it: {type(failed).__name__}."
        return Outcome(False, error=what, remedy="The log of the worker has the details.", unknown=True)
