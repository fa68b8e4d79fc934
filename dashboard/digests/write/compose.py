"""Makes digests that are due: read and rendered first, then stored with all their letters in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from dashboard.access.roles import Scope
from dashboard.digests.document import Document
from dashboard.digests.models import Body, Edition, Letter, Schedule
from dashboard.digests.periods import Due, to_compose
from dashboard.digests.read import Plan, Recipient, gather, newest_edition, plan_of, recipients_of
from dashboard.digests.read.links import preferences_link, unsubscribe_link
from dashboard.digests.read.plans import rhythm_of
from dashboard.digests.read.recipients import outside_scope
from dashboard.digests.summary import message
from dashboard.digests.words import worded
from dashboard.digests.write.letters import message_id
from dashboard.digests.write.render import Rendered, render
from dashboard.notify.matching import Chosen
from dashboard.notify.models import Channel, Delivery
from dashboard.notify.write.enqueue import row

LATE_AFTER = timedelta(minutes=30)
SUMMARY_KINDS = (Channel.Kind.SLACK, Channel.Kind.TEAMS)


@dataclass(frozen=True, slots=True)
class Made:
    """A digest for one set of permissions; nothing rendered where it is quiet and the schedule wants nothing then."""

    document: Document
    rendered: Rendered | None


def compose_due(now: datetime) -> int:
    """Make every digest that is due; returns how many. A schedule that fails keeps no other from its own."""
    made = 0
    failed: list[Exception] = []
    for schedule in Schedule.objects.filter(enabled=True):
        try:
            made += compose(schedule, now)
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("Digests could not be made", failed)
    return made


def compose(schedule: Schedule, now: datetime) -> bool:
    """Make the digest of a schedule that is due now; False when none is, or another process was first."""
    due = to_compose(rhythm_of(schedule), schedule.starts_at, newest_edition(schedule), now)
    if due is None:
        return False
    plan, late = plan_of(schedule), now - due.end > LATE_AFTER
    recipients = recipients_of(schedule)
    channels = list(schedule.channels.filter(enabled=True, kind__in=SUMMARY_KINDS).select_related("team"))
    outside = outside_scope(schedule)
    scopes = {one.scope for one in recipients} | {scope_of_channel(channel, outside) for channel in channels}
    made = {scope: make(plan, scope, due, now, late=late) for scope in scopes}
    with transaction.atomic():
        edition, created = Edition.objects.get_or_create(
            schedule=schedule,
            date=due.date,
            defaults={"starts_at": due.start, "ends_at": due.end, "made_at": now, "late": late,
                      "state": _state(plan, list(made.values()))},
        )  # fmt: skip
        if created:
            _write_letters(edition, recipients, made, now)
            _tell_channels(edition, {one: made[scope_of_channel(one, outside)] for one in channels}, now)
    return created


def make(plan: Plan, scope: Scope, due: Due, now: datetime, *, late: bool = False, anyway: bool = False) -> Made:
    """The digest for one set of permissions; `anyway` renders it whatever the schedule says about quiet times."""
    document = worded(gather(plan, scope, due, now, late=late), plan.sections, plan.writer(due))
    if not document.quiet or plan.quiet == Schedule.Quiet.SEND:
        return Made(document, render(document))
    if plan.quiet == Schedule.Quiet.SKIP and not anyway:
        return Made(document, None)
    return Made(document, render(replace(document, tiles=(), sections=())))


def scope_of_channel(channel: Channel, outside: Scope) -> Scope:
    """What a channel's readers may see: of a team's, that team's stacks."""
    if channel.team_id is None:
        return outside
    return Scope(everything=False, team_ids=frozenset({channel.team_id}), money=outside.money)


def _state(plan: Plan, made: Sequence[Made]) -> str:
    if made and all(one.rendered is None for one in made):
        return Edition.State.SKIPPED
    quiet = bool(made) and all(one.document.quiet for one in made) and plan.quiet == Schedule.Quiet.SHORT
    return Edition.State.QUIET if quiet else Edition.State.MADE


def _write_letters(
    edition: Edition, recipients: Sequence[Recipient], made: Mapping[Scope, Made], now: datetime
) -> None:
    """One body per set of permissions, one letter per recipient."""
    bodies: dict[Scope, Body] = {}
    for scope in {one.scope for one in recipients}:
        if rendered := made[scope].rendered:
            bodies[scope] = store_body(rendered, edition)
    Letter.objects.bulk_create(
        letter(bodies[one.scope], edition.schedule, one.email, now, edition=edition, user_id=one.user_id)
        for one in recipients
        if one.scope in bodies
    )


def store_body(rendered: Rendered, edition: Edition | None = None) -> Body:
    """What is said, stored."""
    return Body.objects.create(
        edition=edition, subject=rendered.subject, html=rendered.html, text=rendered.text, images=rendered.images
    )


def letter(
    body: Body, schedule: Schedule, email: str, now: datetime, *, edition: Edition | None, user_id: int | None
) -> Letter:
    """A letter that is not stored yet. Without an edition it is a test."""
    key = f"digest {edition.pk}" if edition else f"test {body.pk}"
    return Letter(
        body=body,
        edition=edition,
        schedule=schedule,
        user_id=user_id,
        email=email,
        kind=Letter.Kind.DIGEST if edition else Letter.Kind.TEST,
        message_id=message_id(key, email),
        unsubscribe=unsubscribe_link(schedule.pk, email),
        preferences=preferences_link(email),
        created_at=now,
        next_at=now,
    )


def _tell_channels(edition: Edition, made: Mapping[Channel, Made], now: datetime) -> None:
    """A summary to each channel, through the outbox of alerts."""
    key = f"digest-{edition.pk}"
    team_of = {channel: channel.team.name if channel.team else "" for channel in made}
    rows = [
        row(message(one.document, key, now, team_of[channel]), channel, Chosen(channel.pk), now)
        for channel, one in made.items()
        if one.rendered
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
