"""Admin of deliveries: what was told, what waits, what failed and why; dead ones can be sent again."""

from datetime import datetime

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from dashboard.access.roles import scope_of
from dashboard.admin.shape import CollectedAdmin
from dashboard.admin.site import site
from dashboard.notify.message import from_json
from dashboard.notify.models import Delivery
from dashboard.notify.texts import plain_text
from dashboard.notify.write import retry


@admin.register(Delivery, site=site)
class DeliveryAdmin(CollectedAdmin):
    """Every message on its way to a channel, and how far it got."""

    list_display = ("created_at", "channel", "title", "event", "severity", "state", "attempts", "when", "error")
    list_select_related = ("channel",)
    list_filter = ("state", ("channel", admin.RelatedOnlyFieldListFilter), "event", "severity", "created_at")
    search_fields = ("title", "key", "error", "channel__name")
    search_help_text = "Title, key, error or channel"
    actions = ("send_again",)
    fields = (
        "channel", "route", "state", "event", "severity", "text", "attempts", "created_at", "next_at", "started_at",
        "sent_at", "response", "error", "may_have_arrived", "key", "thread",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """What the user may see."""
        found: QuerySet[Delivery] = super().get_queryset(request)
        return found.filter(pk__in=Delivery.objects.visible_to(scope_of(request.user)).values("pk"))

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Who may let something be sent again."""
        return request.user.has_perm("dashboard.change_delivery")

    @admin.action(description="Send again", permissions=("retry",))
    def send_again(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> None:
        """Only what was given up, and only while nothing later of its thread was sent."""
        now = timezone.now()
        revived = sum(retry(delivery, now) for delivery in chosen)
        left = len(chosen) - revived
        if revived:
            self.message_user(request, f"{revived} will be sent again within seconds.", messages.SUCCESS)
        if left:
            text = f"{left} left as they are: not given up, or something later of the same alert was sent already."
            self.message_user(request, text, messages.WARNING)

    @admin.display(description="Sent or next try")
    def when(self, delivery: Delivery) -> datetime | None:
        if delivery.state == Delivery.State.DEAD:
            return None
        return delivery.sent_at or delivery.next_at

    @admin.display(description="Message")
    def text(self, delivery: Delivery) -> str:
        return plain_text(from_json(delivery.message))
