"""Who a resource is to CloudFormation and to CloudWatch, for the services where the two differ."""

from collections.abc import Mapping
from typing import Any

import pytest

from dashboard.catalog import service
from tests.catalog.found import found

QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
REST = {"stageName": "prod", "parent": {"id": "a1b2c3", "name": "Shop API"}}
HTTP = {"StageName": "$default", "parent": {"ApiId": "h1", "Name": "shop", "ProtocolType": "HTTP"}}
RULE = {"Name": "nightly", "Arn": "arn:aws:events:eu-west-1:111122223333:rule/nightly", "parent": {"Name": "default"}}
BUS_RULE = {
    "Name": "placed",
    "Arn": "arn:aws:events:eu-west-1:111122223333:rule/shop/placed",
    "parent": {"Name": "shop"},
}
ACL = {"Name": "edge", "Id": "11-22", "ARN": "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/edge/11-22"}
ALB_ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188"
GROUP_ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/carts/73e2d6bc24d8a067"
MACHINE = "arn:aws:states:eu-west-1:111122223333:stateMachine:ship"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts"
CLIENT = {"ClientId": "77abc", "ClientName": "web", "parent": {"Id": "eu-west-1_Ab", "Name": "people"}}


@pytest.mark.parametrize(
    ("key", "item", "physical_id", "name", "arn"),
    [
        ("sqs", {"value": QUEUE_URL}, QUEUE_URL, "orders", "arn:aws:sqs:eu-west-1:111122223333:orders"),
        (
            "apigateway_rest",
            REST,
            "a1b2c3/prod",
            "Shop API (prod)",
            "arn:aws:apigateway:eu-west-1::/restapis/a1b2c3/stages/prod",
        ),
        (
            "apigateway_http",
            HTTP,
            "h1/$default",
            "shop ($default)",
            "arn:aws:apigateway:eu-west-1::/apis/h1/stages/$default",
        ),
        ("eventbridge", RULE, "nightly", "nightly", RULE["Arn"]),
        ("eventbridge", BUS_RULE, "shop|placed", "placed", BUS_RULE["Arn"]),
        ("waf", ACL, "edge|11-22|REGIONAL", "edge", ACL["ARN"]),
        ("waf_cloudfront", ACL, "edge|11-22|CLOUDFRONT", "edge", ACL["ARN"]),
        ("sns", {"TopicArn": TOPIC}, TOPIC, "alerts", TOPIC),
        ("step_functions", {"stateMachineArn": MACHINE, "name": "ship"}, MACHINE, "ship", MACHINE),
        (
            "dynamodb_index",
            {"IndexName": "by-day", "IndexArn": "arn:aws:dynamodb:x", "parent": {"value": "orders"}},
            "orders/by-day",
            "orders/by-day",
            "arn:aws:dynamodb:x",
        ),
        (
            "elasticache",
            {"CacheClusterId": "carts-001", "ReplicationGroupId": "carts", "ARN": "arn:aws:elasticache:x"},
            "carts/carts-001",
            "carts-001",
            "arn:aws:elasticache:x",
        ),
        ("elasticache", {"CacheClusterId": "alone"}, "alone", "alone", ""),
        (
            "cognito",
            CLIENT,
            "eu-west-1_Ab/77abc",
            "people (web)",
            "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Ab",
        ),
        (
            "cloudfront",
            {"Id": "E1", "ARN": "arn:aws:cloudfront::1:distribution/E1", "DomainName": "d.cloudfront.net"},
            "E1",
            "d.cloudfront.net",
            "arn:aws:cloudfront::1:distribution/E1",
        ),
        ("s3", {"Name": "pictures"}, "pictures", "pictures", "arn:aws:s3:::pictures"),
    ],
)
def test_a_resource_is_named_as_cloudformation_names_it(
    key: str, item: Mapping[str, Any], physical_id: str, name: str, arn: str
) -> None:
    identity = found(service(key), item).identity
    assert (identity.physical_id, identity.name, identity.arn) == (physical_id, name, arn)


@pytest.mark.parametrize(
    ("key", "item", "dimensions"),
    [
        ("lambda", {"FunctionName": "cart", "FunctionArn": "arn:x"}, {"FunctionName": "cart"}),
        ("sqs", {"value": QUEUE_URL}, {"QueueName": "orders"}),
        ("apigateway_rest", REST, {"ApiName": "Shop API", "Stage": "prod"}),
        ("apigateway_http", HTTP, {"ApiId": "h1", "Stage": "$default"}),
        ("eventbridge", RULE, {"RuleName": "nightly"}),
        ("eventbridge", BUS_RULE, {"RuleName": "placed", "EventBusName": "shop"}),
        ("sns", {"TopicArn": TOPIC}, {"TopicName": "alerts"}),
        ("step_functions", {"stateMachineArn": MACHINE, "name": "ship"}, {"StateMachineArn": MACHINE}),
        (
            "alb",
            {"LoadBalancerArn": ALB_ARN, "LoadBalancerName": "shop"},
            {"LoadBalancer": "app/shop/50dc6c495c0c9188"},
        ),
        (
            "alb_target_group",
            {"TargetGroupArn": GROUP_ARN, "TargetGroupName": "carts", "LoadBalancerArns": [ALB_ARN]},
            {"LoadBalancer": "app/shop/50dc6c495c0c9188", "TargetGroup": "targetgroup/carts/73e2d6bc24d8a067"},
        ),
        ("alb_target_group", {"TargetGroupArn": GROUP_ARN, "TargetGroupName": "carts", "LoadBalancerArns": []}, {}),
        (
            "cloudfront",
            {"Id": "E1", "ARN": "arn:x", "DomainName": "d.cloudfront.net"},
            {"DistributionId": "E1", "Region": "Global"},
        ),
        ("cognito", CLIENT, {"UserPool": "eu-west-1_Ab", "UserPoolClient": "77abc"}),
        (
            "dynamodb_index",
            {"IndexName": "by-day", "IndexArn": "arn:x", "parent": {"value": "orders"}},
            {"TableName": "orders", "GlobalSecondaryIndexName": "by-day"},
        ),
        (
            "elasticache",
            {"CacheClusterId": "carts-001", "ReplicationGroupId": "carts"},
            {"CacheClusterId": "carts-001"},
        ),
        ("elasticache_serverless", {"ServerlessCacheName": "carts", "ARN": "arn:x"}, {"clusterId": "carts"}),
    ],
)
def test_a_resource_is_measured_under_cloudwatchs_dimensions(
    key: str, item: Mapping[str, Any], dimensions: Mapping[str, str]
) -> None:
    assert service(key).dimensions(found(service(key), item)) == dimensions


@pytest.mark.parametrize(
    ("key", "dimensions"),
    [
        ("waf", {"WebACL": "EdgeMetric", "Region": "eu-west-1", "Rule": "ALL"}),
        ("waf_cloudfront", {"WebACL": "EdgeMetric", "Rule": "ALL"}),
    ],
)
def test_a_web_acl_is_measured_under_its_metric_name(key: str, dimensions: Mapping[str, str]) -> None:
    acl = {"WebACL": {"VisibilityConfig": {"MetricName": "EdgeMetric"}}}
    assert service(key).dimensions(found(service(key), ACL, acl=acl)) == dimensions


@pytest.mark.parametrize(
    ("key", "item", "kept"),
    [
        ("rds", {"Engine": "postgres"}, True),
        ("rds", {"Engine": "aurora-postgresql"}, False),
        ("rds", {"Engine": "docdb"}, False),
        ("aurora", {"Engine": "aurora-mysql"}, True),
        ("aurora", {"Engine": "neptune"}, False),
        ("aurora", {"Engine": "postgres"}, False),
        ("alb", {"Type": "application"}, True),
        ("alb", {"Type": "network"}, False),
        ("apigateway_http", {"parent": {"ProtocolType": "HTTP"}}, True),
        ("apigateway_http", {"parent": {"ProtocolType": "WEBSOCKET"}}, False),
        ("apigateway_websocket", {"parent": {"ProtocolType": "WEBSOCKET"}}, True),
    ],
)
def test_a_shared_listing_is_told_apart(key: str, item: Mapping[str, Any], kept: bool) -> None:
    assert service(key).listing.keep(item) is kept
