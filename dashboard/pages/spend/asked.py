"""What somebody asked of the spend pages, and what of it they may see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from dashboard.access.roles import Scope, demand_money, scope_of
from dashboard.inventory.models import Account, Stack
from dashboard.pages.spend.query import SpendState, read_state
from dashboard.spend.found import SpendQuery

NO_ACCOUNT = frozenset({0})
"""A key that no account has."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One view of the page."""

    state: SpendState
    scope: Scope
    accounts: QuerySet[Account]
    """Accounts in which the user sees something; read when somebody asks for them."""
    now: datetime

    @property
    def picked(self) -> frozenset[int]:
        """Keys of the accounts to read; empty for all. An account that isn't seen is none, not all."""
        if not self.state.accounts:
            return frozenset() if self.scope.everything else self.seen or NO_ACCOUNT
        return frozenset(one.pk for one in self.accounts if one.account_id in self.state.accounts) or NO_ACCOUNT

    @property
    def seen(self) -> frozenset[int]:
        """Keys of the accounts in which the user sees something."""
        return frozenset(one.pk for one in self.accounts)

    @property
    def query(self) -> SpendQuery:
        """The question to the rows."""
        return SpendQuery(
            scope=self.scope,
            cut=self.state.cut,
            basis=self.state.basis,
            window=(self.state.start, self.state.end),
            accounts=self.picked,
            credits=self.state.charges,
            **self.state.narrowed,
        )

    @property
    def filters(self) -> list[dict[str, Any]]:
        """The accounts to choose from; one alone leaves no choice. Teams and environments are narrowed to by rows."""
        if len(self.accounts) < 2:
            return []
        options = [{"value": one.account_id, "label": one.name} for one in self.accounts]
        return [{"name": "account", "label": "Account", "options": options}]


def read_asked(request: HttpRequest) -> Asked:
    """Read the address. Raises PermissionDenied for who may not see money, StateError for what means nothing."""
    demand_money(request.user)
    now = timezone.now()
    scope = scope_of(request.user)
    rows = Account.objects.order_by("name")
    if not scope.everything:
        rows = rows.filter(pk__in=Stack.objects.visible_to(scope).values("account"))
    return Asked(read_state(request.GET, now), scope, rows, now)
