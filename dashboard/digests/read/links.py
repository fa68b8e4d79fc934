"""Addresses in letters that work without signing in: signed, for one address of one schedule."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

SUBSCRIPTION = Signer(sep=".", salt="dashboard.digests.subscription")
ADDRESS = Signer(sep=".", salt="dashboard.digests.address")


class WrongLinkError(Exception):
    """The link is not one of ours, or not as it was sent."""


def unsubscribe_link(schedule_id: int, email: str) -> str:
    """Where a POST ends one schedule's mail to an address (RFC 8058), and a GET asks."""
    token = SUBSCRIPTION.sign_object([schedule_id, email])
    return f"{settings.SITE_URL}{reverse('digest_unsubscribe', args=[token])}"


def preferences_link(email: str) -> str:
    """Where an address chooses which digests it gets."""
    return f"{settings.SITE_URL}{reverse('digest_preferences', args=[SUBSCRIPTION.sign_object([0, email])])}"


def confirm_link(email: str) -> str:
    """Where somebody agrees that an address gets mail."""
    return f"{settings.SITE_URL}{reverse('digest_address', args=[ADDRESS.sign_object([email])])}"


def subscription_of(token: str) -> tuple[int, str]:
    """Schedule and address that a link is about; schedule 0: all. Raises WrongLinkError."""
    try:
        schedule_id, email = SUBSCRIPTION.unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise WrongLinkError from error
    return int(schedule_id), str(email)


def address_of(token: str) -> str:
    """The address that a link confirms. Raises WrongLinkError."""
    try:
        (email,) = ADDRESS.unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise WrongLinkError from error
    return str(email)
