"""Admin of tag rules, with a look at what a rule takes in before it is saved."""

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path

from dashboard.admin.shape import TagsField
from dashboard.admin.site import site
from dashboard.inventory.models import Account, Resource, TagRule


class TagRuleForm(forms.ModelForm):
    """Tags as lines of key=value."""

    tags = TagsField(help_text="One key=value per line. A resource belongs to the stack if it carries all of them.")

    class Meta:
        model = TagRule
        fields = ("name", "account", "tags", "team")


@admin.register(TagRule, site=site)
class TagRuleAdmin(admin.ModelAdmin):
    """Tag rules: resources that carry all of these tags form one stack, across regions."""

    form = TagRuleForm
    list_display = ("name", "account", "tag_list", "match_count", "team")
    list_select_related = ("account", "team")
    list_filter = (("account", admin.RelatedOnlyFieldListFilter), ("team", admin.RelatedFieldListFilter))
    search_fields = ("name", "tags")
    search_help_text = "Name or tag"
    change_form_template = "admin/dashboard/tagrule/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """With the address of the preview."""
        preview = path("preview/", self.admin_site.admin_view(self.preview), name="dashboard_tagrule_preview")
        return [preview, *super().get_urls()]

    def preview(self, request: HttpRequest) -> JsonResponse:
        """Tell what a rule with these tags would take in now: {"text": …} or {"error": …}."""
        account = Account.objects.filter(pk=_number(request.GET.get("account", ""))).first()
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

    @admin.display(description="Resources now")
    def match_count(self, rule: TagRule) -> int:
        return carrying(rule.account, rule.tags).count()


def carrying(account: Account, tags: dict[str, str]) -> QuerySet[Resource]:
    """The account's present resources that carry all of these tags, their own or their stack's."""
    found = Resource.objects.filter(account=account, gone_at=None)
    for number, (key, value) in enumerate(tags.items()):
        own, whole = f"own_{number}", f"whole_{number}"
        found = found.annotate(**{own: KeyTextTransform(key, "tags"), whole: KeyTextTransform(key, "stack__tags")})
        found = found.filter(Q(**{own: value}) | Q(**{whole: value}))
    return found


def _describe(found: QuerySet[Resource]) -> str:
    """One sentence: how many, and a few of their names."""
    count = found.count()
    names = list(found.order_by("name").values_list("name", flat=True)[:3])
    if not count:
        return "No resource carries all of these tags now. The rule takes in what comes later."
    more = f" and {count - len(names):,} more" if count > len(names) else ""
    return f"{count:,} {'resource' if count == 1 else 'resources'} now: {', '.join(names)}{more}."


def _number(text: str) -> int:
    """A primary key, or 0, which no row has."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0
