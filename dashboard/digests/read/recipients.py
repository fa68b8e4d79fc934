"""Who gets a schedule's mail, and what each of them may see."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Q

from dashboard.access.roles import Scope, scope_of
from dashboard.digests.models import OptOut, Schedule, Suppression


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address, once; of a user or of nobody who signs in."""

    email: str
    user_id: int | None
    scope: Scope


def recipients_of(schedule: Schedule) -> list[Recipient]:
    """Everybody who gets it: active users with an address, their teams' members, verified addresses.

    Without those who opted out and those whose address is refused. A user who is named twice gets one.
    """
    left_out = {email.lower() for email in OptOut.objects.filter(schedule=schedule).values_list("email", flat=True)}
    refused = Suppression.objects.exclude(since=None).values_list("email", flat=True)
    left_out |= {email.lower() for email in refused}
    found: dict[str, Recipient] = {}
    for user in _users(schedule):
        found.setdefault(user.email.lower(), Recipient(user.email, user.pk, scope_of(user)))
    outside = outside_scope(schedule)
    for email in schedule.addresses.exclude(verified_at=None).values_list("email", flat=True):
        found.setdefault(email.lower(), Recipient(email, None, outside))
    return [one for email, one in sorted(found.items()) if email not in left_out]


def _users(schedule: Schedule) -> list[User]:
    """Users and members of teams; permissions are asked for per user: a schedule has few."""
    named = Q(digests=schedule) | Q(teams__digests=schedule)
    return list(User.objects.filter(named, is_active=True).exclude(email="").distinct().order_by("pk"))


def outside_scope(schedule: Schedule) -> Scope:
    """What addresses and channels without a team may see."""
    teams = frozenset(schedule.shows_teams.values_list("pk", flat=True))
    return Scope(everything=not teams, team_ids=teams, money=schedule.shows_money)
