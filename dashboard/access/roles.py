"""The three roles and the one rule of visibility: everything that is read goes through a Scope."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

VIEWER, OPERATOR, ADMIN = "viewer", "operator", "admin"
ROLES = (VIEWER, OPERATOR, ADMIN)
"""From least to most: each may do what those before it may. They are Django groups of these names."""
SEE_ALL_STACKS = "dashboard.see_all_stacks"
SEE_MONEY = "dashboard.see_money"

Person = AbstractBaseUser | AnonymousUser
Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a user may see: every stack, or those of some teams; and whether what they cost."""

    everything: bool
    team_ids: frozenset[int]
    money: bool = False


NOTHING = Scope(everything=False, team_ids=frozenset())
EVERYTHING = Scope(everything=True, team_ids=frozenset(), money=True)


def scope_of(user: Person) -> Scope:
    """Tell what a user may see; nobody sees anything before signing in."""
    if not user.is_active or not isinstance(user, PermissionsMixin):
        return NOTHING
    money = user.has_perm(SEE_MONEY)
    if user.has_perm(SEE_ALL_STACKS):
        return Scope(everything=True, team_ids=frozenset(), money=money)
    teams: Any = user.teams  # type: ignore[attr-defined] # reverse side of Team.members
    return Scope(everything=False, team_ids=frozenset(teams.values_list("pk", flat=True)), money=money)


def demand_money(user: Person) -> None:
    """Raise PermissionDenied, with a sentence for the 403 page, unless the user may see what things cost."""
    if not scope_of(user).money:
        raise PermissionDenied(
            "This shows what things cost, and you may not see that. An admin can allow it under Users in the admin."
        )


def role_of(user: Person) -> str:
    """The highest role of a signed-in user, or blank for anybody else.

    Whoever has no group is a viewer, and sees nothing until a team takes them in.
    """
    if not user.is_active or not isinstance(user, PermissionsMixin):
        return ""
    if user.is_superuser:
        return ADMIN
    held: set[str] = _group_names(user)
    return next((role for role in reversed(ROLES) if role in held), VIEWER)


def has_role(user: Person, role: str) -> bool:
    """Whether the user's role is `role` or a higher one."""
    held = role_of(user)
    return bool(held) and ROLES.index(held) >= ROLES.index(role)


def require_role(
    role: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, Parameters], Answer]], Callable[Concatenate[HttpRequest, Parameters], Answer]
]:
    """Decorate a page or an API operation that needs a role; the 403 answer names it."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, Parameters], Answer],
    ) -> Callable[Concatenate[HttpRequest, Parameters], Answer]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
            demand_role(request.user, role)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def demand_role(user: Person, role: str) -> None:
    """Raise PermissionDenied, with a sentence for the 403 page, unless the user holds the role."""
    if not has_role(user, role):
        held = role_of(user) or "nobody"
        raise PermissionDenied(
            f"This needs the role {role}; your role is {held}. An admin can change it under Users in the admin."
        )


def _group_names(user: PermissionsMixin) -> set[str]:
    """Names of the user's groups, read once per user object."""
    names: set[str] | None = user.__dict__.get("_group_names")
    if names is None:
        names = set(user.groups.values_list("name", flat=True))
        user.__dict__["_group_names"] = names
    return names
