"""Admin of stacks: which team owns one, how closely it is watched."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from dashboard.access.models import Team
from dashboard.admin.site import site
from dashboard.inventory.models import Stack


class TeamChoiceForm(ActionForm):
    """The choice beside the bulk actions."""

    team = forms.ModelChoiceField(Team.objects.all(), required=False, empty_label="No team")


class PresenceFilter(admin.SimpleListFilter):
    """There now, or gone from AWS; shows what is there unless asked otherwise."""

    title, parameter_name = "presence", "presence"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The two besides the default."""
        return [("gone", "Gone from AWS"), ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        """Name the default."""
        first, *others = super().choices(changelist)
        yield {**first, "display": "There now"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Filter by the choice."""
        if self.value() == "all":
            return queryset
        return queryset.filter(gone_at__isnull=self.value() != "gone")


@admin.register(Stack, site=site)
class StackAdmin(admin.ModelAdmin):
    """Which team owns a stack, and how closely it is watched."""

    list_display = (
        "name", "account", "region", "environment", "source", "team", "owner", "resolution", "resource_count", "status",
    )  # fmt: skip
    list_display_links = ("name",)
    list_select_related = ("account", "team")
    list_filter = (
        PresenceFilter,
        ("account", admin.RelatedOnlyFieldListFilter),
        ("team", admin.RelatedFieldListFilter),
        "environment",
        "source",
        "region",
        "resolution",
    )
    list_per_page = 50
    search_fields = ("name", "owner", "environment", "arn")
    search_help_text = "Name, owner, environment or ARN"
    action_form = TeamChoiceForm
    actions = ("assign_team", "watch_every_minute", "watch_every_five_minutes")
    fields = (
        "name", "team", "resolution", "account", "region", "environment", "owner", "source", "status", "description",
        "arn", "tag_lines", "first_seen_at", "gone_at",
    )  # fmt: skip
    readonly_fields = tuple(name for name in fields if name not in {"team", "resolution"})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stack]:
        """With the number of resources that are there now."""
        present = Count("resources", filter=Q(resources__gone_at=None))
        stacks: QuerySet[Stack] = super().get_queryset(request).annotate(resource_total=present)
        return stacks

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Stacks are found, not made."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A stack goes with its account."""
        return False

    @admin.display(description="Resources", ordering="resource_total")
    def resource_count(self, stack: Any) -> int:
        return int(stack.resource_total)

    @admin.display(description="Tags")
    def tag_lines(self, stack: Stack) -> str:
        return "\n".join(f"{key}={value}" for key, value in stack.tags.items()) or "none"

    @admin.action(description="Assign to the team chosen here", permissions=("change",))
    def assign_team(self, request: HttpRequest, chosen: QuerySet[Stack]) -> None:
        team: Team | None = TeamChoiceForm.base_fields["team"].clean(request.POST.get("team"))
        self._change(request, chosen, "team", team, f"assigned to {team.name if team else 'no team'}")

    @admin.action(description="Collect every minute", permissions=("change",))
    def watch_every_minute(self, request: HttpRequest, chosen: QuerySet[Stack]) -> None:
        self._change(request, chosen, "resolution", Stack.Resolution.ONE_MINUTE, "collected every minute")

    @admin.action(description="Collect every 5 minutes", permissions=("change",))
    def watch_every_five_minutes(self, request: HttpRequest, chosen: QuerySet[Stack]) -> None:
        self._change(request, chosen, "resolution", Stack.Resolution.FIVE_MINUTES, "collected every 5 minutes")

    def _change(self, request: HttpRequest, chosen: QuerySet[Stack], field: str, value: Any, done: str) -> None:
        """One save each, so that the history says who did it."""
        stacks = list(chosen)
        for stack in stacks:
            setattr(stack, field, value)
            stack.save(update_fields=[field])
        noun = "stack is now" if len(stacks) == 1 else "stacks are now"
        self.message_user(request, f"{len(stacks)} {noun} {done}.", messages.SUCCESS)
