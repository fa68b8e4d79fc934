"""Decisions about targets, stored: who holds one, how it went, when it is due, what it cost."""

from dashboard.polls.write.beats import beat
from dashboard.polls.write.control import lift_caps, pause, pause_account, poll_now, resume, resume_account
from dashboard.polls.write.leases import LEASE, Lease, Started, begin, finish, lease, lease_due, release
from dashboard.polls.write.outages import watch_targets
from dashboard.polls.write.outcomes import Outcome, expire_runs
from dashboard.polls.write.targets import ensure_targets
from dashboard.polls.write.usage import pay_for, record_usage

__all__ = [
    "LEASE",
    "Lease",
    "Outcome",
    "Started",
    "beat",
    "begin",
    "ensure_targets",
    "expire_runs",
    "finish",
    "lease",
    "lease_due",
    "lift_caps",
    "pause",
    "pause_account",
    "pay_for",
    "poll_now",
    "record_usage",
    "release",
    "resume",
    "resume_account",
    "watch_targets",
]
