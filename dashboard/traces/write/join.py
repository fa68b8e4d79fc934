"""Nodes of traces and resources of the inventory, joined."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Q, QuerySet

from dashboard.inventory.join import canonical_arn
from dashboard.inventory.models import Account, Resource
from dashboard.traces import naming
from dashboard.traces.models import Node


def join_account(account: Account) -> int:
    """Join what is not joined yet, after resources were found; returns how many."""
    return join_nodes(Node.objects.filter(account=account))


def join_nodes(nodes: QuerySet[Node], arns: Mapping[int, Collection[str]] | None = None) -> int:
    """Join those of the nodes that have no resource that is still there: by ARN, else by name and type.

    `arns` are ARNs that X-Ray gave for nodes, by id.
    """
    open_ = list(nodes.filter(Q(resource=None) | Q(resource__gone_at__isnull=False)))
    by_arn = _resources_by_arn({arn for node in open_ for arn in _arns(node, arns or {})})
    by_account: dict[int, list[Node]] = defaultdict(list)
    for node in open_:
        by_account[node.account_id].append(node)
    joined = []
    for account_id, some in by_account.items():
        places = _places(account_id, {node.type for node in some})
        for node in some:
            named = (by_arn[arn] for arn in _arns(node, arns or {}) if arn in by_arn)
            found = next(named, None) or naming.resource_of(node.type, node.name, node.region, places)
            if found is not None:
                node.resource_id = found
                joined.append(node)
    return Node.objects.bulk_update(joined, ["resource"], batch_size=200)


def _arns(node: Node, arns: Mapping[int, Collection[str]]) -> list[str]:
    """ARNs that X-Ray gave, in the inventory's form."""
    given = {*arns.get(node.pk, ()), *([node.name] if node.name.startswith("arn:") else [])}
    return sorted(canonical_arn(arn) for arn in given)


def _resources_by_arn(arns: Collection[str]) -> dict[str, int]:
    if not arns:
        return {}
    return dict(Resource.objects.present().filter(arn__in=arns).values_list("arn", "pk"))


def _places(account_id: int, types: Collection[str]) -> naming.Places:
    """Resources of an account that may be nodes of these types."""
    services = {service for type_ in types for service in naming.services_of(type_)}
    rows = Resource.objects.present().filter(account=account_id, service__in=services)
    return naming.places_of(naming.Named(*row) for row in rows.values_list(*naming.Named._fields))
