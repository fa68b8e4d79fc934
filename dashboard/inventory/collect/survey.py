"""A connection tried before it becomes an account: whom it leads to, what may be read, where there is something."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from dashboard import aws
from dashboard.aws import AwsError, PermissionResult
from dashboard.aws.roles import check_role
from dashboard.catalog import all_services
from dashboard.core.connection import Connection
from dashboard.inventory.collect.permissions import try_permissions

HOME = "us-east-1"
"""Where global services are listed; enabled in every account."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What trying a connection showed."""

    account_id: str
    regions: list[str]
    permissions: list[PermissionResult]
    """One per IAM action, missing ones first."""
    stacks: dict[str, int]
    """CloudFormation stacks by region."""
    metrics: dict[str, int]
    """That the catalogue would collect, by region; only where there are stacks."""

    @property
    def busy_regions(self) -> list[str]:
        """Regions with stacks; the first one where there are none."""
        return [region for region in self.regions if self.stacks[region]] or self.regions[:1]


def own_account(profile: str = "") -> str:
    """The account of this server's own credentials, or of a profile; blank where there are none."""
    try:
        return aws.open(Connection("", profile), HOME).identity()
    except AwsError:
        return ""


def survey(connection: Connection, threads: int) -> Survey:
    """Try everything once, `threads` calls at a time.

    Raises AwsError when the account can't be reached, or the role must not be trusted.
    """
    if connection.role_arn:
        check_role(connection)
    home = aws.open(connection, HOME)
    account_id = home.identity()
    regions = sorted(home.enabled_regions())
    with ThreadPoolExecutor(threads) as pool:
        stacks = dict(zip(regions, pool.map(partial(_count_stacks, connection), regions), strict=True))
        found = Survey(account_id, regions, [], stacks, {})
        busy = found.busy_regions
        found.permissions.extend(try_permissions(aws.open(connection, busy[0]), home, pool))
        found.metrics.update({region: _count_metrics(connection, region, pool) for region in busy})
    return found


def _count_stacks(connection: Connection, region: str) -> int:
    """CloudFormation stacks of a region; 0 where asking failed."""
    try:
        return sum(not stack.root_arn for stack in aws.open(connection, region).stacks())
    except AwsError:
        return 0


def _count_metrics(connection: Connection, region: str, pool: ThreadPoolExecutor) -> int:
    """Metrics that the catalogue would collect there: those that exist, times the statistics wanted of each."""
    wanted = _statistics_by_metric()

    def count(namespace: str) -> int:
        try:
            listed = aws.open(connection, region).list_metrics(namespace)
        except AwsError:
            return 0
        return sum(wanted[namespace].get(metric.name, 0) for metric in listed)

    return sum(pool.map(count, wanted))


def _statistics_by_metric() -> dict[str, dict[str, int]]:
    """By namespace and name: how many statistics are asked for every few minutes.

    Services that share a namespace share its metrics too: the one that wants most counts.
    """
    wanted: dict[str, dict[str, int]] = {}
    for service in all_services().values():
        names = Counter(metric.name for metric in service.metrics if metric.period is None)
        known = wanted.setdefault(service.namespace, {})
        known.update({name: max(count, known.get(name, 0)) for name, count in names.items()})
    return wanted
