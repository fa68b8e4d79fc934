"""RDS: instances, clusters, proxies."""

from datetime import UTC, datetime
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import arn, hex_id
from dashboard.demo.world.noise import stable_text

_PORTS = {"postgres": 5432, "mysql": 3306, "aurora-postgresql": 5432}


def _tags(component: Component) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in component.tags.items()]


def _created(asked: Asked, component: Component) -> datetime:
    return datetime.fromtimestamp(asked.world.created(component), UTC)


def _resource_id(prefix: str, *parts: object) -> str:
    return prefix + stable_text(26, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", *parts)


@answers("rds", "DescribeDBInstances")
def describe_db_instances(asked: Asked) -> Answer:
    """Instances of their own and members of Aurora clusters, as AWS lists them together."""
    instances = [_instance(asked, database) for database in asked.components("rds")]
    for cluster in asked.components("aurora"):
        instances += [_member(asked, cluster, number) for number in range(1, int(cluster.get("members", 2)) + 1)]
    wanted = asked.get("DBInstanceIdentifier")
    found = [one for one in instances if not wanted or wanted in {one["DBInstanceIdentifier"], one["DBInstanceArn"]}]
    if wanted and not found:
        raise AnswerError("DBInstanceNotFound", f"DBInstance {wanted} not found.", 404)
    page, marker = page_of(found, asked.get("Marker"), int(asked.get("MaxRecords", 100)))
    return {"DBInstances": page, "Marker": marker}


def _instance(asked: Asked, database: Component) -> dict[str, Any]:
    engine = str(database.get("engine", "postgres"))
    readers = [one.name for one in asked.components("rds") if one.get("replica_of") == database.name]
    source = database.get("replica_of")
    return {
        "ReadReplicaDBInstanceIdentifiers": readers,
        **({"ReadReplicaSourceDBInstanceIdentifier": source} if source else {}),
        **_any_instance(asked, database, database.name, engine),
        "DBInstanceArn": arn(database),
        "DBInstanceClass": database.get("instance_class", "db.r6g.large"),
        "EngineVersion": database.get("engine_version", "16.4"),
        "AllocatedStorage": int(database.get("storage_gib", 200)),
        "MaxAllocatedStorage": int(database.get("storage_gib", 200)) * 2,
        "StorageType": "gp3",
        "Iops": 12000,
        "MultiAZ": bool(database.get("multi_az", False)),
        "BackupRetentionPeriod": 14,
    }


def _member(asked: Asked, cluster: Component, number: int) -> dict[str, Any]:
    name = f"{cluster.name}-{number}"
    return {
        **_any_instance(asked, cluster, name, "aurora-postgresql"),
        "DBInstanceArn": f"arn:aws:rds:{cluster.region}:{cluster.account_id}:db:{name}",
        "DBInstanceClass": "db.serverless",
        "EngineVersion": "16.4",
        "AllocatedStorage": 1,
        "StorageType": "aurora",
        "MultiAZ": False,
        "DBClusterIdentifier": cluster.name,
        "PromotionTier": number,
    }


def _any_instance(asked: Asked, component: Component, name: str, engine: str) -> dict[str, Any]:
    host = f"{name}.{hex_id(12, 'rds', component.account_id)}.{component.region}.rds.amazonaws.com"
    return {
        "DBInstanceIdentifier": name,
        "DbiResourceId": _resource_id("db-", name, component.key),
        "Engine": engine,
        "DBInstanceStatus": "available",
        "MasterUsername": "shop",
        "Endpoint": {"Address": host, "Port": _PORTS[engine]},
        "InstanceCreateTime": _created(asked, component),
        "AvailabilityZone": f"{component.region}a",
        "PubliclyAccessible": False,
        "StorageEncrypted": True,
        "DeletionProtection": True,
        "PerformanceInsightsEnabled": True,
        "DBParameterGroups": [{"DBParameterGroupName": f"{engine}-default", "ParameterApplyStatus": "in-sync"}],
        "TagList": _tags(component),
    }


@answers("rds", "DescribeDBClusters")
def describe_db_clusters(asked: Asked) -> Answer:
    """Aurora clusters."""
    clusters = [_cluster(asked, cluster) for cluster in asked.components("aurora")]
    wanted = asked.get("DBClusterIdentifier")
    found = [one for one in clusters if not wanted or wanted in {one["DBClusterIdentifier"], one["DBClusterArn"]}]
    if wanted and not found:
        raise AnswerError("DBClusterNotFoundFault", f"DBCluster {wanted} not found.", 404)
    page, marker = page_of(found, asked.get("Marker"), int(asked.get("MaxRecords", 100)))
    return {"DBClusters": page, "Marker": marker}


def _cluster(asked: Asked, cluster: Component) -> dict[str, Any]:
    host = f"{cluster.name}.cluster-{hex_id(12, 'rds', cluster.account_id)}.{cluster.region}.rds.amazonaws.com"
    members = [
        {
            "DBInstanceIdentifier": f"{cluster.name}-{number}",
            "IsClusterWriter": number == 1,
            "DBClusterParameterGroupStatus": "in-sync",
            "PromotionTier": number,
        }
        for number in range(1, int(cluster.get("members", 2)) + 1)
    ]
    return {
        "DBClusterIdentifier": cluster.name,
        "DBClusterArn": arn(cluster),
        "DbClusterResourceId": _resource_id("cluster-", cluster.key),
        "Engine": "aurora-postgresql",
        "EngineVersion": "16.4",
        "EngineMode": "provisioned",
        "Status": "available",
        "Endpoint": host,
        "ReaderEndpoint": host.replace(".cluster-", ".cluster-ro-"),
        "Port": 5432,
        "MultiAZ": len(members) > 1,
        "DBClusterMembers": members,
        "ServerlessV2ScalingConfiguration": {
            "MinCapacity": float(cluster.get("min_capacity", 0.5)),
            "MaxCapacity": float(cluster.get("max_capacity", 16)),
        },
        "BackupRetentionPeriod": 14,
        "StorageEncrypted": True,
        "DeletionProtection": True,
        "ClusterCreateTime": _created(asked, cluster),
        "TagList": _tags(cluster),
    }


@answers("rds", "DescribeDBProxies")
def describe_db_proxies(asked: Asked) -> Answer:
    """Proxies."""
    wanted = asked.get("DBProxyName")
    found = [_proxy(asked, proxy) for proxy in asked.components("rds_proxy") if wanted in {None, proxy.name}]
    if wanted and not found:
        raise AnswerError("DBProxyNotFoundFault", f"DB proxy {wanted} not found.", 404)
    return {"DBProxies": found}


def _proxy(asked: Asked, proxy: Component) -> dict[str, Any]:
    return {
        "DBProxyName": proxy.name,
        "DBProxyArn": arn(proxy),
        "Status": "available",
        "EngineFamily": "POSTGRESQL",
        "Endpoint": f"{proxy.name}.proxy-{hex_id(12, 'rds', proxy.account_id)}.{proxy.region}.rds.amazonaws.com",
        "RequireTLS": True,
        "IdleClientTimeout": 1800,
        "DebugLogging": False,
        "CreatedDate": _created(asked, proxy),
        "UpdatedDate": _created(asked, proxy),
    }


@answers("rds", "DescribeDBProxyTargetGroups")
def describe_db_proxy_target_groups(asked: Asked) -> Answer:
    """One default group each."""
    wanted = asked.get("DBProxyName")
    groups = [
        {
            "DBProxyName": proxy.name,
            "TargetGroupName": "default",
            "TargetGroupArn": f"{arn(proxy).replace('db-proxy', 'target-group')}",
            "IsDefault": True,
            "Status": "available",
            "ConnectionPoolConfig": {
                "MaxConnectionsPercent": 90,
                "MaxIdleConnectionsPercent": 50,
                "ConnectionBorrowTimeout": 120,
            },
        }
        for proxy in asked.components("rds_proxy")
        if wanted in {None, proxy.name}
    ]
    return {"TargetGroups": groups}


@answers("rds", "DescribeDBProxyTargets")
def describe_db_proxy_targets(asked: Asked) -> Answer:
    """The database behind a proxy."""
    name = asked.get("DBProxyName")
    targets: list[dict[str, Any]] = []
    for proxy in asked.components("rds_proxy"):
        if proxy.name != name:
            continue
        for edge in asked.world.plan.out_of(proxy):
            of_cluster = edge.target.kind == "aurora"
            targets.append(
                {
                    "TargetArn": arn(edge.target),
                    "RdsResourceId": f"{edge.target.name}-1" if of_cluster else edge.target.name,
                    "Type": "RDS_INSTANCE",
                    "Role": "READ_WRITE",
                    "Port": 5432,
                    "TargetHealth": {"State": "AVAILABLE"},
                    **({"TrackedClusterId": edge.target.name} if of_cluster else {}),
                }
            )
    return {"Targets": targets}


@answers("rds", "ListTagsForResource")
def list_tags_for_resource(asked: Asked) -> Answer:
    """By ARN."""
    wanted = asked.get("ResourceName")
    every = asked.components("rds", "aurora", "rds_proxy")
    return {"TagList": next((_tags(component) for component in every if arn(component) == wanted), [])}
