"""Admin of tag rules, with a look at what a rule takes in before it is saved."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path

from dashboard.admin.shape import TagsField, number_of
from dashboard.admin.site import site
from dashboard.inventory.models import Account, Resource, Stack, TagRule


class TagRuleForm(forms.ModelForm):
    """Tags as lines of key=value."""

    tags = TagsField(help_text="One key=value per line. A resource belongs to the stack if it carries all of them.")

    class Meta:
        model = TagRule
        fields = ("name", "account", "tags", "team")


@admin.register(TagRule, site=site)
class TagRuleAdmin(admin.ModelAdmin):
    """Resources that carry all of a rule's tags form one stack, across regions."""

    form = TagRuleForm
    list_display = ("name", "account", "tag_list", "resource_count", "team")
    list_select_related = ("account", "team")
    list_filter = (("account", admin.RelatedOnlyFieldListFilter), ("team", admin.RelatedFieldListFilter))
    search_fields = ("name", "tags")
    search_help_text = "Name or tag"
    change_form_template = "admin/dashboard/tagrule/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[TagRule]:
        """With the number of resources that are in the rule's stack now."""
        stack = Q(account__stacks__source=Stack.Source.TAG, account__stacks__name=F("name"))
        present = stack & Q(account__stacks__resources__gone_at=None)
        counted = Count("account__stacks__resources", filter=present, distinct=True)
        rules: QuerySet[TagRule] = super().get_queryset(request).annotate(resource_total=counted)
        return rules

    def get_urls(self) -> list[URLPattern]:
        """With the address of the preview."""
        preview = path("preview/", self.admin_site.admin_view(self.preview), name="dashboard_tagrule_preview")
        return [preview, *super().get_urls()]

    def preview(self, request: HttpRequest) -> JsonResponse:
        """Tell what a rule with these tags would take in now: {"text": …} or {"error": …}."""
        account = Account.objects.filter(pk=number_of(request.GET.get("account", ""))).first()
        try:
            tags = TagsField().clean(request.GET.get("tags", ""))
        except forms.ValidationError as error:
            return JsonResponse({"error": " ".join(error.messages)})
        if account is None:
            return JsonResponse({"error": "Choose the account first."})
        return JsonResponse({"text": _describe(carrying(account, tags))})

    @admin.display(description="Tags")
    def tag_list(self, rule: TagRule) -> str:
        return ", ".join(f"{key}={value}" for key, value in rule.tags.items())

    @admin.display(description="Resources now", ordering="resource_total")
    def resource_count(self, rule: Any) -> int:
        return int(rule.resource_total)


def carrying(account: Account, tags: dict[str, str]) -> list[str]:
    """Names of the account's present resources that carry all of these tags, their own or their stack's."""
    wanted = set(tags.items())
    found = Resource.objects.filter(account=account, gone_at=None).order_by("name")
    rows = found.values_list("name", "tags", "stack__tags")
    return [name for name, own, whole in rows if wanted <= set(own.items()) | set(whole.items())]


def _describe(names: list[str]) -> str:
    """One sentence: how many, and a few of their names."""
    if not names:
        return "No resource carries all of these tags now. The rule takes in what comes later."
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    return f"{len(names):,} {'resource' if len(names) == 1 else 'resources'} now: {', '.join(names[:3])}{more}."
