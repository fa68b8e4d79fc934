"""Sends mail over the configured SMTP server."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from dashboard.notify.outcome import Outcome
from dashboard.notify.texts import REPEAT_NOTE, one_line
from dashboard.notify.write import Claim

TIMEOUT = 10
"""Seconds for each step of the conversation."""


def send_mail(claim: Claim, at: int) -> Outcome:
    """One mail to all recipients of the channel. The same Message-ID again lets mail programs show it once."""
    sent = claim.payload
    text, html = sent["text"], sent["html"]
    if claim.repeat:
        text, html = f"{text}\n{REPEAT_NOTE}\n", html.replace("</body>", f"<p>{REPEAT_NOTE}</p></body>")
    headers = {"Message-ID": sent["message_id"], "References": sent["references"], "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(
        subject=sent["subject"],
        body=text,
        to=claim.config["to"],
        headers={**headers, "X-Stackdeck-Repeat": "possible"} if claim.repeat else headers,
        connection=get_connection(timeout=TIMEOUT),
    )
    mail.attach_alternative(html, "text/html")
    try:
        mail.send()
    except smtplib.SMTPException as error:
        return _refused(error)
    except TimeoutError:
        return Outcome(False, error="The mail server did not answer in time.", remedy=_REMEDY, unknown=True)
    except OSError as error:
        return Outcome(False, error=f"The mail server can't be reached: {error.strerror or error}.", remedy=_REMEDY)
    return Outcome(True, response=f"Accepted by {settings.EMAIL_HOST} for {len(claim.config['to'])} recipients")


_REMEDY = "Check EMAIL_URL and the server."


def _refused(error: smtplib.SMTPException) -> Outcome:
    """What the server said. After a lost connection nobody knows whether it took the mail."""
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Outcome(False, error="The mail server closed the connection.", remedy=_REMEDY, unknown=True)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _ in error.recipients.values()}
        who = one_line(", ".join(error.recipients), 200)
        final = all(code >= 500 for code in codes)
        return Outcome(False, error=f"The mail server refuses {who}.", remedy="Correct the recipients.", final=final)
    return Outcome(False, error=f"The mail server refused: {one_line(str(error), 300)}.", remedy=_REMEDY)
