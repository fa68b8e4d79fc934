"""Who may do what: every route × method × role, on one's own and on somebody else's things.

A route that is not in EXPECTED fails the test: whoever adds an address says here who may use it.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPMethod

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from dashboard.alerts.read.links import token_for
from dashboard.digests.models import Address, Suppression
from dashboard.digests.read.links import ADDRESS, SUBSCRIPTION
from dashboard.spend.models import AwsBudget, UnexpectedRule
from dashboard.traces.models import Node, TraceGroup
from tests.security.conftest import Owned
from tests.security.routes import all_routes

Rule = Mapping[str, tuple[int, ...]]
ROLES = ("anonymous", "strange viewer", "strange operator", "viewer", "operator", "admin")
REFUSED = frozenset({302, 401, 403, 404, 405})
ANY_METHOD = frozenset(
    {"api/v1/docs", "api/v1/openapi.json"}
)  # django-ninja serves its documentation whatever is asked


def rule(*statuses: int | tuple[int, ...]) -> Rule:
    """Statuses in the order of ROLES."""
    return {
        role: status if isinstance(status, tuple) else (status,) for role, status in zip(ROLES, statuses, strict=True)
    }


OPEN = rule(200, 200, 200, 200, 200, 200)
PAGE = rule(302, 200, 200, 200, 200, 200)  # everybody who is signed in
OWN = rule(302, 404, 404, 200, 200, 200)  # somebody else's is not there
ADMIN = rule(302, 403, 403, 403, 403, 200)
ADMIN_MOVED = rule(302, 403, 403, 403, 403, 302)
NOBODY = rule(302, 403, 403, 403, 403, 403)  # not even admins: collected data is only looked at
ADMIN_MISSING = rule(302, 403, 403, 403, 403, 404)
API = rule(401, 200, 200, 200, 200, 200)
OWN_API = rule(401, 404, 404, 200, 200, 200)

OWN_MOVED = rule(302, 404, 404, 302, 302, 302)
OF_ADMIN = rule(302, 404, 404, 404, 404, 200)  # a mail to nobody who signs in
MONEY = rule(302, 403, 200, 403, 200, 200)  # by default viewers don't see what things cost
OWN_MONEY = rule(302, 403, 404, 403, 200, 200)

OPERATE = rule(302, 403, (403, 404), 403, 302, 302)  # operators, on what they see

PAGES: dict[str, dict[str, Rule]] = {
    "": {"GET": PAGE},
    "stacks/<int:pk>/": {"GET": OWN},
    "stacks/<int:pk>/traced/": {"GET": OWN},
    "stacks/<int:pk>/alerts/": {"GET": OWN},
    "stacks/<int:pk>/burn/": {"GET": OWN_MONEY},
    "resources/<int:pk>/burn/": {"GET": OWN_MONEY},
    "stacks/<int:pk>/spend/": {"GET": OWN_MONEY},
    "stacks/<int:pk>/objectives/": {"GET": OWN},
    "resources/<int:pk>/": {"GET": OWN},
    "resources/<int:pk>/traced/": {"GET": OWN},
    "map/": {"GET": PAGE},
    "map/nodes/<ident>/": {"GET": OWN},
    "map/edges/<ident>/": {"GET": OWN},
    "traces/": {"GET": PAGE},
    "traces/<trace_id>/": {"GET": OWN},
    "traces/<trace_id>/rows/<int:position>/": {"GET": OWN},
    "alarms/": {"GET": PAGE},
    "alerts/": {"GET": PAGE},
    "alerts/newest/": {"GET": PAGE},
    "alerts/coverage/": {"GET": PAGE},
    "alerts/<int:pk>/": {"GET": OWN},
    "alerts/<int:pk>/traced/": {"GET": OWN},
    "alerts/<int:pk>/acknowledge/": {"POST": OPERATE},
    "alerts/<int:pk>/assign/": {"POST": OPERATE},
    "alerts/<int:pk>/comment/": {"POST": OPERATE},
    "alerts/<int:pk>/silence/": {"POST": OPERATE},
    "alerts/links/<token>/": {"GET": OWN, "POST": rule(302, 404, 404, 403, 302, 302)},
    "slos/": {"GET": PAGE},
    "slos/<int:pk>/": {"GET": OWN},
    "silences/": {"GET": PAGE, "POST": rule(302, 403, 200, 403, 200, 200)},
    "silences/<int:pk>/end/": {"POST": OPERATE},
    "digests/": {"GET": PAGE},
    "digests/<int:pk>/": {"GET": OWN},
    "digests/<int:pk>/preview/": {"GET": OWN},
    "digests/<int:pk>/test/": {"POST": OWN_MOVED},
    "digests/<int:pk>/subscribe/": {"POST": OWN_MOVED},
    "digests/<int:pk>/leave/": {"POST": OWN_MOVED},
    "digests/mails/<int:pk>/": {"GET": OF_ADMIN},
    "digests/mails/<int:pk>/body/": {"GET": OF_ADMIN},
    "digests/mails/<int:pk>/again/": {"POST": rule(302, 403, 403, 403, 403, 302)},
    "digests/links/<token>/unsubscribe/": {"GET": OPEN, "POST": OPEN},
    "digests/links/<token>/": {"GET": OPEN, "POST": OPEN},
    "digests/addresses/<token>/": {"GET": OPEN, "POST": OPEN},
    "spend/": {"GET": MONEY},
    "spend/live/": {"GET": MONEY},
    "spend/month/": {"GET": MONEY},
    "spend/months/": {"GET": MONEY},
    "spend/months/table.csv": {"GET": MONEY},
    "spend/ahead/": {"GET": MONEY},
    "spend/burning/": {"GET": MONEY},
    "spend/tile/": {"GET": MONEY},
    "spend/observing/": {"GET": MONEY},
    "spend/table.csv": {"GET": MONEY},
    "spend/budgets/": {"GET": MONEY},
    "spend/budgets/<ident>/": {"GET": OWN_MONEY},
    "collectors/": {"GET": PAGE},
    "collectors/messages/": {"GET": PAGE},
    "collectors/messages/<int:pk>/again/": {"POST": OPERATE},
    "collectors/<int:pk>/poll/": {"POST": OPERATE},
    "collectors/<int:pk>/pause/": {"POST": OPERATE},
    "collectors/<int:pk>/resume/": {"POST": OPERATE},
    "search/": {"GET": PAGE},
    "gallery/": {"GET": rule(302, 404, 404, 404, 404, 200)},
    "connect/": {"GET": ADMIN, "POST": ADMIN_MOVED},
    "connect/<int:account_id>/": {"GET": ADMIN},
    "sign-in/": {"GET": rule(200, 302, 302, 302, 302, 302), "POST": rule(200, 302, 302, 302, 302, 302)},
    "sign-out/": {"POST": rule(302, 302, 302, 302, 302, 302)},
    "password/": {"GET": PAGE, "POST": PAGE},
    "preferences/": {"GET": PAGE, "POST": PAGE},
    "healthz": {"GET": OPEN},
    "readyz": {"GET": rule((200, 503), (200, 503), (200, 503), (200, 503), (200, 503), (200, 503))},
    "metrics": {"GET": OPEN},
}


def admin_model(app: str, name: str, add: Rule, change: Rule, delete: Rule) -> dict[str, dict[str, Rule]]:
    """The six addresses that Django gives each model."""
    one = f"admin/{app}/{name}/<path:object_id>/"
    return {
        f"admin/{app}/{name}/": {"GET": ADMIN, "POST": ADMIN},
        f"admin/{app}/{name}/add/": {"GET": add, "POST": add},
        one: {"GET": ADMIN_MOVED},
        f"{one}change/": {"GET": ADMIN, "POST": change},
        f"{one}delete/": {"GET": delete, "POST": delete},
        f"{one}history/": {"GET": ADMIN},
    }


ADMIN_PAGES: dict[str, dict[str, Rule]] = {
    "admin/": {"GET": ADMIN},
    "admin/(?P<url>.*)$": {"GET": ADMIN_MISSING},
    "admin/^(?P<app_label>auth|dashboard|auditlog)/$": {"GET": ADMIN_MOVED},
    "admin/autocomplete/": {"GET": NOBODY},
    "admin/jsi18n/": {"GET": ADMIN},
    "admin/login/": {"GET": rule(302, 302, 302, 302, 302, 302)},
    "admin/logout/": {"POST": ADMIN_MOVED},
    "admin/password_change/": {"GET": ADMIN_MOVED},
    "admin/password_change/done/": {"GET": ADMIN_MOVED},
    "admin/r/<path:content_type_id>/<path:object_id>/": {"GET": ADMIN_MISSING},
    "admin/auth/user/<id>/password/": {"GET": ADMIN, "POST": ADMIN},
    "admin/dashboard/tagrule/preview/": {"GET": ADMIN},
    "admin/dashboard/thresholdrule/preview/": {"GET": ADMIN},
    "admin/dashboard/thresholdrule/file/": {"GET": ADMIN, "POST": ADMIN},
    "admin/dashboard/thresholdrule/download/": {"GET": ADMIN},
    **admin_model("dashboard", "account", ADMIN_MOVED, ADMIN, ADMIN),
    **admin_model("dashboard", "stack", NOBODY, ADMIN, NOBODY),
    **admin_model("dashboard", "tagrule", ADMIN, ADMIN, ADMIN),
    **admin_model("dashboard", "thresholdrule", ADMIN, ADMIN, ADMIN),
    **admin_model("dashboard", "tracerule", ADMIN, ADMIN, ADMIN),
    "admin/dashboard/tracerule/preview/": {"GET": ADMIN},
    **admin_model("dashboard", "slo", ADMIN, ADMIN, ADMIN),
    "admin/dashboard/slo/preview/": {"GET": ADMIN},
    **admin_model("dashboard", "custommetric", ADMIN, ADMIN, ADMIN),
    **admin_model("dashboard", "tracegroup", NOBODY, ADMIN_MOVED, NOBODY),
    "admin/dashboard/channel/<int:pk>/test/": {"POST": ADMIN_MOVED},
    **admin_model("dashboard", "channel", ADMIN, ADMIN, ADMIN),
    **admin_model("dashboard", "route", ADMIN, ADMIN, ADMIN),
    **admin_model("dashboard", "delivery", NOBODY, NOBODY, NOBODY),
    **admin_model("dashboard", "schedule", ADMIN, ADMIN, ADMIN),
    **admin_model("dashboard", "address", ADMIN, ADMIN, ADMIN),
    **admin_model("dashboard", "suppression", NOBODY, NOBODY, ADMIN),
    **admin_model("dashboard", "team", ADMIN, ADMIN, ADMIN),
    **admin_model("auth", "user", ADMIN, ADMIN, ADMIN),
    **admin_model("dashboard", "resource", NOBODY, NOBODY, NOBODY),
    **admin_model("dashboard", "deploy", NOBODY, NOBODY, NOBODY),
    **admin_model("dashboard", "cloudwatchalarm", NOBODY, NOBODY, NOBODY),
    **admin_model("dashboard", "target", NOBODY, NOBODY, NOBODY),
    **admin_model("dashboard", "run", NOBODY, NOBODY, NOBODY),
    **admin_model("dashboard", "budget", ADMIN, ADMIN, ADMIN),
    **admin_model("dashboard", "unexpectedrule", ADMIN, ADMIN, ADMIN),
    **admin_model("dashboard", "awsbudget", NOBODY, NOBODY, NOBODY),
    **admin_model("dashboard", "billedday", NOBODY, NOBODY, NOBODY),
    **admin_model("dashboard", "unexpectedspend", NOBODY, NOBODY, NOBODY),
    **admin_model("auditlog", "logentry", NOBODY, NOBODY, NOBODY),
}
API_PAGES: dict[str, dict[str, Rule]] = {
    "api/v1/": {"GET": rule(404, 404, 404, 404, 404, 404)},
    "api/v1/docs": {"GET": PAGE},
    "api/v1/openapi.json": {"GET": PAGE},
    "api/v1/stacks": {"GET": API},
    "api/v1/resources": {"GET": API},
    "api/v1/series": {"GET": OWN_API},
    "api/v1/map": {"GET": API},
    "api/v1/points": {"GET": OWN_API},
    "api/v1/points.csv": {"GET": OWN_API},
    "api/v1/figures/<kind>": {"GET": API},
}
EXPECTED = PAGES | ADMIN_PAGES | API_PAGES

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
REGEX_PARAMETER = re.compile(r"\^?\(\?P<(\w+)>[^)]*\)")


def address(route: str, owned: Owned) -> str:
    """The route with the home team's things in its parameters."""
    values: dict[str, object] = {
        "pk": key_of(route, owned),
        "account_id": owned.account.pk,
        "trace_id": owned.trace.trace_id,
        "position": 0,
        "ident": ident_of(route, owned),
        "token": token_of(route, owned),
        "kind": "line",
        "id": User.objects.get(username="vera").pk,
        "object_id": object_id(route, owned),
        "content_type_id": ContentType.objects.get_for_model(owned.stack).pk,
        "app_label": "dashboard",
        "url": "nothing-here/",
    }
    filled = PARAMETER.sub(lambda found: str(values[found[1]]), REGEX_PARAMETER.sub(r"<\1>", route).replace("$", ""))
    return f"/{filled}{QUERIES.get(route, '').format(owned=owned)}"


def key_of(route: str, owned: Owned) -> object:
    """The key of the home team's thing that an address of our own is about."""
    things = {
        "stacks": owned.stack, "resources": owned.resource, "admin": owned.channel, "alerts": owned.alert,
        "slos": owned.slo,
        "silences": owned.silence, "digests": owned.letter if "mails" in route else owned.schedule,
        "collectors": owned.delivery if "messages" in route else owned.target,
    }  # fmt: skip
    return things.get(route.partition("/")[0], owned.target).pk


def token_of(route: str, owned: Owned) -> str:
    """What the link of a message ends with."""
    if route.startswith("digests/addresses/"):
        return ADDRESS.sign_object([owned.letter.email])
    if route.startswith("digests/"):
        return SUBSCRIPTION.sign_object([owned.schedule.pk, owned.letter.email])
    return token_for(owned.alert, timezone.now())


def ident_of(route: str, owned: Owned) -> str:
    """The id on the map of the home team's node, or of its connection; or that of its budget."""
    if "budgets" in route:
        return f"own-{owned.budget.pk}"
    node = f"n{Node.objects.get(resource=owned.resource).pk}"
    return f"{node}-r{owned.resource.links_out.get().target_id}" if "edges" in route else node


REFUSED_AT = datetime(2026, 11, 23, tzinfo=UTC)
QUERIES = {
    "api/v1/series": "?resource={owned.resource.pk}",
    "api/v1/points": "?series={owned.series.pk}&from=1763856000&to=1763859600",
    "api/v1/points.csv": "?series={owned.series.pk}&from=1763856000&to=1763859600",
}


def object_id(route: str, owned: Owned) -> object:
    """The key of the home team's object that an admin address is about."""
    by_model = {
        "account": owned.account, "stack": owned.stack, "tagrule": owned.rule, "custommetric": owned.metric,
        "team": owned.team, "resource": owned.resource, "deploy": owned.deploy, "target": owned.target,
        "run": owned.run, "thresholdrule": owned.threshold, "slo": owned.slo, "tracerule": owned.trace_rule,
        "channel": owned.channel,
        "schedule": owned.schedule, "address": Address.objects.get_or_create(email=owned.letter.email)[0],
        "suppression": Suppression.objects.get_or_create(email="x@shop.example", defaults={"last_at": REFUSED_AT})[0],
        "route": owned.route, "delivery": owned.delivery,
        "budget": owned.budget, "unexpectedrule": UnexpectedRule.objects.get_or_create(account=owned.account)[0],
        "awsbudget": AwsBudget.objects.get_or_create(
            account=owned.account, name="home", defaults={"limit": 1, "actual": 0, "seen_at": REFUSED_AT}
        )[0],
        "billedday": owned.account.billed_days.first(), "unexpectedspend": owned.account.unexpected_spend.first(),
        "cloudwatchalarm": owned.resource.cloudwatch_alarms.get(), "user": User.objects.get(username="vera"),
        "tracegroup": TraceGroup.objects.get_or_create(account=owned.account, region="eu-west-1", name="home")[0],
    }  # fmt: skip
    found = by_model.get(route.split("/")[2]) if route.count("/") > 2 else None
    return found.pk if found else LogEntry.objects.values_list("pk", flat=True)[0]


def browser_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def test_every_route_says_who_may_use_it() -> None:
    assert set(all_routes()) == set(EXPECTED)


@pytest.mark.parametrize("route", sorted(EXPECTED))
def test_each_role_gets_what_the_table_says(route: str, owned: Owned, people: dict[str, User | None]) -> None:
    wrong = []
    for role, user in people.items():
        for method, expected in EXPECTED[route].items():
            status = browser_of(user).generic(method, address(route, owned)).status_code
            if status not in expected[role]:
                wrong.append(f"{role} {method}: {status} instead of {expected[role]}")
    assert not wrong


@pytest.mark.parametrize("route", sorted(EXPECTED))
def test_methods_that_are_not_in_the_table_are_refused(
    route: str, owned: Owned, people: dict[str, User | None]
) -> None:
    answered = []
    for role, user in people.items():
        if route in ANY_METHOD or (role == "admin" and route.startswith("admin/")):
            continue  # Django's admin answers any other method as if it were GET
        for method in set(HTTPMethod) - {HTTPMethod.OPTIONS, HTTPMethod.CONNECT, HTTPMethod.TRACE, HTTPMethod.HEAD}:
            if method.value not in EXPECTED[route]:
                status = browser_of(user).generic(method.value, address(route, owned)).status_code
                if status not in REFUSED:
                    answered.append(f"{role} {method}: {status}")
    assert not answered


def test_reading_changes_nothing(owned: Owned, people: dict[str, User | None]) -> None:
    for route, methods in EXPECTED.items():
        if "GET" in methods:
            browser_of(people["admin"]).get(address(route, owned))
    assert type(owned.account).objects.count() == 2
    assert User.objects.count() == len(people) - 1


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_no_page_shows_a_name_of_another_team(
    role: str, owned: Owned, foreign: Owned, people: dict[str, User | None]
) -> None:
    shown = []
    for route, methods in EXPECTED.items():
        if "GET" in methods:
            answer = browser_of(people[role]).get(address(route, owned))
            if foreign.stack.name in answer.getvalue().decode():
                shown.append(route)
    assert not shown
