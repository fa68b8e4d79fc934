"""What AWS bills, unit by unit: whose bill it is on, what is free each month, and how the price list names it.

What is free is AWS's monthly allowance that does not end after twelve months
(https://aws.amazon.com/free/ "Always free", and each service's pricing page).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Unit:
    """One billed unit. Units of one pool share what is free; `code` and `suffix` are the price list's names."""

    service: str
    """As Cost Explorer names it."""
    label: str
    code: str
    suffix: str
    free: Decimal = Decimal(0)
    pool: str = ""


LAMBDA, GATEWAY, DYNAMO = "AWS Lambda", "Amazon API Gateway", "Amazon DynamoDB"
S3, SQS, SNS = "Amazon Simple Storage Service", "Amazon Simple Queue Service", "Amazon Simple Notification Service"
RDS, CACHE, EDGE, WAF = "Amazon Relational Database Service", "Amazon ElastiCache", "Amazon CloudFront", "AWS WAF"
KINESIS, FIREHOSE = "Amazon Kinesis", "Amazon Kinesis Firehose"
ALB, EVENTS, STATES = "Amazon Elastic Load Balancing", "Amazon EventBridge", "AWS Step Functions"
CLOUDWATCH = "AmazonCloudWatch"
MILLION = Decimal(1_000_000)


def _unit(service: str, label: str, code: str, suffix: str, *, free: Decimal | int = 0, pool: str = "") -> Unit:
    return Unit(service, label, code, suffix, Decimal(free), pool)


_REQUESTS, _SECONDS = "lambda-requests", "lambda-gb-seconds"
_EDGE_REQUESTS, _EDGE_BYTES = "cloudfront-requests", "cloudfront-gb"

UNITS: Mapping[str, Unit] = {
    "lambda-requests": _unit(LAMBDA, "requests", "AWSLambda", "Request", free=MILLION, pool=_REQUESTS),
    "lambda-requests-arm": _unit(LAMBDA, "requests, Arm", "AWSLambda", "Request-ARM", free=MILLION, pool=_REQUESTS),
    "lambda-gb-seconds": _unit(LAMBDA, "GB-seconds", "AWSLambda", "Lambda-GB-Second", free=400_000, pool=_SECONDS),
    "lambda-gb-seconds-arm": _unit(
        LAMBDA, "GB-seconds, Arm", "AWSLambda", "Lambda-GB-Second-ARM", free=400_000, pool=_SECONDS
    ),
    "lambda-provisioned-gb-seconds": _unit(
        LAMBDA, "provisioned GB-seconds", "AWSLambda", "Lambda-Provisioned-Concurrency"
    ),
    "lambda-provisioned-gb-seconds-arm": _unit(
        LAMBDA, "provisioned GB-seconds, Arm", "AWSLambda", "Lambda-Provisioned-Concurrency-ARM"
    ),
    "rest-requests": _unit(GATEWAY, "REST requests", "AmazonApiGateway", "ApiGatewayRequest"),
    "http-requests": _unit(GATEWAY, "HTTP requests", "AmazonApiGateway", "ApiGatewayHttpRequest"),
    "websocket-messages": _unit(GATEWAY, "WebSocket messages", "AmazonApiGateway", "ApiGatewayMessage"),
    "websocket-minutes": _unit(GATEWAY, "connection minutes", "AmazonApiGateway", "ApiGatewayMinute"),
    "dynamodb-read-units": _unit(DYNAMO, "read request units", "AmazonDynamoDB", "ReadRequestUnits"),
    "dynamodb-write-units": _unit(DYNAMO, "write request units", "AmazonDynamoDB", "WriteRequestUnits"),
    "dynamodb-read-hours": _unit(DYNAMO, "read capacity hours", "AmazonDynamoDB", "ReadCapacityUnit-Hrs", free=18_600),
    "dynamodb-write-hours": _unit(
        DYNAMO, "write capacity hours", "AmazonDynamoDB", "WriteCapacityUnit-Hrs", free=18_600
    ),
    "dynamodb-gb-months": _unit(DYNAMO, "GB-months", "AmazonDynamoDB", "TimedStorage-ByteHrs", free=25),
    "s3-gb-months": _unit(S3, "GB-months", "AmazonS3", "TimedStorage-ByteHrs"),
    "s3-writes": _unit(S3, "PUT requests", "AmazonS3", "Requests-Tier1"),
    "s3-reads": _unit(S3, "GET requests", "AmazonS3", "Requests-Tier2"),
    "sqs-requests": _unit(SQS, "requests", "AWSQueueService", "Requests-Tier1", free=MILLION, pool="sqs"),
    "sqs-fifo-requests": _unit(
        SQS, "FIFO requests", "AWSQueueService", "Requests-FIFO-Tier1", free=MILLION, pool="sqs"
    ),
    "sns-requests": _unit(SNS, "requests", "AmazonSNS", "Requests-Tier1", free=MILLION),
    "events": _unit(EVENTS, "events", "AWSEvents", "Event-64K-Chunks"),
    "kinesis-shard-hours": _unit(KINESIS, "shard hours", "AmazonKinesis", "Storage-ShardHour"),
    "kinesis-put-units": _unit(KINESIS, "PUT payload units", "AmazonKinesis", "PutRequestPayloadUnits"),
    "kinesis-retention-hours": _unit(KINESIS, "extended shard hours", "AmazonKinesis", "Extended-ShardHour"),
    "firehose-gb": _unit(FIREHOSE, "GB", "AmazonKinesisFirehose", "BilledBytes"),
    "rds-gb-months": _unit(RDS, "storage GB-months", "AmazonRDS", "RDS:GP3-Storage"),
    "rds-multi-gb-months": _unit(RDS, "storage GB-months, Multi-AZ", "AmazonRDS", "RDS:Multi-AZ-GP3-Storage"),
    "aurora-acu-hours": _unit(RDS, "ACU hours", "AmazonRDS", "Aurora:ServerlessV2Usage"),
    "aurora-gb-months": _unit(RDS, "storage GB-months", "AmazonRDS", "Aurora:StorageUsage"),
    "proxy-vcpu-hours": _unit(RDS, "proxied vCPU hours", "AmazonRDS", "RDS:ProxyUsage"),
    "proxy-acu-hours": _unit(RDS, "proxied ACU hours", "AmazonRDS", "RDS:Proxy-ASv2-Usage"),
    "cache-ecpus": _unit(CACHE, "ECPUs", "AmazonElastiCache", "ElastiCache:ServerlessECPU-Valkey"),
    "cache-gb-hours": _unit(CACHE, "GB-hours", "AmazonElastiCache", "ElastiCache:ServerlessStorage-Valkey"),
    "waf-acl-months": _unit(WAF, "web ACL months", "awswaf", "WebACLV2"),
    "waf-rule-months": _unit(WAF, "rule months", "awswaf", "RuleV2"),
    "waf-requests": _unit(WAF, "requests", "awswaf", "RequestV2-Tier1"),
    "cloudfront-requests": _unit(
        EDGE, "HTTPS requests", "AmazonCloudFront", "Requests-Tier2-HTTPS", free=10 * MILLION, pool=_EDGE_REQUESTS
    ),
    "cloudfront-gb": _unit(
        EDGE, "GB to viewers", "AmazonCloudFront", "DataTransfer-Out-Bytes", free=1024, pool=_EDGE_BYTES
    ),
    "alb-hours": _unit(ALB, "hours", "AWSELB", "LoadBalancerUsage"),
    "alb-lcu-hours": _unit(ALB, "LCU hours", "AWSELB", "LCUUsage"),
    "state-transitions": _unit(STATES, "state transitions", "AmazonStates", "StateTransition", free=4000),
    "metrics-read": _unit(CLOUDWATCH, "metrics requested", "AmazonCloudWatch", "CW:GMD-Metrics"),
}
"""By the name that catalogue entries give a unit. Instances and nodes are named by class: see `unit_of`."""


def unit_of(name: str) -> Unit:
    """A unit by its name; 'rds:…' and 'cache:…' name hours of a class. Raises KeyError for one that nobody bills."""
    kind, _, which = name.partition(":")
    if which and kind == "rds":
        return Unit(RDS, f"instance hours, {which.replace(':', ' ')}", "AmazonRDS", "")
    if which and kind == "cache":
        return Unit(CACHE, f"node hours, {which}", "AmazonElastiCache", "")
    return UNITS[name]
