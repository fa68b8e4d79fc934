"""Where digests leave the house."""

from dashboard.digests.send.deliver import deliver_letters, send_now

__all__ = ["deliver_letters", "send_now"]
