"""ElastiCache."""

from datetime import UTC, datetime
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import arn


def _nodes(group: Component) -> list[str]:
    return [f"{group.name}-{number:03d}" for number in range(1, int(group.get("nodes", 2)) + 1)]


@answers("elasticache", "DescribeReplicationGroups")
def describe_replication_groups(asked: Asked) -> Answer:
    """Groups with their nodes."""
    wanted = asked.get("ReplicationGroupId")
    found = [_group(group) for group in asked.components("elasticache") if wanted in {None, group.name}]
    if wanted and not found:
        raise AnswerError("ReplicationGroupNotFoundFault", f"ReplicationGroup {wanted} not found.", 404)
    page, marker = page_of(found, asked.get("Marker"), int(asked.get("MaxRecords", 100)))
    return {"ReplicationGroups": page, "Marker": marker}


def _group(group: Component) -> dict[str, Any]:
    nodes = _nodes(group)
    members = [
        {
            "CacheClusterId": node,
            "CacheNodeId": "0001",
            "PreferredAvailabilityZone": f"{group.region}{'ab'[position % 2]}",
            "CurrentRole": "replica" if position else "primary",
        }
        for position, node in enumerate(nodes)
    ]
    shard = {
        "NodeGroupId": "0001",
        "Status": "available",
        "PrimaryEndpoint": {"Address": f"{group.name}.cache.amazonaws.com", "Port": 6379},
        "NodeGroupMembers": members,
    }
    return {
        "ReplicationGroupId": group.name,
        "Description": group.name,
        "Status": "available",
        "MemberClusters": nodes,
        "NodeGroups": [shard],
        "AutomaticFailover": "enabled",
        "MultiAZ": "enabled",
        "ClusterEnabled": False,
        "CacheNodeType": "cache.r7g.large",
        "Engine": "valkey",
        "SnapshotRetentionLimit": 3,
        "TransitEncryptionEnabled": True,
        "AtRestEncryptionEnabled": True,
        "ARN": arn(group),
    }


@answers("elasticache", "DescribeCacheClusters")
def describe_cache_clusters(asked: Asked) -> Answer:
    """Every node is a cluster of its own."""
    wanted = asked.get("CacheClusterId")
    clusters = [
        _cluster(asked, group, node)
        for group in asked.components("elasticache")
        for node in _nodes(group)
        if wanted in {None, node}
    ]
    if wanted and not clusters:
        raise AnswerError("CacheClusterNotFound", f"CacheCluster {wanted} not found.", 404)
    page, marker = page_of(clusters, asked.get("Marker"), int(asked.get("MaxRecords", 100)))
    return {"CacheClusters": page, "Marker": marker}


def _cluster(asked: Asked, group: Component, node: str) -> dict[str, Any]:
    cluster: dict[str, Any] = {
        "CacheClusterId": node,
        "ReplicationGroupId": group.name,
        "CacheNodeType": "cache.r7g.large",
        "Engine": "valkey",
        "EngineVersion": "8.0.1",
        "CacheClusterStatus": "available",
        "NumCacheNodes": 1,
        "PreferredAvailabilityZone": f"{group.region}a",
        "CacheClusterCreateTime": datetime.fromtimestamp(asked.world.created(group), UTC),
        "CacheParameterGroup": {"CacheParameterGroupName": "default.valkey8", "ParameterApplyStatus": "in-sync"},
        "TransitEncryptionEnabled": True,
        "AtRestEncryptionEnabled": True,
        "ARN": f"arn:aws:elasticache:{group.region}:{group.account_id}:cluster:{node}",
    }
    if asked.get("ShowCacheNodeInfo"):
        endpoint = {"Address": f"{node}.cache.amazonaws.com", "Port": 6379}
        cluster["CacheNodes"] = [{"CacheNodeId": "0001", "CacheNodeStatus": "available", "Endpoint": endpoint}]
    return cluster


@answers("elasticache", "DescribeServerlessCaches")
def describe_serverless_caches(asked: Asked) -> Answer:
    """Serverless caches with their limits."""
    wanted = asked.get("ServerlessCacheName")
    caches = [
        {
            "ServerlessCacheName": cache.name,
            "Description": "",
            "CreateTime": datetime.fromtimestamp(asked.world.created(cache), UTC),
            "Status": "available",
            "Engine": "valkey",
            "MajorEngineVersion": "8",
            "FullEngineVersion": "8.0",
            "CacheUsageLimits": {
                "DataStorage": {"Maximum": 10, "Unit": "GB"},
                "ECPUPerSecond": {"Maximum": 15_000},
            },
            "Endpoint": {"Address": f"{cache.name}.serverless.cache.amazonaws.com", "Port": 6379},
            "ARN": arn(cache),
            "SnapshotRetentionLimit": 1,
        }
        for cache in asked.components("elasticache_serverless")
        if wanted in {None, cache.name}
    ]
    return {"ServerlessCaches": caches}


@answers("elasticache", "ListTagsForResource")
def list_tags_for_resource(asked: Asked) -> Answer:
    """By ARN."""
    wanted = asked.get("ResourceName")
    every = asked.components("elasticache", "elasticache_serverless")
    tags = next((component.tags for component in every if arn(component) == wanted), {})
    return {"TagList": [{"Key": key, "Value": value} for key, value in tags.items()]}
