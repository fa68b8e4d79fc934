"""Links that configuration tells of: from where, to where, of which kind."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from dashboard.catalog import service
from dashboard.catalog.gateways import called_by
from dashboard.catalog.shape import Relation
from tests.catalog.found import found

HERE = "eu-west-1:111122223333"
FUNCTION = f"arn:aws:lambda:{HERE}:function:orders"
QUEUE, DLQ = f"arn:aws:sqs:{HERE}:orders", f"arn:aws:sqs:{HERE}:orders-dlq"
STREAM = f"arn:aws:kinesis:{HERE}:stream/clicks"
BUCKET = "arn:aws:s3:::archive"
RULE = f"arn:aws:events:{HERE}:rule/nightly"
ACL = f"arn:aws:wafv2:{HERE}:regional/webacl/edge/11-22"
ALB = f"arn:aws:elasticloadbalancing:{HERE}:loadbalancer/app/shop/50dc"
GROUP = f"arn:aws:elasticloadbalancing:{HERE}:targetgroup/carts/73e2"
MACHINE = f"arn:aws:states:{HERE}:stateMachine:ship"
TOPIC = f"arn:aws:sns:{HERE}:alerts"
INVOCATION = f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
REST_STAGE = "arn:aws:apigateway:eu-west-1::/restapis/a1/stages/prod"
HTTP_STAGE = "arn:aws:apigateway:eu-west-1::/apis/h1/stages/live"
FOR_ORDERS = {"FunctionName": "orders", "FunctionArn": FUNCTION}
HTTP_API = {"StageName": "live", "parent": {"ApiId": "h1", "Name": "shop", "ProtocolType": "HTTP"}}


def related(key: str, item: Mapping[str, Any], **details: Any) -> list[Relation]:
    return list(service(key).relations(found(service(key), item, **details)))


def test_a_function_reads_its_event_sources_and_loses_events_to_its_dead_letter_targets() -> None:
    mappings = [
        {
            "EventSourceArn": QUEUE,
            "FunctionArn": f"{FUNCTION}:live",
            "State": "Enabled",
            "DestinationConfig": {"OnFailure": {"Destination": TOPIC}},
        },
        {"EventSourceArn": STREAM, "FunctionArn": FUNCTION, "State": "Disabled"},
        {"EventSourceArn": QUEUE, "FunctionArn": f"{FUNCTION}-archiver", "State": "Enabled"},
    ]
    item = {**FOR_ORDERS, "DeadLetterConfig": {"TargetArn": DLQ}}
    assert related("lambda", item, mappings=mappings) == [
        Relation(QUEUE, FUNCTION, "event_source_mapping"),
        Relation(STREAM, FUNCTION, "event_source_mapping", enabled=False),
        Relation(FUNCTION, DLQ, "dead_letter"),
        Relation(FUNCTION, TOPIC, "dead_letter"),
    ]


def test_a_queue_redrives_to_its_dead_letter_queue() -> None:
    policy = json.dumps({"deadLetterTargetArn": DLQ, "maxReceiveCount": 5})
    item = {"value": "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"}
    assert related("sqs", item, attributes={"RedrivePolicy": policy}) == [Relation(QUEUE, DLQ, "dead_letter")]


def test_a_rule_calls_its_targets_and_loses_events_to_their_dead_letter_queues() -> None:
    item = {"Name": "nightly", "Arn": RULE, "State": "DISABLED", "parent": {"Name": "default"}}
    targets = [{"Arn": FUNCTION, "DeadLetterConfig": {"Arn": DLQ}}]
    assert related("eventbridge", item, targets=targets) == [
        Relation(RULE, FUNCTION, "target", enabled=False),
        Relation(RULE, DLQ, "dead_letter"),
    ]


def test_a_topic_reaches_confirmed_subscribers_that_are_resources() -> None:
    subscriptions = [
        {"Endpoint": QUEUE, "Protocol": "sqs", "SubscriptionArn": f"{TOPIC}:1"},
        {"Endpoint": FUNCTION, "Protocol": "lambda", "SubscriptionArn": "PendingConfirmation"},
        {"Endpoint": "ops@example.org", "Protocol": "email", "SubscriptionArn": f"{TOPIC}:2"},
    ]
    assert related("sns", {"TopicArn": TOPIC}, subscriptions=subscriptions) == [
        Relation(TOPIC, QUEUE, "subscription"),
        Relation(TOPIC, FUNCTION, "subscription", enabled=False),
    ]


def test_a_rest_api_integrates_functions_behind_its_web_acl() -> None:
    resources = [{"path": "/"}, {"resourceMethods": {"GET": {"methodIntegration": {"uri": INVOCATION}}, "POST": {}}}]
    item = {"stageName": "prod", "webAclArn": ACL, "parent": {"id": "a1", "name": "shop"}}
    assert related("apigateway_rest", item, resources=resources) == [
        Relation(REST_STAGE, FUNCTION, "integration"),
        Relation(ACL, REST_STAGE, "protects"),
    ]


def test_an_http_api_integrates_functions_and_services() -> None:
    integrations = [
        {"IntegrationUri": FUNCTION},
        {"IntegrationUri": INVOCATION},
        {"RequestParameters": {"StateMachineArn": MACHINE, "Input": "$request.body"}},
        {"RequestParameters": {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"}},
        {"IntegrationUri": "https://example.org"},
    ]
    assert [(one.target, one.kind) for one in related("apigateway_http", HTTP_API, integrations=integrations)] == [
        (FUNCTION, "integration"),
        (MACHINE, "integration"),
        ("https://sqs.eu-west-1.amazonaws.com/111122223333/orders", "integration"),
    ]


@pytest.mark.parametrize(
    ("uri", "target"),
    [
        (FUNCTION, [FUNCTION]),
        (INVOCATION, [FUNCTION]),
        ("arn:aws:apigateway:eu-west-1:sqs:path/111122223333/orders", [QUEUE]),
        ("arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem", []),
        ("https://example.org", []),
        ("", []),
    ],
)
def test_an_integrations_uri_leads_to_a_function_or_queue(uri: str, target: list[str]) -> None:
    assert list(called_by(uri)) == target


def test_a_bucket_notifies_queues_topics_and_functions() -> None:
    notifications = {
        "QueueConfigurations": [{"QueueArn": QUEUE}],
        "TopicConfigurations": [{"TopicArn": TOPIC}],
        "LambdaFunctionConfigurations": [{"LambdaFunctionArn": FUNCTION}],
    }
    found_there = related("s3", {"Name": "archive"}, notifications=notifications)
    assert found_there == [Relation(BUCKET, target, "notification") for target in (QUEUE, TOPIC, FUNCTION)]


def test_a_state_machine_calls_what_its_definition_names_however_deep() -> None:
    definition = {
        "States": {
            "Charge": {"Type": "Task", "Resource": FUNCTION},
            "Tell": {"Resource": "arn:aws:states:::sns:publish", "Parameters": {"TopicArn": TOPIC}},
            "Each": {"Type": "Map", "Iterator": {"States": {"Ship": {"Resource": FUNCTION}}}},
        }
    }
    machine = {"definition": json.dumps(definition)}
    assert related("step_functions", {"stateMachineArn": MACHINE, "name": "ship"}, machine=machine) == [
        Relation(MACHINE, FUNCTION, "task"),
        Relation(MACHINE, TOPIC, "task"),
    ]


def test_a_state_machine_whose_definition_may_not_be_read_calls_nothing_known() -> None:
    assert related("step_functions", {"stateMachineArn": MACHINE, "name": "ship"}, machine={"definition": "{"}) == []


def test_a_proxy_stands_before_the_cluster_that_its_targets_belong_to() -> None:
    item = {"DBProxyName": "pool", "DBProxyArn": "arn:aws:rds:x:db-proxy:p"}
    targets = [
        {"TrackedClusterId": "catalog", "RdsResourceId": "catalog-1"},
        {"TrackedClusterId": "catalog", "RdsResourceId": "catalog-2"},
        {"RdsResourceId": "reports"},
    ]
    assert [one.target for one in related("rds_proxy", item, targets=targets)] == ["catalog", "reports"]


def test_a_target_group_leads_from_the_balancer_to_functions() -> None:
    item = {"TargetGroupArn": GROUP, "TargetGroupName": "carts", "LoadBalancerArns": [ALB]}
    targets = [{"Target": {"Id": FUNCTION}}, {"Target": {"Id": "i-0123"}}]
    assert related("alb_target_group", item, targets=targets) == [
        Relation(ALB, GROUP, "target_group"),
        Relation(GROUP, FUNCTION, "target"),
    ]


def test_a_delivery_stream_reads_a_stream_and_fills_a_bucket() -> None:
    stream = {
        "Source": {"KinesisStreamSourceDescription": {"KinesisStreamARN": STREAM}},
        "Destinations": [{"ExtendedS3DestinationDescription": {"BucketARN": BUCKET}}],
    }
    own = f"arn:aws:firehose:{HERE}:deliverystream/clicks"
    assert related("firehose", {"value": "clicks"}, stream=stream) == [
        Relation(STREAM, own, "source"),
        Relation(own, BUCKET, "delivery"),
    ]


def test_a_distribution_fetches_from_buckets_and_apis_behind_its_web_acl() -> None:
    item = {
        "Id": "E1",
        "ARN": "arn:aws:cloudfront::1:distribution/E1",
        "DomainName": "d.cloudfront.net",
        "WebACLId": ACL,
        "Origins": {
            "Items": [
                {"DomainName": "archive.s3.eu-west-1.amazonaws.com"},
                {"DomainName": "h1.execute-api.eu-west-1.amazonaws.com", "OriginPath": "/live"},
                {"DomainName": "example.org"},
            ]
        },
    }
    found_there = related("cloudfront", item)
    assert Relation("arn:aws:cloudfront::1:distribution/E1", BUCKET, "origin") in found_there
    assert Relation("arn:aws:cloudfront::1:distribution/E1", HTTP_STAGE, "origin") in found_there
    assert Relation(ACL, "arn:aws:cloudfront::1:distribution/E1", "protects") in found_there


def test_a_web_acl_guards_load_balancers_and_user_pools() -> None:
    pool = f"arn:aws:cognito-idp:{HERE}:userpool/eu-west-1_Ab"
    item = {"Name": "edge", "Id": "11-22", "ARN": ACL}
    assert related("waf", item, balancers=[ALB], pools=[pool]) == [
        Relation(ACL, ALB, "protects"),
        Relation(ACL, pool, "protects"),
    ]


def test_a_replica_follows_its_source() -> None:
    item = {
        "DBInstanceIdentifier": "reports-replica",
        "DBInstanceArn": f"arn:aws:rds:{HERE}:db:reports-replica",
        "ReadReplicaSourceDBInstanceIdentifier": "reports",
    }
    assert related("rds", item) == [Relation("reports", item["DBInstanceArn"], "replica")]


@pytest.mark.parametrize(
    ("key", "item"),
    [
        ("lambda", FOR_ORDERS),
        ("sqs", {"value": "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"}),
        ("eventbridge", {"Name": "nightly", "Arn": RULE, "parent": {"Name": "default"}}),
        ("sns", {"TopicArn": TOPIC}),
        ("apigateway_http", HTTP_API),
        ("s3", {"Name": "archive"}),
        ("firehose", {"value": "clicks"}),
        ("waf", {"Name": "edge", "Id": "11-22", "ARN": ACL}),
        ("rds_proxy", {"DBProxyName": "pool", "DBProxyArn": "arn:x"}),
    ],
)
def test_details_that_could_not_be_read_mean_no_known_links(key: str, item: Mapping[str, Any]) -> None:
    unread = dict.fromkeys((*service(key).details, *service(key).region_details))
    assert related(key, item, **unread) == []
