"""Whom the demo tells of alerts: people on call, whose mail is caught on this machine."""

from dashboard.notify.message import Severity
from dashboard.notify.models import Channel, Route

ADDRESS = "on-call@shop.example"


def create_channel() -> None:
    """Create a channel and the route to it, at the first start alone: what people change or delete stays so."""
    if Channel.objects.exists() or Route.objects.exists():
        return
    on_call = Channel.objects.create(kind=Channel.Kind.EMAIL, name="On call", config={"to": [ADDRESS]})
    route = Route.objects.create(name="What cannot wait", severities=[Severity.CRITICAL, Severity.WARNING])
    route.channels.add(on_call)
