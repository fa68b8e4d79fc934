"""Who gets which digest: subscribing, leaving, and addresses that agree by a click."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from dashboard.digests.document import Block, Document, Line, Section
from dashboard.digests.models import Address, Letter, OptOut, Schedule
from dashboard.digests.read.links import confirm_link
from dashboard.digests.write.compose import store_body
from dashboard.digests.write.letters import message_id
from dashboard.digests.write.render import render


@transaction.atomic
def subscribe(user: User, schedule: Schedule) -> None:
    """Make a user get a schedule's mail, whatever they said before."""
    OptOut.objects.filter(schedule=schedule, email__iexact=user.email).delete()
    if not user.teams.filter(digests=schedule).exists():
        schedule.users.add(user)


@transaction.atomic
def unsubscribe(schedule: Schedule, email: str, now: datetime) -> None:
    """End a schedule's mail to an address, however it came to be a recipient; again changes nothing."""
    schedule.users.remove(*schedule.users.filter(email__iexact=email))
    OptOut.objects.get_or_create(schedule=schedule, email=email.lower(), defaults={"at": now})


def resubscribe(schedule: Schedule, email: str) -> None:
    """Take an address's leaving back."""
    OptOut.objects.filter(schedule=schedule, email__iexact=email).delete()
    for user in User.objects.filter(email__iexact=email, is_active=True):
        subscribe(user, schedule)


@transaction.atomic
def ask_address(address: Address, now: datetime) -> Letter:
    """Write the letter that asks an address whether it wants digests; nothing else is sent to it before."""
    document = Document(
        subject="Do you want digests at this address?",
        name="Stackdeck",
        period=address.email,
        headline="Do you want digests at this address?",
        tone="info",
        sections=(
            Section(
                key="confirm",
                title="Somebody entered your address",
                sentence="An admin of Stackdeck wants to send digests of how systems do here. Nothing is sent unless "
                "you agree. If you don't know what this is about, do nothing.",
                blocks=(Block("", (Line("Yes, send them here", href=confirm_link(address.email)),)),),
            ),
        ),
    )
    rendered = render(document, personal=False)
    body = store_body(rendered)
    Address.objects.filter(pk=address.pk).update(asked_at=now)
    return Letter.objects.create(
        body=body,
        email=address.email,
        kind=Letter.Kind.VERIFY,
        message_id=message_id(f"verify {body.pk}", address.email),
        created_at=now,
        next_at=now,
    )


def confirm_address(email: str, now: datetime) -> bool:
    """The address agrees; False when nobody asks for it any more."""
    return bool(Address.objects.filter(email=email, verified_at=None).update(verified_at=now)) or (
        Address.objects.filter(email=email).exists()
    )
