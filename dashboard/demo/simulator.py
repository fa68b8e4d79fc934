"""The WSGI application: our handlers first, moto behind them, faults in front."""

import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from dashboard.demo.answers import load_handlers
from dashboard.demo.clock import Clock
from dashboard.demo.control import control
from dashboard.demo.credentials import Roles, account_of, caller_arn
from dashboard.demo.errors import AnswerError
from dashboard.demo.faults import Faults
from dashboard.demo.handlers import HANDLERS, Asked
from dashboard.demo.incoming import Call, Scope, buffer_body, client_name, read_call, read_scope, rewind
from dashboard.demo.mail.box import Mailbox
from dashboard.demo.mail.pages import PREFIX, MailPages
from dashboard.demo.outgoing import write_answer, write_fault
from dashboard.demo.sabotage import before, spoil
from dashboard.demo.world.billing.bill import Bill
from dashboard.demo.world.spend import Budgets
from dashboard.demo.world.world import World

StartResponse = Callable[..., Any]


class Simulator:
    """Two AWS accounts behind one address, and the pages of the mail catcher."""

    def __init__(self, seed: int = 1, clock: Clock | None = None, began_at: float | None = None) -> None:
        load_handlers()
        self.clock = clock or Clock()
        self.world = World(seed, int(self.clock.now() if began_at is None else began_at) // 60)
        self.bill = Bill(self.world)
        self.budgets = Budgets(self.bill)
        self.faults = Faults()
        self.roles = Roles()
        self.calls: Counter[str] = Counter()
        self.mailbox = Mailbox()
        self._mail_pages = MailPages(self.mailbox)
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("PATH_INFO", "").startswith("/_simulator/"):
            return control(self, environ)(environ, start_response)
        scope = read_scope(environ)
        if scope is None and environ.get("PATH_INFO", "").startswith(PREFIX):
            return self._mail_pages.answer(environ)(environ, start_response)
        body = buffer_body(environ)
        call = self._call(scope, environ)
        if scope is None or call is None:
            rewind(environ, body)
            return self._forward(environ, start_response, scope)
        account = account_of(scope.key_id)
        self.calls[f"{call.service}:{call.name}"] += 1
        fault = self.faults.breaking(account, scope.region, call.service, call.name)
        try:
            if fault is not None:
                before(fault, call, caller_arn(scope.key_id))
            handler = HANDLERS.get((call.service, call.name))
            if handler is None:
                rewind(environ, body)
                return self._forward(environ, start_response, scope)
            response = write_answer(call, handler(self._asked(call, scope)))
        except AnswerError as error:
            response = write_fault(call, error)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            response = write_fault(call, AnswerError("InternalFailure", traceback.format_exc(limit=1), 500))
        if fault is not None:
            response = spoil(fault, response)
        return response(environ, start_response)

    def _call(self, scope: Scope | None, environ: dict[str, Any]) -> Call | None:
        if scope is None:
            return None
        return read_call(client_name(scope, environ), environ)

    def _asked(self, call: Call, scope: Scope) -> Asked:
        return Asked(
            world=self.world,
            bill=self.bill,
            budgets=self.budgets,
            account_id=account_of(scope.key_id),
            region=scope.region,
            caller=caller_arn(scope.key_id),
            now=int(self.clock.now()),
            parameters=call.parameters,
            protocol=call.protocol,
            faults=self.faults,
            roles=self.roles,
        )

    def _forward(self, environ: dict[str, Any], start_response: StartResponse, scope: Scope | None) -> Iterable[bytes]:
        if scope is not None:
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = account_of(scope.key_id)
        forwarded: Iterable[bytes] = self._moto(environ, start_response)
        return forwarded
