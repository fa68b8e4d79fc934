"""Admin of channels: chosen by kind, tested with a button, their secrets never shown again."""

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from dashboard.access.roles import scope_of
from dashboard.admin.notify.channel_forms import FORMS
from dashboard.admin.site import site
from dashboard.core.times import say_age
from dashboard.inventory.policy import publishing
from dashboard.inventory.read import connection_to
from dashboard.notify.models import Channel, Delivery
from dashboard.notify.send import send_test
from dashboard.notify.write import give_up
from dashboard.polls.write import pay_for

SWITCHED_OFF = "The channel was switched off."


@admin.register(Channel, site=site)
class ChannelAdmin(admin.ModelAdmin):
    """The ways to reach people: mail, chat, pagers, topics, programs."""

    list_display = ("name", "kind", "team", "enabled", "state", "waiting", "last_sent_at")
    list_select_related = ("team",)
    list_filter = ("kind", "enabled", ("team", admin.RelatedFieldListFilter))
    search_fields = ("name",)
    search_help_text = "Name"
    change_form_template = "admin/dashboard/channel/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        """What the user may see, with the number of messages that wait."""
        waiting = Count("deliveries", filter=~Q(deliveries__state__in=Delivery.ENDED))
        channels: QuerySet[Channel] = super().get_queryset(request)
        return channels.filter(pk__in=Channel.objects.visible_to(scope_of(request.user))).annotate(
            waiting_total=waiting
        )

    def get_urls(self) -> list[URLPattern]:
        """With the address of the test."""
        test = path("<int:pk>/test/", self.admin_site.admin_view(self.test), name="dashboard_channel_test")
        return [test, *super().get_urls()]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Each kind has a form of its own."""
        return FORMS[obj.kind if obj else request.GET["kind"]]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What all have, then what the kind needs."""
        form = FORMS[obj.kind if obj else request.GET["kind"]]
        common = form.Meta.fields
        own = [name for name in form.base_fields if name not in common]
        more = ["permission"] if obj and obj.kind == Channel.Kind.SNS else []
        return (
            (None, {"fields": common[:3]}),
            (Channel.Kind(form.kind).label, {"fields": [*own, *more, "per_minute"]}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The statement that a topic's account needs."""
        return ("permission",) if obj and obj.kind == Channel.Kind.SNS else ()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The kind is chosen first."""
        if request.GET.get("kind") in FORMS or not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)
        kinds = [(kind, Channel.Kind(kind).label, form.about) for kind, form in FORMS.items()]
        context = {**self.admin_site.each_context(request), "title": "Add channel", "opts": self.opts, "kinds": kinds}
        return render(request, "admin/dashboard/channel/kinds.html", context)

    def save_model(self, request: HttpRequest, obj: Channel, form: Any, change: bool) -> None:
        """What waits for a channel that is switched off ends with it; a channel that was changed is tried at once."""
        obj.failures, obj.rests_until, obj.last_error = 0, None, ""
        super().save_model(request, obj, form, change)
        ended = 0 if obj.enabled else give_up(obj, SWITCHED_OFF)
        if ended:
            self.message_user(request, f"{ended} waiting messages were given up.", messages.WARNING)

    @method_decorator(require_POST)
    def test(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send a test now, and say what really came of it."""
        channel = self.get_queryset(request).filter(pk=pk).first()
        if channel is None:
            raise Http404
        if not self.has_change_permission(request, channel):
            raise PermissionDenied
        outcome = send_test(channel, request.user.get_username(), timezone.now, connection_to, pay_for)
        if outcome.ok:
            self.message_user(request, f"{channel} took the test and answered: {outcome.response}", messages.SUCCESS)
        else:
            self.message_user(request, f"The test failed. {outcome.reason}", messages.ERROR)
        return redirect("admin:dashboard_channel_change", channel.pk)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Say what goes in numbers."""
        channels = list(objs)
        count = Delivery.objects.filter(channel__in=channels).count()
        lines = [*map(str, channels), f"{count:,} deliveries"]
        return lines, {"channels": len(channels), "deliveries": count}, set(), []

    @admin.display(description="State")
    def state(self, channel: Channel) -> str:
        if not channel.enabled:
            return "Switched off"
        if channel.rests_until and channel.rests_until > timezone.now():
            return f"Left alone, tried again {say_age(timezone.now() - channel.rests_until)}: {channel.last_error}"
        if channel.failures:
            return f"Failing: {channel.last_error}"
        return "Working" if channel.last_sent_at else "Nothing sent yet"

    @admin.display(description="Waiting", ordering="waiting_total")
    def waiting(self, channel: Any) -> int:
        return int(channel.waiting_total)

    @admin.display(description="IAM statement")
    def permission(self, channel: Channel) -> str:
        return json.dumps(publishing([channel.config["topic_arn"]]), indent=2)
