"""Piece of the collectors page: do messages arrive? What was given up or is stuck, and how the channels do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dashboard.access.roles import ADMIN, OPERATOR, has_role, require_role, scope_of
from dashboard.notify.models import Channel, Delivery
from dashboard.notify.read import outbox_of
from dashboard.notify.write import retry
from dashboard.pages.refresh import refreshable
from dashboard.tasks import wake_deliver

AGAIN = "It is sent within seconds."
NOT_AGAIN = (
    "It was not given up, its channel is switched off, or something later of the same alert has been sent since."
)


TONES: Sequence[str] = ("critical", "warning", "unknown", "ok", "paused")
"""What needs somebody first."""


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A channel, and how it does."""

    channel: Channel
    tone: str
    label: str
    waiting: int
    href: str
    """Where it is edited and tested; blank for those who may not."""


@require_safe
@refreshable
def outbox(request: HttpRequest) -> HttpResponse:
    """Show what did not arrive, as far as the user may see it; fetched after the page."""
    now, is_admin = timezone.now(), has_role(request.user, ADMIN)
    found = outbox_of(scope_of(request.user), now)
    channels = [_line(one, now, is_admin=is_admin) for one in found.channels]
    context = {
        "outbox": found,
        "channels": sorted(channels, key=lambda line: TONES.index(line.tone)),
        "may_operate": has_role(request.user, OPERATOR),
        "add": reverse("admin:dashboard_channel_add") if is_admin else "",
    }
    return render(request, "collectors/_outbox.html", context)


def _line(channel: Channel, now: datetime, *, is_admin: bool) -> ChannelLine:
    """Its state in words."""
    tone, label = _state(channel, now)
    href = reverse("admin:dashboard_channel_change", args=[channel.pk]) if is_admin else ""
    return ChannelLine(channel, tone, label, getattr(channel, "waiting_total", 0), href)


def _state(channel: Channel, now: datetime) -> tuple[str, str]:
    if not channel.enabled:
        return "paused", "Switched off"
    if channel.rests_until and channel.rests_until > now:
        return "critical", "Resting"
    if channel.failures:
        return "warning", "Failing"
    return ("ok", "Working") if channel.last_sent_at else ("unknown", "Not used yet")


@require_POST
@require_role(OPERATOR)
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a message that was given up be sent after all."""
    delivery = get_object_or_404(Delivery.objects.visible_to(scope_of(request.user)), pk=pk)
    if retry(delivery, timezone.now()):
        wake_deliver()
        messages.success(request, AGAIN)
    else:
        messages.warning(request, NOT_AGAIN)
    return redirect(f"{reverse('collectors')}#messages")
