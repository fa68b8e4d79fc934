"""Roles, scopes and preferences."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client, RequestFactory

from dashboard.access.models import Team
from dashboard.access.roles import NOTHING, Scope, demand_money, require_role, role_of, scope_of
from dashboard.access.write import create_roles, create_user, set_role, set_see_all, set_see_money
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_migrating_again_changes_nothing() -> None:
    before = {group.name: set(group.permissions.values_list("pk", flat=True)) for group in Group.objects.all()}
    call_command("migrate", verbosity=0)
    create_roles(sender=apps.get_app_config("dashboard"))
    after = {group.name: set(group.permissions.values_list("pk", flat=True)) for group in Group.objects.all()}
    assert set(before) == {"viewer", "operator", "admin"}
    assert after == before


def test_no_role_may_change_what_was_collected() -> None:
    for group in Group.objects.all():
        names = set(group.permissions.values_list("codename", flat=True))
        assert (
            not {
                f"{verb}_{name}"
                for verb in ("add", "change", "delete")
                for name in ("resource", "link", "deploy", "run", "series", "slice")
            }
            & names
        )


@pytest.mark.parametrize(("role", "staff"), [("viewer", False), ("operator", False), ("admin", True)])
def test_admins_and_only_they_are_staff(role: str, staff: bool) -> None:
    user = create_user("olga", "x", role)
    assert (role_of(user), user.is_staff) == (role, staff)


def test_losing_the_admin_role_ends_being_staff() -> None:
    user = create_user("olga", "x", "admin")
    set_role(user, "viewer")
    user = User.objects.get(pk=user.pk)
    assert (role_of(user), user.is_staff, user.groups.count()) == ("viewer", False, 1)


def test_whoever_has_no_group_is_a_viewer_who_sees_nothing() -> None:
    user = User.objects.create_user("olga")
    assert (role_of(user), scope_of(user)) == ("viewer", NOTHING)


def test_nobody_sees_anything_before_signing_in() -> None:
    assert (role_of(AnonymousUser()), scope_of(AnonymousUser())) == ("", NOTHING)


def test_members_see_the_stacks_of_their_teams() -> None:
    team, _other = Team.objects.create(name="shop"), Team.objects.create(name="mail")
    user = create_user("olga", "x", "viewer", teams=[team])
    assert scope_of(user) == Scope(everything=False, team_ids=frozenset({team.pk}))


def test_the_right_to_see_all_shows_everything_until_it_is_taken() -> None:
    user = create_user("olga", "x", "viewer", see_all=True)
    assert scope_of(User.objects.get(pk=user.pk)).everything
    set_see_all(user, see_all=False)
    assert not scope_of(User.objects.get(pk=user.pk)).everything


@pytest.mark.parametrize("role", ["admin", "superuser"])
def test_admins_see_everything(role: str) -> None:
    user = User.objects.create_superuser("root") if role == "superuser" else create_user("ada", "x", "admin")
    assert scope_of(user).everything
    assert role_of(user) == "admin"


def test_a_deactivated_user_has_neither_role_nor_sight() -> None:
    user = create_user("ada", "x", "admin")
    user.is_active = False
    assert (role_of(user), scope_of(user)) == ("", NOTHING)


@pytest.mark.parametrize(("role", "allowed"), [("viewer", False), ("operator", True), ("admin", True)])
def test_a_page_for_operators_lets_in_operators_and_above(role: str, allowed: bool) -> None:
    request = RequestFactory().get("/")
    request.user = create_user("olga", "x", role)
    page = require_role("operator")(lambda request: "shown")
    if allowed:
        assert page(request) == "shown"
    else:
        with pytest.raises(PermissionDenied, match="needs the role operator; your role is viewer"):
            page(request)


def test_a_time_zone_is_kept(client: Client) -> None:
    user = create_user("olga", "x", "viewer")
    client.force_login(user)
    client.post("/preferences/", {"time_zone": "Europe/Berlin", "theme": "dark"})
    user = User.objects.get(pk=user.pk)
    assert (user.preference.time_zone, user.preference.theme) == ("Europe/Berlin", "dark")


@pytest.mark.parametrize("name", ["Europe/Nowhere", "../../etc/passwd", "", "<script>"])
def test_a_time_zone_that_does_not_exist_is_refused_at_its_field(client: Client, name: str) -> None:
    user = create_user("olga", "x", "viewer")
    client.force_login(user)
    answer = client.post("/preferences/", {"time_zone": name, "theme": "dark"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["time_zone"]


def test_the_theme_switch_keeps_the_time_zone(client: Client) -> None:
    user = create_user("olga", "x", "viewer")
    client.force_login(user)
    client.post("/preferences/", {"time_zone": "Asia/Tokyo", "theme": "system"})
    assert client.post("/preferences/", {"theme": "dark"}).status_code == 204
    assert client.post("/preferences/", {"theme": "pink"}).status_code == 400
    user = User.objects.get(pk=user.pk)
    assert (user.preference.time_zone, user.preference.theme) == ("Asia/Tokyo", "dark")


@pytest.mark.parametrize(("role", "sees"), [("viewer", False), ("operator", True), ("admin", True)])
def test_operators_and_admins_see_what_things_cost(role: str, sees: bool) -> None:
    assert scope_of(make_user(role, role)).money is sees


def test_a_viewer_may_be_allowed_to_see_what_things_cost() -> None:
    viewer = make_user("accountant", "viewer")
    set_see_money(viewer, see_money=True)
    assert scope_of(User.objects.get(pk=viewer.pk)).money


def test_whoever_may_not_see_money_is_told_who_can_allow_it() -> None:
    with pytest.raises(PermissionDenied, match="An admin can allow it"):
        demand_money(make_user("viewer", "viewer"))
