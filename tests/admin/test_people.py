"""Admin of users and teams, the index, and who gets in."""

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client

from dashboard.access.roles import role_of, scope_of
from dashboard.access.write import create_user
from dashboard.admin.site import site
from tests.admin.conftest import World

USERS = "/admin/auth/user/"
SECRET = "a-long-first-password"


def form_for(**changed: object) -> dict[str, object]:
    return {"username": "olga", "email": "olga@example.com", "is_active": "on", "role": "operator", **changed}


def test_a_user_is_made_with_role_team_and_password(desk: Client, world: World) -> None:
    password = {"usable_password": "true", "password1": SECRET, "password2": SECRET}
    desk.post(f"{USERS}add/", form_for(teams=[world.team.pk], **password))
    user = User.objects.get(username="olga")
    assert (role_of(user), user.is_staff, user.check_password(SECRET)) == ("operator", False, True)
    assert scope_of(user).team_ids == {world.team.pk}


def test_making_someone_admin_makes_them_staff(desk: Client) -> None:
    user = create_user("olga", "x", "viewer")
    desk.post(f"{USERS}{user.pk}/change/", form_for(role="admin"))
    user = User.objects.get(pk=user.pk)
    assert (role_of(user), user.is_staff) == ("admin", True)


def test_the_right_to_see_all_is_given_and_taken(desk: Client) -> None:
    user = create_user("olga", "x", "viewer")
    desk.post(f"{USERS}{user.pk}/change/", form_for(role="viewer", see_all="on"))
    assert scope_of(User.objects.get(pk=user.pk)).everything
    desk.post(f"{USERS}{user.pk}/change/", form_for(role="viewer"))
    assert not scope_of(User.objects.get(pk=user.pk)).everything


def test_admins_can_neither_demote_nor_deactivate_themselves(desk: Client, admin: User) -> None:
    desk.post(f"{USERS}{admin.pk}/change/", {"username": "ada", "email": "", "role": "viewer"})
    admin = User.objects.get(pk=admin.pk)
    assert (role_of(admin), admin.is_active) == ("admin", True)


def test_the_next_form_is_not_touched_by_that(desk: Client, admin: User) -> None:
    user = create_user("olga", "x", "viewer")
    desk.get(f"{USERS}{admin.pk}/change/")
    desk.post(f"{USERS}{user.pk}/change/", form_for(role="operator"))
    assert role_of(User.objects.get(pk=user.pk)) == "operator"


def test_admins_cannot_delete_themselves(desk: Client, admin: User) -> None:
    assert desk.post(f"{USERS}{admin.pk}/delete/", {"post": "yes"}).status_code == 403
    desk.post(USERS, {"action": "delete_selected", "_selected_action": [admin.pk], "post": "yes"})
    assert User.objects.filter(pk=admin.pk).exists()


def test_a_deactivated_admin_keeps_the_role_for_later(desk: Client) -> None:
    user = create_user("olga", "x", "admin")
    desk.post(f"{USERS}{user.pk}/change/", form_for(role="admin", is_active=""))
    answer = desk.get(f"{USERS}{user.pk}/change/")
    assert answer.context["adminform"].form.initial["role"] == "admin"


def test_no_password_is_in_the_history(desk: Client) -> None:
    password = {"usable_password": "true", "password1": SECRET, "password2": SECRET}
    desk.post(f"{USERS}add/", form_for(**password))
    text = "".join(str(entry.changes) for entry in LogEntry.objects.all())
    assert "olga@example.com" in text
    assert "md5$" not in text
    assert SECRET not in text


def test_the_history_says_who_changed_what(desk: Client, admin: User) -> None:
    user = create_user("olga", "x", "viewer")
    desk.post(f"{USERS}{user.pk}/change/", form_for(role="viewer", email="new@example.com"))
    page = desk.get("/admin/auditlog/logentry/", {"q": "olga"}).content.decode()
    assert "email:" in page
    assert "new@example.com" in page
    assert "ada" in page


def test_the_index_is_grouped_by_purpose(desk: Client) -> None:
    groups = [group["name"] for group in desk.get("/admin/").context["app_list"]]
    assert groups == ["What is observed", "What is judged", "Who is told", "People", "What was collected", "History"]


def test_whatever_can_be_administered_stands_on_the_index(desk: Client) -> None:
    listed = {entry["model"] for group in desk.get("/admin/").context["app_list"] for entry in group["models"]}
    assert listed == set(site._registry)


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_others_are_told_which_role_the_admin_needs(client: Client, world: World, role: str) -> None:
    client.force_login(create_user("olga", "x", role))
    for url in ("/admin/", f"{USERS}", "/admin/dashboard/tagrule/preview/"):
        answer = client.get(url)
        assert answer.status_code == 403
        assert "role admin" in answer.content.decode()


def test_being_staff_without_the_role_opens_nothing(client: Client, db: None) -> None:
    user = create_user("olga", "x", "viewer")
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client.force_login(user)
    assert client.get("/admin/").status_code == 403
