"""Sends letters that wait, one after the other over one connection; what came of each is stored."""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import get_connection

from dashboard.digests.models import Letter
from dashboard.digests.send.mime import LetterMessage
from dashboard.digests.write.letters import Claim, claim, claim_one, settle
from dashboard.notify.outcome import Outcome
from dashboard.notify.texts import one_line

log = logging.getLogger(__name__)

TIMEOUT = 10
"""Seconds for each step of the conversation."""
BUDGET = timedelta(seconds=20)
"""How long new letters are begun; the next wake-up goes on."""
REMEDY = "Check EMAIL_URL and the server."


class Tried(NamedTuple):
    """What a try came to, the server's answer, whether nobody is at the address, and whether the server is there."""

    outcome: Outcome
    code: int | None = None
    refused: bool = False
    reachable: bool = True


def deliver_letters(clock: Callable[[], datetime], budget: timedelta = BUDGET) -> int:
    """Send what is due, until nothing is left, the budget is used up or the server is away; returns how many."""
    ends_at, sent = clock() + budget, 0
    connection = get_connection(timeout=TIMEOUT)
    try:
        while clock() < ends_at and (taken := claim(clock())):
            tried = _try(taken, connection)
            sent += settle(taken, tried.outcome, tried.code, clock(), refused=tried.refused) and tried.outcome.ok
            if not tried.reachable:
                break
    finally:
        _close(connection)
    return sent


def send_now(letter: Letter, clock: Callable[[], datetime]) -> Outcome:
    """Send one letter while somebody waits; what failed is not tried again."""
    taken = claim_one(letter, clock())
    if taken is None:
        return Outcome(False, error="It is being sent already.")
    connection = get_connection(timeout=TIMEOUT)
    try:
        tried = _try(taken, connection)
    finally:
        _close(connection)
    settle(taken, tried.outcome, tried.code, clock(), refused=tried.refused)
    Letter.objects.filter(pk=letter.pk, state=Letter.State.FAILED).update(state=Letter.State.DEAD)
    return tried.outcome


def _try(taken: Claim, connection: Any) -> Tried:
    """One try; whatever happens is its outcome."""
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        code = getattr(error, "smtp_code", None)
        text = one_line(str(error), 200)
        outcome = Outcome(False, error=f"The mail server can't be reached: {text}.", remedy=REMEDY)
        return Tried(outcome, code, reachable=False)
    try:
        connection.send_messages([LetterMessage(taken)])
    except smtplib.SMTPException as error:
        return _refused(error, connection)
    except OSError as error:
        _close(connection)
        what = "did not answer in time" if isinstance(error, TimeoutError) else "went away"
        return Tried(Outcome(False, error=f"The mail server {what}.", remedy=REMEDY, unknown=True), reachable=False)
    except Exception as error:
        log.exception("Letter %s failed", taken.letter_id)
        said = f"Stackdeck failed to send it: {type(error).__name__}."
        return Tried(Outcome(False, error=said, remedy="The log of the worker has the details.", unknown=True))
    return Tried(Outcome(True, response=f"Accepted by {settings.EMAIL_HOST} for {taken.email}"), 250)


def _refused(error: smtplib.SMTPException, connection: Any) -> Tried:
    """What the server said. After a lost connection nobody knows whether it took the mail."""
    if isinstance(error, smtplib.SMTPServerDisconnected):
        _close(connection)
        outcome = Outcome(False, error="The mail server closed the connection.", remedy=REMEDY, unknown=True)
        return Tried(outcome, reachable=False)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        said = one_line(text.decode(errors="replace"), 200)
        hard = code >= 500
        remedy = "Correct the address." if hard else "It is tried again."
        outcome = Outcome(False, error=f"The mail server refuses the address: {code} {said}.", remedy=remedy)
        return Tried(outcome, code, refused=hard)
    answered: int | None = getattr(error, "smtp_code", None)
    final = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
    said = f"The mail server refused: {one_line(str(error), 300)}."
    return Tried(Outcome(False, error=said, remedy=REMEDY, final=final), answered)


def _close(connection: Any) -> None:
    """Hang up; a server that is gone already makes no trouble."""
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        connection.connection = None
