"""The stacks that a digest is about for somebody, and the addresses of pages that show the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from dashboard.access.roles import Scope
from dashboard.core.windows import Window
from dashboard.digests.read.plans import Plan
from dashboard.inventory.models import Stack


@dataclass(frozen=True, slots=True)
class Selection:
    """Stacks of a plan that a scope allows, in a window of time."""

    plan: Plan
    scope: Scope
    window: Window
    stacks: dict[int, Stack]

    @property
    def stack_ids(self) -> list[int]:
        """Their keys."""
        return list(self.stacks)

    @property
    def whole(self) -> bool:
        """Whether it is about everything, so that what belongs to no stack is part of it."""
        return self.scope.everything and not self.plan.of_stacks

    def page(self, name: str, *args: int | str, anchor: str = "", **query: str) -> str:
        """A page over the period."""
        state = {"range": "custom", "from": int(self.window.start.timestamp()), "to": int(self.window.end.timestamp())}
        return address(name, *args, query={**state, **query}, anchor=anchor)

    def listing(self, name: str, **query: str) -> str:
        """A page that lists many stacks, narrowed like the plan."""
        pairs: list[tuple[str, str | int]] = [
            ("range", "custom"),
            ("from", int(self.window.start.timestamp())),
            ("to", int(self.window.end.timestamp())),
            *(("account", number) for number in self.plan.account_numbers),
            *(("environment", one) for one in sorted(self.plan.environments)),
            *(("team", one) for one in self.plan.team_names),
            *query.items(),
        ]
        return f"{settings.SITE_URL}{reverse(name)}?{urlencode(pairs)}"


def address(name: str, *args: int | str, query: dict[str, object] | None = None, anchor: str = "") -> str:
    """The absolute address of a page."""
    asked = f"?{urlencode(query)}" if query else ""
    return f"{settings.SITE_URL}{reverse(name, args=args)}{asked}{f'#{anchor}' if anchor else ''}"


def select(plan: Plan, scope: Scope, window: Window) -> Selection:
    """The stacks; one query."""
    wanted: dict[str, Iterable[object]] = {
        "account__in": plan.accounts,
        "environment__in": plan.environments,
        "team__in": plan.teams,
        "pk__in": plan.stacks,
    }
    rows = Stack.objects.visible_to(scope).present().filter(**{name: list(v) for name, v in wanted.items() if v})
    return Selection(plan, scope, window, {one.pk: one for one in rows.defer("tags", "description")})
