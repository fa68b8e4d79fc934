"""What people decide about alerts: acknowledge, assign, comment, silence."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from dashboard.alerts.models import Alert, Silence, Transition
from dashboard.alerts.write.tell import tell_acknowledged


@transaction.atomic
def acknowledge(alert: Alert, person: User | None, now: datetime) -> bool:
    """Somebody has it, until it has recovered; what was put down to it is theirs too. False when it isn't open.

    Without a person it was whoever holds the link of a message.
    """
    mine = Alert.objects.filter(pk=alert.pk, state=Alert.State.OPEN)
    if not mine.update(state=Alert.State.ACKNOWLEDGED, assignee=person):
        return False
    effects = Alert.objects.filter(cause_id=alert.pk, state=Alert.State.OPEN)
    ids = [alert.pk, *effects.values_list("pk", flat=True)]
    effects.update(state=Alert.State.ACKNOWLEDGED, assignee=person)
    text = "" if person else "via link"
    Transition.objects.bulk_create(
        [Transition(alert_id=pk, at=now, kind=Transition.Kind.ACKNOWLEDGED, person=person, text=text) for pk in ids]
    )
    tell_acknowledged(alert, _name_of(person), now)
    return True


def _name_of(person: User | None) -> str:
    return person.get_full_name() or person.get_username() if person else "Somebody with the link of a message"


@transaction.atomic
def assign(alert: Alert, to: User | None, person: User, now: datetime) -> None:
    """Give it to somebody, or to nobody."""
    Alert.objects.filter(pk=alert.pk).update(assignee=to)
    name = to.get_username() if to else "nobody"
    Transition.objects.create(alert=alert, at=now, kind=Transition.Kind.ASSIGNED, person=person, text=f"to {name}")


def comment(alert: Alert, text: str, person: User, now: datetime) -> None:
    """Write something down, for whoever comes later."""
    Transition.objects.create(alert=alert, at=now, kind=Transition.Kind.COMMENTED, person=person, text=text)


@transaction.atomic
def silence(made: Silence, person: User, now: datetime, alert: Alert | None = None) -> Silence:
    """Store a silence; the alert from which it was made says so."""
    made.created_by, made.created_at = person, now
    made.save()
    if alert is not None:
        until = f"until {made.ends_at:%Y-%m-%d %H:%M} UTC" if made.ends_at else "until somebody ends it"
        text = f"{made.reason}, {until}"
        Transition.objects.create(alert=alert, at=now, kind=Transition.Kind.SILENCED, person=person, text=text)
    return made


def end_silence(quiet: Silence, now: datetime) -> None:
    """From now on everything is told again."""
    Silence.objects.filter(pk=quiet.pk).update(ends_at=now)
