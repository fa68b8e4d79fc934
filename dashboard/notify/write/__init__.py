"""The outbox, stored: what is to be told, who sends it, how it went."""

from dashboard.notify.write.claims import Claim, claim, claim_test, renew
from dashboard.notify.write.control import expire, give_up, retry
from dashboard.notify.write.enqueue import enqueue, enqueue_later, waits
from dashboard.notify.write.reminders import remind
from dashboard.notify.write.results import settle

__all__ = [
    "Claim",
    "claim",
    "claim_test",
    "enqueue",
    "enqueue_later",
    "expire",
    "give_up",
    "remind",
    "renew",
    "retry",
    "settle",
    "waits",
]
