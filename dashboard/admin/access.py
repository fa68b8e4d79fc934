"""Admin of people: users with one role each, and teams that own stacks."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import User
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from dashboard.access.models import Team
from dashboard.access.roles import ADMIN, ROLES, VIEWER, role_of
from dashboard.access.write import set_role, set_see_all, set_see_money
from dashboard.admin.site import site


class PersonForm(forms.ModelForm):
    """What an admin decides about a user."""

    role = forms.ChoiceField(
        choices=[(role, role.capitalize()) for role in ROLES],
        initial=VIEWER,
        help_text="Viewers look. Operators also poll, pause and acknowledge. Admins also manage accounts and people.",
    )
    see_all = forms.BooleanField(
        label="Sees the stacks of all teams", required=False, help_text="Admins do in any case."
    )
    see_money = forms.BooleanField(
        label="Sees what things cost", required=False, help_text="Operators and admins do in any case."
    )
    teams = forms.ModelMultipleChoiceField(
        Team.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The user sees the stacks of these teams.",
    )

    class Meta:
        model = User
        fields = ("username", "email", "is_active")

    about_oneself = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.about_oneself:  # nobody takes the role or the way in from themselves, so that an admin always remains
            for name in ("role", "is_active"):
                self.fields[name].disabled = True
                self.fields[name].help_text = "You can't change this for yourself; another admin can."
        if self.instance.pk:
            self.initial.setdefault("role", role_of(self.instance) or _role_when_inactive(self.instance))
            held = set(self.instance.user_permissions.values_list("codename", flat=True))
            self.initial.setdefault("see_all", "see_all_stacks" in held)
            self.initial.setdefault("see_money", "see_money" in held)
            self.initial.setdefault("teams", list(self.instance.teams.all()))

    def save_decisions(self) -> None:
        """Store role, sight and teams, once the user itself is stored."""
        set_role(self.instance, self.cleaned_data["role"])
        set_see_all(self.instance, see_all=self.cleaned_data["see_all"])
        set_see_money(self.instance, see_money=self.cleaned_data["see_money"])
        self.instance.teams.set(self.cleaned_data["teams"])


class NewPersonForm(AdminUserCreationForm, PersonForm):
    """A new user, with a password."""

    class Meta:
        model = User
        fields = ("username", "email")


@admin.register(User, site=site)
class PersonAdmin(DjangoUserAdmin):
    """Who may sign in, with one role each."""

    form = PersonForm
    add_form = NewPersonForm
    list_display = ("username", "email", "role", "team_list", "sees_all", "is_active", "last_login")
    list_filter = ("groups", ("teams", admin.RelatedFieldListFilter), "is_active")
    search_fields = ("username", "email", "first_name", "last_name")
    search_help_text = "Name or e-mail"
    ordering = ("username",)
    readonly_fields = ("password_link", "last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "email", "password_link", "is_active")}),
        ("What they may do", {"fields": ("role", "teams", "see_all", "see_money")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "email", "usable_password", "password1", "password2")}),
        ("What they may do", {"fields": ("role", "teams", "see_all", "see_money")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With groups and teams, for the list."""
        return super().get_queryset(request).prefetch_related("groups", "teams", "user_permissions")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form when it is about whoever is asking."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"about_oneself": obj is not None and obj.pk == request.user.pk})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not oneself."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.pk != request.user.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Bulk removal leaves oneself out as well."""
        super().delete_queryset(request, queryset.exclude(pk=request.user.pk or 0))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Groups are set by the role."""
        form.save_decisions()

    @admin.display(description="Password")
    def password_link(self, user: User) -> str:
        return format_html('<a href="../password/">{}</a>', "Set a new password")

    @admin.display(description="Role")
    def role(self, user: User) -> str:
        return _role_when_inactive(user)

    @admin.display(description="Teams")
    def team_list(self, user: User) -> str:
        return ", ".join(team.name for team in user.teams.all()) or "none"

    @admin.display(description="Sees all", boolean=True)
    def sees_all(self, user: User) -> bool:
        held = any(permission.codename == "see_all_stacks" for permission in user.user_permissions.all())
        return held or _role_when_inactive(user) == ADMIN


def _role_when_inactive(user: User) -> str:
    """The role that the user's groups give, whether or not they may sign in."""
    names = {group.name for group in user.groups.all()}
    return ADMIN if user.is_superuser else next((role for role in reversed(ROLES) if role in names), VIEWER)


@admin.register(Team, site=site)
class TeamAdmin(admin.ModelAdmin):
    """People who own stacks and see them."""

    list_display = ("name", "member_count", "stack_count")
    search_fields = ("name", "members__username")
    search_help_text = "Team or member"
    filter_horizontal = ("members",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        """With counts."""
        counts = {"member_total": Count("members", distinct=True), "stack_total": Count("stacks", distinct=True)}
        teams: QuerySet[Team] = super().get_queryset(request).annotate(**counts)
        return teams

    @admin.display(description="Members", ordering="member_total")
    def member_count(self, team: Any) -> int:
        return int(team.member_total)

    @admin.display(description="Stacks", ordering="stack_total")
    def stack_count(self, team: Any) -> int:
        return int(team.stack_total)
