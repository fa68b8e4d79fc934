"""Service graphs for tests, written the way collected ones are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.aws.trace_values import XrayEdge, XrayService, XrayStatistics
from dashboard.inventory.models import Account
from dashboard.traces.canonical import NodeKey, canonical
from dashboard.traces.models import Node
from dashboard.traces.spans import MINUTE
from dashboard.traces.write.directory import Directory
from dashboard.traces.write.graph import roll_up, store_graph

FUNCTION = "AWS::Lambda::Function"
TYPES = {
    "table": "AWS::DynamoDB::Table",
    "queue": "AWS::SQS::Queue",
    "topic": "AWS::SNS::Topic",
    "bus": "AWS::Events",
    "stage": "AWS::ApiGateway::Stage",
    "stream": "AWS::Kinesis::Stream",
    "bucket": "AWS::S3::Bucket",
    "machine": "AWS::StepFunctions::StateMachine",
    "database": "Database::SQL",
    "remote": "remote",
    "client": "client",
}
"""'table:orders' is a node orders of that type; a bare name is a function, a bare 'client' calls what it calls."""


@dataclass(frozen=True)
class Calls:
    """Requests of one minute along an edge: each took `seconds`, and had waited so long where something was waited."""

    ok: int = 10
    error: int = 0
    throttle: int = 0
    fault: int = 0
    seconds: float = 0.1
    waited: float | None = None
    kind: str = ""

    @property
    def total(self) -> int:
        return self.ok + self.error + self.throttle + self.fault

    def statistics(self) -> XrayStatistics:
        return XrayStatistics(self.ok, self.error, self.throttle, self.fault, self.total * self.seconds)


Pairs = Mapping[tuple[str, str], Calls | int]


def a_graph(
    account: Account,
    calls: Pairs,
    *,
    at: datetime,
    minutes: int = 1,
    region: str = "eu-west-1",
    group: str = "",
    owners: Mapping[str, str] | None = None,
) -> dict[str, Node]:
    """The same calls in each of some minutes; a number stands for so many good ones. Gives nodes by the names used.

    `owners` are AWS account ids of nodes that belong to other accounts.
    """
    services = an_answer(calls, owners or {})
    directory = Directory(account, region)
    start = int(at.timestamp()) // MINUTE * MINUTE
    stored = [(MINUTE, start + MINUTE * number) for number in range(minutes)]
    for span in stored:
        store_graph(directory, span, services, group=group)
    roll_up(directory, stored, group=group)
    ids, _ = directory.ids(canonical(services, account.account_id, directory.connected), at)
    rows = Node.objects.select_related("resource", "account").in_bulk(ids.values())
    keys = {name: NodeKey((owners or {}).get(name, account.account_id), *named(name, calls)) for name in _names(calls)}
    return {name: rows[ids[key]] for name, key in keys.items()}


def an_answer(calls: Pairs, owners: Mapping[str, str]) -> list[XrayService]:
    """What X-Ray would answer."""
    told = {pair: Calls(ok=one) if isinstance(one, int) else one for pair, one in calls.items()}
    references = {name: number for number, name in enumerate(_names(calls), start=3)}
    return [_service(name, told, references, owners) for name in references]


def _service(
    name: str, told: Mapping[tuple[str, str], Calls], references: Mapping[str, int], owners: Mapping[str, str]
) -> XrayService:
    incoming = [one for (_, target), one in told.items() if target == name]
    outgoing = [(target, one) for (source, target), one in told.items() if source == name]
    seen: Sequence[Calls] = incoming or ([] if name.startswith("client") else [one for _, one in outgoing])
    return XrayService(
        reference=references[name],
        name=named(name, told)[0],
        names=(named(name, told)[0],),
        account_id=owners.get(name, ""),
        type=named(name, told)[1],
        root=not incoming,
        statistics=XrayStatistics(
            ok=sum(one.ok for one in seen),
            error=sum(one.error for one in seen),
            throttle=sum(one.throttle for one in seen),
            fault=sum(one.fault for one in seen),
            seconds=sum(one.total * one.seconds for one in seen),
        ),
        times=tuple((one.seconds, one.total) for one in seen),
        edges=tuple(
            XrayEdge(
                reference=references[target],
                statistics=one.statistics(),
                times=((one.seconds, one.total),),
                kind=one.kind,
                ages=() if one.waited is None else ((one.waited, one.total),),
                aliases=(),
            )
            for target, one in outgoing
        ),
    )


def _names(calls: Pairs) -> list[str]:
    return list(dict.fromkeys(name for pair in calls for name in pair))


def named(name: str, calls: Pairs) -> tuple[str, str]:
    """Name and type, as X-Ray has them."""
    if name == "client":
        return next(target for source, target in calls if source == name).rpartition(":")[2], "client"
    kind, _, rest = name.partition(":")
    return (rest, TYPES[kind]) if rest and kind in TYPES else (name, FUNCTION)
