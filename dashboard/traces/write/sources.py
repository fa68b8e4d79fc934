"""Where the traces of a region go, and its X-Ray groups, as X-Ray says."""

from collections.abc import Sequence
from datetime import datetime

from dashboard.aws import XrayGroup
from dashboard.inventory.models import Account
from dashboard.traces.models import TraceGroup, TraceSource


def store_groups(account: Account, region: str, groups: Sequence[XrayGroup]) -> None:
    """Store a region's groups; those that are gone go, what was chosen about the others stays."""
    rows = [
        TraceGroup(
            account=account,
            region=region,
            name=one.name[:64],
            arn=one.arn[:400],
            filter_expression=one.filter_expression,
        )
        for one in groups
        if one.filter_expression  # the default group holds all traces: it is the graph without a group
    ]
    TraceGroup.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=("account", "region", "name"),
        update_fields=("arn", "filter_expression"),
    )
    kept = [row.name for row in rows]
    TraceGroup.objects.filter(account=account, region=region).exclude(name__in=kept).delete()


def note_destination(account: Account, region: str, destination: str | None, now: datetime) -> None:
    """Note where segments go; None where X-Ray did not say: then what is known stays."""
    columns = {"asked_at": now, **({"destination": destination[:16]} if destination else {})}
    TraceSource.objects.update_or_create(account=account, region=region, defaults=columns)
