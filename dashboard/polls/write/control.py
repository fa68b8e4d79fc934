"""What people (and the monthly cap) decide about targets: pause, resume, poll now."""

from datetime import datetime

from dashboard.inventory.models import Account
from dashboard.polls.models import Target
from dashboard.polls.read.costs import budget_of, cap_of

CAP_REASON = "Monthly cap"


def pause(target: Target, reason: str, now: datetime) -> None:
    """Stop polling a target until it is resumed; a run that is under way still ends."""
    Target.objects.filter(pk=target.pk).update(paused_at=now, paused_reason=reason[:200])


def resume(target: Target, now: datetime) -> None:
    """Poll again, from now on and with a clean record of attempts."""
    Target.objects.filter(pk=target.pk).update(
        paused_at=None, paused_reason="", attempts=0, failures=0, due_at=now, lease_until=None, lease_token=None
    )


def poll_now(target: Target, now: datetime) -> bool:
    """Make a target due at once; False when it is paused or being polled already."""
    free = Target.objects.filter(pk=target.pk, paused_at=None).exclude(lease_until__gt=now)
    return bool(free.update(due_at=now))


def pause_account(account: Account, now: datetime) -> None:
    """Stop polling all targets of an account."""
    Account.objects.filter(pk=account.pk, paused_at=None).update(paused_at=now)


def resume_account(account: Account, now: datetime) -> None:
    """Poll an account again; what became due meanwhile is due now."""
    Account.objects.filter(pk=account.pk).update(paused_at=None)
    Target.objects.filter(account=account, due_at__lt=now).update(due_at=now)


def pause_for_cap(target: Target, now: datetime) -> None:
    """Pause a target before it passes the account's cap; it goes on by itself when there is room again."""
    reason = f"{CAP_REASON} of ${cap_of(target.account):,.2f} would be passed. Raise it, or wait for the next month."
    Target.objects.filter(pk=target.pk, paused_at=None).update(
        paused_at=now, paused_reason=reason, attempts=0, lease_until=None, lease_token=None
    )


def lift_caps(now: datetime) -> int:
    """Resume targets that a cap had paused and that fit under it again; returns how many."""
    lifted = 0
    for target in Target.objects.filter(paused_reason__startswith=CAP_REASON).select_related("account"):
        budget = budget_of(target.account, now)
        if budget is None or budget > target.last_cost:
            resume(target, now)
            lifted += 1
    return lifted
