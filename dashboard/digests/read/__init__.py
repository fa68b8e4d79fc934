"""What digests read: schedules as plans, recipients with what they may see, and the content of a period."""

from dashboard.digests.read.gather import gather
from dashboard.digests.read.plans import Plan, newest_edition, plan_of
from dashboard.digests.read.recipients import Recipient, recipients_of

__all__ = ["Plan", "Recipient", "gather", "newest_edition", "plan_of", "recipients_of"]
