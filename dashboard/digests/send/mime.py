"""A letter as MIME: text, HTML and charts; the same bytes each time it is sent."""

import base64
import hashlib
from email.header import Header
from email.message import Message
from email.mime.image import MIMEImage
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMessage, SafeMIMEMultipart, SafeMIMEText

from dashboard.digests.write.letters import Claim

UTF8 = "utf-8"


class LetterMessage(EmailMessage):
    """What Django's mail backends take; they ask for `message()`, `recipients()` and `from_email`."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(subject=claim.subject, to=[claim.email])
        self.claim = claim

    def message(self) -> SafeMIMEMultipart:  # type: ignore[override] # Django's stub names its own text alone
        """The whole mail. Headers with line ends raise BadHeaderError; none of ours has any."""
        claim = self.claim
        mail = _multipart("alternative", claim, [SafeMIMEText(claim.text, "plain", UTF8), _html_part(claim)])
        headers = {
            "From": settings.DEFAULT_FROM_EMAIL,
            "To": claim.email,
            "Date": format_datetime(claim.created_at),
            "Message-ID": claim.message_id,
            "Auto-Submitted": "auto-generated",
            "Precedence": "bulk",
        }
        if claim.unsubscribe:
            headers |= {
                "List-Unsubscribe": f"<{claim.unsubscribe}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
            }
        for name, value in headers.items():
            mail[name] = value
        # Knowing its name, it is folded where its line ends, not right behind the colon. It is one line already.
        Message.__setitem__(mail, "Subject", Header(claim.subject, UTF8, header_name="Subject"))  # type: ignore[misc]
        return mail


def _html_part(claim: Claim) -> SafeMIMEText | SafeMIMEMultipart:
    html = SafeMIMEText(claim.html, "html", UTF8)
    if not claim.images:
        return html
    return _multipart("related", claim, [html, *(_image(one) for one in claim.images)])


def _image(one: dict[str, str]) -> MIMEImage:
    """A chart that the HTML names by its content id."""
    image = MIMEImage(base64.b64decode(one["png"]), "png")
    image["Content-ID"] = f"<{one['name']}@stackdeck>"
    image["Content-Disposition"] = f'inline; filename="{one["name"]}.png"'
    return image


def _multipart(kind: str, claim: Claim, parts: list[SafeMIMEText | SafeMIMEMultipart | MIMEImage]) -> SafeMIMEMultipart:
    """Parts between boundaries that are the letter's own, not chance."""
    boundary = hashlib.sha256(f"{kind} {claim.message_id}".encode()).hexdigest()[:40]
    made = SafeMIMEMultipart(_subtype=kind, boundary=boundary, encoding=UTF8)
    for part in parts:
        made.attach(part)
    return made
