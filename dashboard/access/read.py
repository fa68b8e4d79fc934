"""Reads of access: preferences, known addresses."""

from datetime import datetime

from axes.models import AccessLog
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Permission, User
from django.db.models import Model, Q

from dashboard.access.models import Preference
from dashboard.access.slowdown import KNOWN_FOR


class UserBackend(ModelBackend):
    """Django's own sign-in, with fewer questions to the database on every page."""

    def get_user(self, user_id: int) -> User | None:
        """The user of a session with their preferences; None when they are gone or may no longer sign in."""
        try:
            user = User.objects.select_related("preference").get(pk=user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: AbstractBaseUser | AnonymousUser, obj: Model | None = None) -> set[str]:
        """Own permissions and those of groups together; read once per user object."""
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        if user_obj.is_superuser:
            return super().get_all_permissions(user_obj)
        held: set[str] | None = user_obj.__dict__.get("_held")
        if held is None:
            rows = Permission.objects.filter(Q(user=user_obj) | Q(group__user=user_obj)).order_by()
            names = rows.values_list("content_type__app_label", "codename")
            held = user_obj.__dict__["_held"] = {f"{label}.{codename}" for label, codename in names}
        return held


def preference_of(user: AbstractBaseUser | AnonymousUser) -> Preference:
    """What the user prefers, or the defaults; read once per user object."""
    if not isinstance(user, User):
        return Preference()
    try:
        return user.preference
    except Preference.DoesNotExist:
        user.preference = Preference(user=user)
        return user.preference


def has_signed_in_from(username: str, address: str | None, now: datetime) -> bool:
    """Whether that user signed in from that address lately."""
    logs = AccessLog.objects.filter(username=username, ip_address=address, attempt_time__gte=now - KNOWN_FOR)
    return address is not None and logs.exists()


def anybody_exists() -> bool:
    """Whether there is at least one user who can sign in."""
    return User.objects.filter(is_active=True).exists()
