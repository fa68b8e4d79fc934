"""Empties the outbox: claims in this thread, sends in others, stores what came of it in this one."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from dashboard.notify.outcome import Outcome
from dashboard.notify.send.transmit import Connect, Pay, connection_for, transmit, unpaid
from dashboard.notify.write import Claim, claim, renew, settle

AT_ONCE = 8
"""Channels that are sent to at the same time, one message each."""
BUDGET = timedelta(seconds=20)
"""How long new deliveries are begun; the next wake-up goes on."""
RENEW_SECONDS = 5.0


def deliver(clock: Callable[[], datetime], connect: Connect, budget: timedelta = BUDGET, *, pay: Pay = unpaid) -> int:
    """Send what is due, until nothing is left or the budget is used up; returns how many were sent.

    What calls of AWS cost is handed to `pay` before their outcome is stored.
    """
    ends_at, sent = clock() + budget, 0
    flying: dict[Future[Outcome], Claim] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="deliver") as pool:
        while True:
            if clock() < ends_at:
                busy = [one.channel_id for one in flying.values()]
                for taken in claim(clock(), busy, AT_ONCE - len(flying)):
                    flying[pool.submit(transmit, taken, connection_for(taken, connect), clock())] = taken
            if not flying:
                return sent
            for future in wait(flying, RENEW_SECONDS, FIRST_COMPLETED).done:
                outcome = future.result()
                pay(flying[future], outcome, clock())
                sent += settle(flying.pop(future), outcome, clock()) and outcome.ok
            renew(flying.values(), clock())
