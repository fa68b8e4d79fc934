"""Admin of accounts: pause, resume, cap, regions, remove. Connecting one is a page of its own."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from dashboard.admin.shape import ListField
from dashboard.admin.site import site
from dashboard.inventory.models import Account
from dashboard.metrics.models import Series
from dashboard.polls.write import ensure_targets, resume_account

REGION = r"[a-z]{2}(-[a-z]+)+-\d"


class AccountForm(forms.ModelForm):
    """What may be changed after connecting."""

    regions = ListField(
        pattern=REGION,
        example="eu-central-1",
        help_text="Where to look for resources, one per line. A region that is left out keeps its history.",
    )

    class Meta:
        model = Account
        fields = ("name", "regions", "monthly_cap")
        help_texts = {
            "monthly_cap": "USD a month. Optional collecting pauses before it is passed. Blank: the default.",
        }

    def clean_monthly_cap(self) -> Any:
        """A cap below zero has no meaning."""
        cap = self.cleaned_data["monthly_cap"]
        if cap is not None and cap < 0:
            raise forms.ValidationError("A cap can't be negative. Pause the account to stop collecting.")
        return cap


class PausedFilter(admin.SimpleListFilter):
    """Collecting or paused."""

    title, parameter_name = "collecting", "collecting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The two states."""
        return [("yes", "Collecting"), ("no", "Paused")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Account]) -> QuerySet[Account]:
        """Filter by the choice."""
        return queryset.filter(paused_at__isnull=self.value() == "yes") if self.value() else queryset


@admin.register(Account, site=site)
class AccountAdmin(admin.ModelAdmin):
    """Where is collected from: regions, monthly cap, pause.

    Secrets are never shown: nobody needs to see an external id twice.
    """

    form = AccountForm
    list_display = ("name", "account_id", "method", "region_list", "stack_count", "resource_count", "state", "cap")
    list_filter = (PausedFilter, "method")
    search_fields = ("name", "account_id", "role_arn")
    search_help_text = "Name, account id or role"
    actions = ("pause", "resume")
    readonly_fields = ("account_id", "method", "profile", "role_arn", "state", "created_at")
    fieldsets = (
        (None, {"fields": ("name", "account_id", "state")}),
        ("How it is reached", {"fields": ("method", "profile", "role_arn", "created_at")}),
        ("What is collected", {"fields": ("regions", "monthly_cap")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        """With counts of what is there now."""
        stacks = Count("stacks", filter=Q(stacks__gone_at=None), distinct=True)
        resources = Count("stacks__resources", filter=Q(stacks__resources__gone_at=None), distinct=True)
        accounts: QuerySet[Account] = (
            super().get_queryset(request).annotate(stack_total=stacks, resource_total=resources)
        )
        return accounts

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:
        """A region that was added is polled from now on; one that was left out is not."""
        super().save_model(request, obj, form, change)
        if "regions" in form.changed_data:
            ensure_targets(obj, timezone.now())

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A new account needs its permissions tried: the guide does that."""
        return redirect("connect")

    @admin.display(description="Regions")
    def region_list(self, account: Account) -> str:
        return ", ".join(account.regions) or "none"

    @admin.display(description="Stacks", ordering="stack_total")
    def stack_count(self, account: Any) -> int:
        return int(account.stack_total)

    @admin.display(description="Resources", ordering="resource_total")
    def resource_count(self, account: Any) -> int:
        return int(account.resource_total)

    @admin.display(description="State", ordering="paused_at")
    def state(self, account: Account) -> str:
        if account.paused_at is None:
            return "Collecting"
        return f"Paused since {timezone.localtime(account.paused_at):%Y-%m-%d %H:%M}"

    @admin.display(description="Monthly cap", ordering="monthly_cap")
    def cap(self, account: Account) -> str:
        return "default" if account.monthly_cap is None else f"USD {account.monthly_cap}"

    @admin.action(description="Pause collecting", permissions=("change",))
    def pause(self, request: HttpRequest, chosen: QuerySet[Account]) -> None:
        self._set_paused(request, chosen.filter(paused_at=None), paused=True)

    @admin.action(description="Resume collecting", permissions=("change",))
    def resume(self, request: HttpRequest, chosen: QuerySet[Account]) -> None:
        self._set_paused(request, chosen.exclude(paused_at=None), paused=False)

    def _set_paused(self, request: HttpRequest, accounts: QuerySet[Account], *, paused: bool) -> None:
        """One save each, so that the history says who did it."""
        names = []
        for account in accounts:
            account.paused_at = timezone.now() if paused else None
            account.save(update_fields=["paused_at"])
            if not paused:
                resume_account(account, timezone.now())
            names.append(account.name)
        done = "Paused" if paused else "Resumed"
        self.message_user(request, f"{done}: {', '.join(names)}." if names else "Nothing to change.", messages.SUCCESS)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Say what goes in numbers; a list of every point would help nobody."""
        accounts = list(objs)
        counts = _what_goes([account.pk for account in accounts])
        lines = [[str(account) for account in accounts], [f"{count:,} {name}" for name, count in counts.items()]]
        return [line for group in lines for line in group], {"accounts": len(accounts)} | counts, set(), []


def _what_goes(account_ids: list[int]) -> dict[str, int]:
    """What removing these accounts deletes, counted by name."""
    found = Account.objects.filter(pk__in=account_ids)
    return {
        "stacks": found.aggregate(count=Count("stacks"))["count"],
        "resources": found.aggregate(count=Count("resources"))["count"],
        "series with all their points": Series.objects.filter(block__account__in=account_ids).count(),
        "tag rules": found.aggregate(count=Count("tag_rules"))["count"],
        "custom metrics": found.aggregate(count=Count("custom_metrics"))["count"],
    }
