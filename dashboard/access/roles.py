"""The three roles and the one rule of visibility: everything that is read goes through a Scope."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

VIEWER, OPERATOR, ADMIN = "viewer", "operator", "admin"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a user may see: every stack, or those of some teams."""

    everything: bool
    team_ids: frozenset[int]


def scope_of(user: AbstractBaseUser | AnonymousUser) -> Scope:
    """Tell what a signed-in user may see."""
    raise NotImplementedError
