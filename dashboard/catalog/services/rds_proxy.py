"""Amazon RDS Proxy."""

from collections.abc import Mapping, Sequence

import numpy as np

from dashboard.catalog import tracing
from dashboard.catalog.metrics import count
from dashboard.catalog.ratios import share
from dashboard.catalog.reading import get
from dashboard.catalog.shape import (
    Billing,
    Call,
    Chart,
    Derived,
    Fact,
    Found,
    Identity,
    Item,
    Listing,
    Metered,
    Metric,
    Relation,
    Service,
    Severity,
    Signals,
    Threshold,
    Traced,
    Values,
)
from dashboard.core.units import Unit


def identify(item: Item) -> Identity:
    """A proxy is known by its name."""
    return Identity(item["DBProxyName"], item["DBProxyName"], item["DBProxyArn"])


def facts(found: Found) -> Sequence[Fact]:
    """What explains how connections are shared."""
    groups = found.details.get("groups") or ()
    pool = get(groups[0], "ConnectionPoolConfig", {}) if groups else {}
    return (
        Fact("Engine family", found.item.get("EngineFamily")),
        Fact("Status", found.item.get("Status")),
        Fact("Idle client timeout", found.item.get("IdleClientTimeout"), Unit.SECONDS),
        Fact("Maximum of the database's connections, percent", pool.get("MaxConnectionsPercent")),
        Fact("Borrow timeout", pool.get("ConnectionBorrowTimeout"), Unit.SECONDS),
        Fact("Requires TLS", bool(found.item.get("RequireTLS"))),
    )


def relations(found: Found) -> Sequence[Relation]:
    """The databases behind it."""
    names = {one.get("TrackedClusterId") or one.get("RdsResourceId") for one in found.details.get("targets") or ()} - {
        None
    }
    return [Relation(found.identity.arn, name, "proxy_target") for name in sorted(names)]


LEAST_ACUS = 8
VCPUS = {"micro": 2, "small": 2, "medium": 2, "large": 2, "xlarge": 4, "2xlarge": 8, "4xlarge": 16}


def usage(metered: Metered) -> Mapping[str, Values]:
    """Capacity of what stands behind it: ACUs, at least eight; or two vCPUs of an instance of size large or below."""
    behind = next(iter(metered.linked.get("proxy_target", ())), None)
    if behind is None:
        return {"proxy-vcpu-hours": np.full(metered.size, np.nan)}
    if "Members" in behind.facts:
        capacity = np.maximum(behind.of("acu_average") * behind.number("Members"), LEAST_ACUS)
        return {"proxy-acu-hours": capacity * metered.hours}
    vcpus = VCPUS.get(str(behind.facts.get("Instance class")).rpartition(".")[2], np.nan)
    return {"proxy-vcpu-hours": metered.steady(vcpus * (2 if behind.facts.get("Multi-AZ") else 1))}


SERVICE = Service(
    key="rds_proxy",
    label="Database proxies",
    noun="RDS Proxy",
    icon="rds_proxy",
    namespace="AWS/RDS",
    cfn_types=("AWS::RDS::DBProxy",),
    cost_name="Amazon Relational Database Service",
    listing=Listing(Call("rds", "describe_db_proxies"), "DBProxies", identify),
    details={
        "groups": Call(
            "rds",
            "describe_db_proxy_target_groups",
            {"DBProxyName": "{name}"},
            result="TargetGroups",
            paged=True,
            absent=("DBProxyNotFoundFault",),
        ),
        "targets": Call(
            "rds",
            "describe_db_proxy_targets",
            {"DBProxyName": "{name}"},
            result="Targets",
            paged=True,
            absent=("DBProxyNotFoundFault",),
        ),
    },
    facts=facts,
    relations=relations,
    dimensions=lambda found: {"ProxyName": found.identity.name},
    metrics=(
        count("requests", "QueryRequests", "Queries"),
        Metric("client_connections", "ClientConnections", "Maximum", Unit.COUNT, "Client connections"),
        Metric("connections", "DatabaseConnections", "Maximum", Unit.COUNT, "Database connections"),
        Metric("maximum", "MaxDatabaseConnectionsAllowed", "Maximum", Unit.COUNT, "Maximum allowed"),
        Metric("pinned", "DatabaseConnectionsCurrentlySessionPinned", "Maximum", Unit.COUNT, "Pinned sessions"),
        Metric(
            "borrow_latency",
            "DatabaseConnectionsBorrowLatency",
            "Average",
            Unit.MILLISECONDS,
            "Waiting for a connection",
            scale=0.001,
        ),
        Metric(
            "query_latency",
            "QueryDatabaseResponseLatency",
            "Average",
            Unit.MILLISECONDS,
            "Query in the database",
            scale=0.001,
        ),
    ),
    derived=(
        Derived(
            "connections_share",
            "Connections of maximum",
            Unit.SHARE,
            ("connections", "maximum"),
            share("connections", "maximum"),
        ),
        Derived(
            "pinned_share",
            "Pinned of connections",
            Unit.SHARE,
            ("pinned", "connections"),
            share("pinned", "connections"),
        ),
    ),
    charts=(
        Chart("How many connections?", ("client_connections", "connections", "maximum")),
        Chart("How long do queries wait and take?", ("borrow_latency", "query_latency")),
        Chart("How close is it to its limit?", ("connections_share", "pinned_share")),
        Chart("How many queries?", ("requests",), "area"),
        Chart("How many sessions are pinned?", ("pinned",)),
    ),
    signals=Signals(traffic="requests", latency="query_latency", saturation=("connections_share",)),
    thresholds=(
        Threshold("connections_share", Severity.WARNING, "{value} of the allowed connections are in use", above=0.80),
        Threshold(
            "pinned_share",
            Severity.INFO,
            "{value} of connections are pinned to a session",
            above=0.50,
            hint="Pinned sessions can't be shared: look for SET statements and prepared statements.",
        ),
        Threshold("borrow_latency", Severity.WARNING, "clients wait {value} for a connection", above=100),
    ),
    figures=("client_connections", "connections", "query_latency"),
    billing=Billing(usage, ("vCPU hours or ACU hours of the database behind it",), ("extra endpoints",)),
    actions=("rds:DescribeDBProxies", "rds:DescribeDBProxyTargetGroups", "rds:DescribeDBProxyTargets"),
    console="https://{region}.console.aws.amazon.com/rds/home?region={region}#proxy:id={name}",
    traced=Traced((tracing.DATABASE,), lambda identity: (f"proxy:{identity.name}",)),
    carries=True,
)
