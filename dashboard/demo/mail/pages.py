"""The catcher's pages under /mail/: what arrived, and each mail as its reader would see it."""

import ipaddress
import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from werkzeug.exceptions import Forbidden, HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from dashboard.demo.mail.box import Mail, Mailbox

PREFIX = "/mail/"
TEMPLATES = Path(__file__).parent / "templates"
TOKENS = Path(__file__).resolve().parents[3] / "static" / "css" / "tokens.css"
PARTS = {"html": "As mail", "text": "As text", "source": "Source"}
ADDRESSES = Map(
    [
        Rule("/mail/", endpoint="list"),
        Rule("/mail/all.json", endpoint="json"),
        Rule("/mail/style.css", endpoint="style"),
        Rule("/mail/<int:number>/", endpoint="mail"),
        Rule("/mail/<int:number>/body", endpoint="body"),
    ]
)
PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
BODY_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
"""Mails bring styles of their own and nothing else: no scripts, no pictures from elsewhere."""


class MailPages:
    """What the simulator answers under /mail/."""

    def __init__(self, box: Mailbox) -> None:
        self._box = box
        self._templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)

    def answer(self, environ: dict[str, Any]) -> Response:
        """Answer one request; from this machine only."""
        request = Request(environ)
        try:
            if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104
                raise Forbidden("Only from this machine.")
            endpoint, arguments = ADDRESSES.bind_to_environ(environ).match()
            answer: Response = getattr(self, f"_{endpoint}")(request, **arguments)
        except HTTPException as error:
            answer = Response(error.description, error.code or 500, content_type="text/plain; charset=utf-8")
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _list(self, request: Request) -> Response:
        return self._page("list.html", mails=self._box.newest_first())

    def _mail(self, request: Request, number: int) -> Response:
        mail = self._found(number)
        parts = {key: label for key, label in PARTS.items() if key == "source" or getattr(mail, key)}
        part = request.args.get("part", "")
        return self._page("mail.html", mail=mail, parts=parts, part=part if part in parts else next(iter(parts)))

    def _body(self, request: Request, number: int) -> Response:
        """The HTML part alone, for the frame; its links open outside of it."""
        html = self._found(number).html.replace("<head>", '<head><base target="_blank">', 1)
        return _response(html, "text/html", BODY_POLICY)

    def _json(self, request: Request) -> Response:
        """Everything, for scripts."""
        mails = [
            {"number": mail.number, "at": mail.at.isoformat(), "to": mail.recipients, "subject": mail.subject,
             "message_id": mail.message_id, "text": mail.text}
            for mail in self._box.newest_first()
        ]  # fmt: skip
        return _response(json.dumps({"mails": mails}), "application/json", PAGE_POLICY)

    def _style(self, request: Request) -> Response:
        """The product's tokens, and what these pages make of them."""
        return _response(TOKENS.read_text() + (TEMPLATES / "mail.css").read_text(), "text/css", PAGE_POLICY)

    def _page(self, template: str, **context: Any) -> Response:
        return _response(self._templates.get_template(template).render(context), "text/html", PAGE_POLICY)

    def _found(self, number: int) -> Mail:
        mail = self._box.find(number)
        if mail is None:
            raise NotFound("There is no such mail, or it made room for newer ones.")
        return mail


def _response(content: str, kind: str, policy: str) -> Response:
    return Response(content, content_type=f"{kind}; charset=utf-8", headers={"Content-Security-Policy": policy})
