"""Where something leaves the house: the outbox's senders, the test of a channel, the external ping."""

from dashboard.notify.send.deliver import deliver
from dashboard.notify.send.ping import ping
from dashboard.notify.send.trial import send_test

__all__ = ["deliver", "ping", "send_test"]
