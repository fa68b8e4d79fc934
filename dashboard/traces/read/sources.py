"""Where traces are kept."""

from dashboard.traces.models import TraceSource


def in_transaction_search() -> set[tuple[int, str]]:
    """Accounts (by primary key) and regions whose whole traces go to CloudWatch Logs."""
    rows = TraceSource.objects.filter(destination=TraceSource.Destination.TRANSACTION_SEARCH)
    return set(rows.values_list("account_id", "region"))
