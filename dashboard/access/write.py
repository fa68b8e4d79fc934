"""Decisions about access stored: roles, users, preferences, sign-in attempts, key rotation."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import models, transaction

from dashboard.access.models import SignInPressure, Team
from dashboard.access.roles import ADMIN, OPERATOR, ROLES, SEE_ALL_STACKS, SEE_MONEY, VIEWER
from dashboard.access.secrets import EncryptedTextField
from dashboard.access.slowdown import FORGET_AFTER, remaining_wait

COLLECTED = ("stack", "resource", "link", "deploy", "target", "run", "apiusage", "resourcehealth", "stackhealth",
             "cloudwatchalarm")  # fmt: skip
EDITED = ("team", "tagrule", "custommetric", "thresholdrule", "tracerule", "slo", "sloexclusion", "channel", "route",
          "schedule", "address", "budget", "unexpectedrule")  # fmt: skip
BILLED = ("awsbudget", "billedday", "unexpectedspend")
RIGHTS: dict[str, tuple[str, ...]] = {
    VIEWER: tuple(f"dashboard.view_{name}" for name in COLLECTED),
    OPERATOR: ("dashboard.change_target", SEE_MONEY),
    ADMIN: (
        SEE_ALL_STACKS,
        "dashboard.change_stack",
        *(f"dashboard.{verb}_account" for verb in ("view", "add", "change", "delete")),
        *(f"dashboard.{verb}_{name}" for name in EDITED for verb in ("view", "add", "change", "delete")),
        *(f"dashboard.view_{name}" for name in BILLED),
        "dashboard.view_suppression",
        "dashboard.delete_suppression",
        "dashboard.view_delivery",
        "dashboard.change_delivery",
        *(f"auth.{verb}_user" for verb in ("view", "add", "change", "delete")),
        "auth.view_group",
        "auditlog.view_logentry",
    ),
}
"""What each role adds to the one before it. Collected data is only ever viewed."""


def create_roles(**_signal: Any) -> None:
    """Bring the three groups and their permissions into being; safe to run again. Receives post_migrate."""
    names: set[str] = set()
    for role in ROLES:
        names.update(RIGHTS[role])
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(_permissions(names))


def _permissions(names: Iterable[str]) -> list[Permission]:
    wanted = set(names)
    found = Permission.objects.select_related("content_type").filter(
        codename__in={name.partition(".")[2] for name in wanted}
    )
    return [one for one in found if f"{one.content_type.app_label}.{one.codename}" in wanted]


@transaction.atomic
def create_user(username: str, password: str, role: str, *, see_all: bool = False, teams: Iterable[Team] = ()) -> User:
    """Make a user with one role; `see_all` lets them see the stacks of every team."""
    user = User.objects.create_user(username=username, password=password)
    set_role(user, role)
    set_see_all(user, see_all=see_all)
    for team in teams:
        team.members.add(user)
    return user


def set_role(user: User, role: str) -> None:
    """Give the user exactly this one of the three roles; admins, and only they, are staff."""
    user.groups.set([*user.groups.exclude(name__in=ROLES), Group.objects.get(name=role)])
    user.__dict__.pop("_group_names", None)
    if user.is_staff != (role == ADMIN):
        user.is_staff = role == ADMIN
        user.save(update_fields=["is_staff"])


def set_see_all(user: User, *, see_all: bool) -> None:
    """Let the user see the stacks of all teams, or only those of their own. Admins see all by their role."""
    _set_permission(user, "see_all_stacks", held=see_all)


def set_see_money(user: User, *, see_money: bool) -> None:
    """Let a viewer see what things cost. Operators and admins see it by their role."""
    _set_permission(user, "see_money", held=see_money)


def _set_permission(user: User, codename: str, *, held: bool) -> None:
    """Give the user a permission of their own, or take it."""
    permission = Permission.objects.get(content_type__app_label="dashboard", codename=codename)
    if held:
        user.user_permissions.add(permission)
    else:
        user.user_permissions.remove(permission)


@transaction.atomic
def claim_attempt(username: str, now: datetime) -> timedelta:
    """Count a sign-in from an unknown address as failed before it is tried, so that parallel guesses count too.

    Returns zero when it may be tried; otherwise the time to wait, and nothing is counted.
    """
    SignInPressure.objects.filter(last_at__lt=now - FORGET_AFTER).delete()
    SignInPressure.objects.get_or_create(username=username, defaults={"last_at": now})
    pressure = SignInPressure.objects.select_for_update().get(username=username)
    wait = remaining_wait(pressure.failures, pressure.last_at, now)
    if not wait:
        pressure.failures += 1
        pressure.last_at = now
        pressure.save(update_fields=["failures", "last_at"])
    return wait


def return_attempt(username: str) -> None:
    """Take back the count of an attempt that succeeded; the other failures stay."""
    SignInPressure.objects.filter(username=username, failures__gt=0).update(failures=models.F("failures") - 1)


@transaction.atomic
def rotate_secrets() -> int:
    """Encrypt every stored secret again with the newest key. Returns how many there were."""
    return sum(
        _rotate_column(model, field.attname)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    )


def _rotate_column(model: type[models.Model], column: str) -> int:
    rows = model._default_manager.exclude(**{f"{column}__isnull": True})
    secrets = [(pk, text) for pk, text in rows.values_list("pk", column) if text]
    for pk, text in secrets:
        model._default_manager.filter(pk=pk).update(**{column: text})
    return len(secrets)
