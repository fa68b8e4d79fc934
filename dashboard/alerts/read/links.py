"""Links by which an alert is acknowledged from a message: signed, for one opening of it, for a week."""

from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer

from dashboard.alerts.models import Alert

VALID = timedelta(days=7)
SIGNER = Signer(sep=".", salt="dashboard.alerts.acknowledge")


class WrongLinkError(Exception):
    """The link is not one of ours, or not as it was sent."""


class ExpiredLinkError(Exception):
    """The link was good once: its time is over, or the alert has come back since."""


def token_for(alert: Alert, now: datetime) -> str:
    """What an address ends with to mean this opening of the alert."""
    return SIGNER.sign_object([alert.pk, alert.reopened, int((now + VALID).timestamp())])


def alert_of(token: str, now: datetime) -> Alert:
    """The alert that a link is about. Raises WrongLinkError and ExpiredLinkError."""
    try:
        pk, number, until = SIGNER.unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise WrongLinkError from error
    alert = Alert.objects.select_related("resource", "account", "stack", "assignee").filter(pk=pk).first()
    if alert is None:
        raise WrongLinkError
    if now.timestamp() >= until or alert.reopened != number:
        raise ExpiredLinkError
    return alert
