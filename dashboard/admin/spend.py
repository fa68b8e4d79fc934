"""Admin of money: own budgets, from when on spend is unexpected; what AWS says, to look at."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin

from dashboard.admin.shape import BY_NAME, CollectedAdmin, ListField
from dashboard.admin.site import site
from dashboard.core.money import format_money
from dashboard.spend.models import AwsBudget, BilledDay, Budget, UnexpectedRule, UnexpectedSpend

MOST_PERCENT = 1000
SHARES: dict[str, Any] = {
    "pattern": r"\d{1,4}( ?%)?", "example": "80", "required": False,
    "help_text": "Percentages of the limit, on lines or between commas.",
}  # fmt: skip


class BudgetForm(forms.ModelForm):
    """A budget with its percentages as people write them."""

    actual_shares = ListField(label="Tell at, % spent", initial=[80, 100], **SHARES)
    forecast_shares = ListField(label="Tell at, % expected", initial=[100], **SHARES)

    class Meta:
        model = Budget
        field_classes = BY_NAME
        fields = (
            "name", "period", "limit", "currency", "account", "stack", "team", "environment", "service", "warn_days",
            "actual_shares", "forecast_shares",
        )  # fmt: skip

    def clean_currency(self) -> str:
        """A code of three capital letters."""
        code: str = self.cleaned_data["currency"].strip().upper()
        if len(code) != 3 or not code.isalpha():
            raise forms.ValidationError("Write the currency's code: USD.")
        return code

    def clean_actual_shares(self) -> list[int]:
        """Whole percentages, smallest first."""
        return self._shares("actual_shares")

    def clean_forecast_shares(self) -> list[int]:
        """Whole percentages, smallest first."""
        return self._shares("forecast_shares")

    def _shares(self, name: str) -> list[int]:
        found = sorted({int(part.rstrip(" %")) for part in self.cleaned_data[name]})
        if any(not 1 <= share <= MOST_PERCENT for share in found):
            raise forms.ValidationError(f"A percentage lies between 1 and {MOST_PERCENT}.")
        return found

    def clean(self) -> dict[str, Any]:
        """A stack in its own account and its own team's; it says its environment itself."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        stack, account = cleaned.get("stack"), cleaned.get("account")
        if stack and account and stack.account_id != account.pk:
            self.add_error("account", f"{stack.name} is in another account.")
        if stack and stack.source != stack.Source.CLOUDFORMATION:
            self.add_error("stack", "AWS bills CloudFormation stacks by their name; this is none.")
        for name in ("team", "environment"):
            if stack and cleaned.get(name):
                self.add_error(name, "A stack is enough: leave this blank.")
        return cleaned


@admin.register(Budget, site=site)
class BudgetAdmin(admin.ModelAdmin):
    """How much may be spent in each period, and when to tell."""

    form = BudgetForm
    list_display = ("name", "period", "amount", "account", "stack", "team", "environment", "service", "warn_days")
    list_select_related = ("account", "stack", "team")
    list_filter = ("period", ("account", admin.RelatedOnlyFieldListFilter), ("team", admin.RelatedOnlyFieldListFilter))
    search_fields = ("name", "stack__name", "service")
    search_help_text = "Name, stack or service"
    raw_id_fields = ("stack",)
    fieldsets = (
        (None, {"fields": ("name", "period", "limit", "currency")}),
        (
            "What it is about",
            {
                "fields": ("account", "stack", "team", "environment", "service"),
                "description": "All that is given must hold. Everything blank: all accounts.",
            },
        ),
        ("When to tell", {"fields": ("warn_days", "actual_shares", "forecast_shares")}),
    )

    @admin.display(description="Limit", ordering="limit")
    def amount(self, budget: Budget) -> str:
        return format_money(budget.limit, budget.currency)


class UnexpectedRuleForm(forms.ModelForm):
    """One rule for all accounts, and at most one for each."""

    class Meta:
        model = UnexpectedRule
        fields = ("account", "share", "floor", "muted")

    def clean(self) -> dict[str, Any]:
        """The rule for all accounts is there once; the database can't say so of a blank column."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        others = UnexpectedRule.objects.filter(account=None).exclude(pk=self.instance.pk)
        if "account" in cleaned and cleaned["account"] is None and others.exists():
            self.add_error("account", "There is a rule for all accounts already.")
        return cleaned


@admin.register(UnexpectedRule, site=site)
class UnexpectedRuleAdmin(admin.ModelAdmin):
    """From when on a rise is unexpected; without any rule 20 % and 5 a day."""

    form = UnexpectedRuleForm
    list_display = ("place", "share", "floor", "muted")
    list_select_related = ("account",)

    @admin.display(description="Account", ordering="account")
    def place(self, rule: UnexpectedRule) -> str:
        return rule.account.name if rule.account else "all accounts"


@admin.register(AwsBudget, site=site)
class AwsBudgetAdmin(CollectedAdmin):
    """Budgets of AWS Budgets, as AWS last worked them out."""

    list_display = ("name", "account", "period", "limit", "actual", "forecast", "currency", "updated_at")
    list_select_related = ("account",)
    list_filter = ("period", ("account", admin.RelatedOnlyFieldListFilter))
    search_fields = ("name",)


@admin.register(BilledDay, site=site)
class BilledDayAdmin(CollectedAdmin):
    """Totals of days as AWS states them, and how far the sum of their parts is from them."""

    list_display = ("day", "account", "unblended", "amortized", "currency", "estimated", "reconciled", "read_at")
    list_select_related = ("account",)
    list_filter = ("estimated", "currency", ("account", admin.RelatedOnlyFieldListFilter))
    date_hierarchy = "day"

    @admin.display(description="Parts add up", boolean=True)
    def reconciled(self, day: BilledDay) -> bool:
        """To the cent."""
        return abs(day.gap) < CENT


CENT = Decimal("0.01")


@admin.register(UnexpectedSpend, site=site)
class UnexpectedSpendAdmin(CollectedAdmin):
    """Days on which something cost far more than it normally does."""

    list_display = ("day", "where", "cut", "account", "amount", "normal", "currency", "from_aws")
    list_select_related = ("account",)
    list_filter = ("cut", "from_aws", ("account", admin.RelatedOnlyFieldListFilter))
    search_fields = ("where",)
    date_hierarchy = "day"
