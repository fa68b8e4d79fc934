"""Service graphs of a size, stored as collected ones are: stacks behind APIs, queues between them, some of it ill."""

from collections.abc import Mapping
from datetime import datetime
from random import Random

from dashboard.access.models import Team
from dashboard.inventory.models import Account, Resource
from tests.factories import make_account, make_link, make_resource, make_stack, make_verdict
from tests.traces.builders import Calls, a_graph

STACKS = (
    "checkout", "orders", "payments", "catalog", "search", "accounts", "shipping", "pricing", "inventory", "notify",
    "media", "reports", "loyalty", "returns", "fraud", "geo", "tax", "ledger", "email", "profile",
)  # fmt: skip
SERVICES = {
    "stage": "apigateway_rest", "table": "dynamodb", "queue": "sqs", "topic": "sns", "bus": "eventbridge",
    "bucket": "s3", "": "lambda",
}  # fmt: skip
Pair = tuple[str, str]


def parts_of(stack: str) -> list[str]:
    """The nodes of a stack, as `a_graph` names them: fifteen of them."""
    functions = ("create-order", "get-order", "list-orders", "settle", "notify-customer", "reindex", "export-daily")
    return [
        f"stage:{stack}-api/prod", *(f"{stack}-{one}" for one in functions), f"queue:{stack}-jobs",
        f"queue:{stack}-mail", f"topic:{stack}-events", f"table:{stack}-orders", f"table:{stack}-sessions",
        f"bucket:{stack}-exports", f"bus:{stack}-bus",
    ]  # fmt: skip


def calls_within(stack: str, random: Random) -> dict[Pair, Calls]:
    """Who calls whom in a stack."""
    api, create, get, everything, settle, notify, reindex, export, jobs, mail, events, orders, sessions, bucket, bus = (
        parts_of(stack)
    )
    pairs = [
        (api, create), (api, get), (api, everything), (create, orders), (get, orders), (everything, orders),
        (get, sessions), (create, jobs), (create, bus), (settle, orders), (settle, events), (notify, mail),
        (reindex, sessions), (export, bucket), (export, orders),
    ]  # fmt: skip
    handed = [(jobs, settle), (events, notify), (mail, reindex), (bus, export)]
    calls = {pair: Calls(ok=random.choice((4, 20, 90)), seconds=random.choice((0.02, 0.1, 0.4))) for pair in pairs}
    return calls | {pair: Calls(ok=10, kind="link", waited=random.choice((0.4, 3.0, 95.0))) for pair in handed}


def store_graph(nodes: int, *, at: datetime, number: int = 1, team: Team | None = None) -> Account:
    """An account with about so many nodes, an hour of the same minutes; its first stack is the ill one."""
    random = Random(nodes)  # noqa: S311 - the same picture every time
    account = make_account(f"map-{nodes}", number)
    names = STACKS[: max(1, round(nodes / 15))]
    calls: dict[Pair, Calls] = {}
    for stack in names:
        calls |= calls_within(stack, random)
    for position, stack in enumerate(names[1:], start=1):
        caller = names[(position - 1) // 3]
        calls[f"{caller}-get-order", f"stage:{stack}-api/prod"] = Calls(ok=12)
    for stack in names[2::3]:
        calls[f"{stack}-notify-customer", f"queue:{names[1]}-mail"] = Calls(ok=3)
    calls |= trouble(names)
    kept = only_first(calls, nodes)
    owned = store_resources(account, names, kept, team)
    a_graph(account, kept, at=at, minutes=60)
    link_untraced(owned, names)
    return account


def trouble(names: tuple[str, ...]) -> dict[Pair, Calls]:
    """What hurts: a payment provider that fails, and so what calls it."""
    first = names[0]
    return {
        ("client", f"stage:{first}-api/prod"): Calls(ok=184, fault=16, seconds=0.9),
        (f"stage:{first}-api/prod", f"{first}-create-order"): Calls(ok=84, fault=16, seconds=2.4),
        (f"{first}-create-order", "remote:api.paywise.example"): Calls(ok=80, fault=20, seconds=2.1),
        (f"{first}-get-order", f"table:{first}-sessions"): Calls(ok=97, throttle=3, seconds=0.01),
    }


def only_first(calls: Mapping[Pair, Calls], nodes: int) -> dict[Pair, Calls]:
    """Calls among the first so many nodes, the ill ones before all."""
    ill_first = sorted(calls, key=lambda pair: calls[pair].fault == 0)
    chosen = list(dict.fromkeys(name for pair in ill_first for name in pair))[:nodes]
    return {pair: one for pair, one in calls.items() if set(pair) <= set(chosen)}


def store_resources(
    account: Account, names: tuple[str, ...], calls: Mapping[Pair, Calls], team: Team | None
) -> dict[str, Resource]:
    """The resources that the nodes are."""
    drawn = {name for pair in calls for name in pair}
    owned: dict[str, Resource] = {}
    for stack_name in names:
        stack = make_stack(account, stack_name, team)
        for part in parts_of(stack_name):
            if part in drawn:
                kind, _, name = part.rpartition(":")
                owned[part] = make_resource(
                    stack, name.replace("/prod", " (prod)"), SERVICES[kind], **physical(kind, name)
                )
        owned[f"{stack_name}-audit"] = make_resource(stack, f"{stack_name}-audit", "lambda")
    create = owned[f"{names[0]}-create-order"]
    make_verdict(create, "critical", f"{create.name} p95 2.4 s, usually 310 ms")
    return owned


def physical(kind: str, name: str) -> dict[str, str]:
    """What CloudFormation calls a resource, where that is not its name."""
    if kind == "queue":
        return {"physical_id": f"https://sqs.eu-west-1.amazonaws.com/000000000001/{name}"}
    if kind == "stage":
        return {"physical_id": f"id-of-{name}"}
    return {"physical_id": f"{name}|{name}"} if kind == "bus" else {}


def link_untraced(owned: Mapping[str, Resource], names: tuple[str, ...]) -> None:
    """Connections that configuration alone knows: topics to functions without tracing."""
    for stack in names:
        if f"topic:{stack}-events" in owned:
            make_link(owned[f"topic:{stack}-events"], owned[f"{stack}-audit"], "subscription")
