"""How long an unknown address must wait before a user name is tried again: a slowdown of guessing, never a lock.

The lock of one address and user name together is django-axes' (5 failures). That lets an attacker with many
addresses guess on, five times each; so failures from addresses that the user never signed in from are also counted
per user name. The first ten cost nothing; from then on only one attempt is looked at per wait, which doubles up to
five minutes. An address that the user did sign in from is not slowed down by any of this.
"""

from datetime import datetime, timedelta

FREE_FAILURES = 10
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)
FORGET_AFTER = timedelta(hours=1)
KNOWN_FOR = timedelta(days=90)


def wait_after(failures: int) -> timedelta:
    """The pause that follows that many failures."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def remaining_wait(failures: int, last_at: datetime, now: datetime) -> timedelta:
    """What is left of the pause; zero when an attempt may be made."""
    return max(last_at + wait_after(failures) - now, timedelta(0))
