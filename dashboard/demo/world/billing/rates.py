"""List prices of the three regions, with AWS's names for services and usage types.

Names as the price list has them (https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html, for
DynamoDB https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-understanding-billing.html). A usage type
begins with the region's billing code; us-east-1 has USE1 with some services and nothing with others. The names of
serverless caches' usage types are a likeness.
"""

from collections.abc import Mapping
from dataclasses import dataclass

GLOBAL = "global"
CODES: Mapping[str, str] = {"eu-west-1": "EU", "eu-central-1": "EUC1", "us-east-1": "USE1"}
ORDER = tuple(CODES)
Tiers = tuple[tuple[float, float], ...]
"""From how many units of a month on, and the price in US dollars per unit."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How one kind of usage is priced; `free` units a month cost nothing in each account, all regions together.

    Rates of one `pool` share what is free.
    """

    service: str
    suffix: str
    unit: str
    tiers: Mapping[str, Tiers]
    code: str
    """The service's code in the price list."""
    free: float = 0.0
    pool: str = ""
    bare: bool = False
    """Whether us-east-1 has no prefix."""
    prefix: str | None = None
    """Another prefix than the region's; CloudFront has the edge's."""
    lag_hours: int = 6
    """How long usage takes to show in the bill."""

    def usage_type(self, region: str) -> str:
        """AWS's name of the usage type there."""
        code = CODES[region] if self.prefix is None else self.prefix
        return self.suffix if not code or (self.bare and region == "us-east-1") else f"{code}-{self.suffix}"

    def place(self, region: str) -> str:
        """The region that Cost Explorer shows."""
        return region if self.prefix is None else GLOBAL


def _flat(*prices: float) -> dict[str, Tiers]:
    """One price for any amount: of all regions, or one of each in the order of CODES."""
    every = prices * len(ORDER) if len(prices) == 1 else prices
    return {region: ((0.0, price),) for region, price in zip(ORDER, every, strict=True)}


def _tiered(*tiers: tuple[float, float]) -> dict[str, Tiers]:
    return dict.fromkeys(ORDER, tiers)


LAMBDA, GATEWAY, DYNAMO = "AWS Lambda", "Amazon API Gateway", "Amazon DynamoDB"
S3, SQS, SNS = "Amazon Simple Storage Service", "Amazon Simple Queue Service", "Amazon Simple Notification Service"
RDS, CACHE, EDGE, WAF = "Amazon Relational Database Service", "Amazon ElastiCache", "Amazon CloudFront", "AWS WAF"
KINESIS, FIREHOSE, ALB = "Amazon Kinesis", "Amazon Kinesis Firehose", "Amazon Elastic Load Balancing"
CLOUDWATCH = "AmazonCloudWatch"
TB, MILLION = 1024.0, 1e6

_OUT = ((0.0, 0.085), (10 * TB, 0.080), (50 * TB, 0.060), (150 * TB, 0.040))

RATES: Mapping[str, Rate] = {
    "lambda-requests": Rate(LAMBDA, "Request", "Requests", _flat(0.20e-6), "AWSLambda", MILLION, "lambda-requests",
                            bare=True),
    "lambda-requests-arm": Rate(LAMBDA, "Request-ARM", "Requests", _flat(0.20e-6), "AWSLambda", MILLION,
                                "lambda-requests", bare=True),
    "lambda-gb-seconds": Rate(
        LAMBDA, "Lambda-GB-Second", "Lambda-GB-Second", _tiered((0.0, 1.66667e-5), (6e9, 1.5e-5), (15e9, 1.33334e-5)),
        "AWSLambda", 400_000, "lambda-gb-seconds", bare=True,
    ),
    "lambda-gb-seconds-arm": Rate(
        LAMBDA, "Lambda-GB-Second-ARM", "Lambda-GB-Second",
        _tiered((0.0, 1.33334e-5), (7.5e9, 1.20001e-5), (18.75e9, 1.06667e-5)),
        "AWSLambda", 400_000, "lambda-gb-seconds", bare=True,
    ),
    "rest-requests": Rate(GATEWAY, "ApiGatewayRequest", "Requests", {
        "eu-west-1": ((0.0, 3.50e-6), (333e6, 2.80e-6)), "eu-central-1": ((0.0, 3.70e-6), (333e6, 3.19e-6)),
        "us-east-1": ((0.0, 3.50e-6), (333e6, 2.80e-6)),
    }, "AmazonApiGateway"),
    "http-requests": Rate(GATEWAY, "ApiGatewayHttpRequest", "Requests", {
        "eu-west-1": ((0.0, 1.11e-6), (300e6, 1.00e-6)), "eu-central-1": ((0.0, 1.20e-6), (300e6, 1.08e-6)),
        "us-east-1": ((0.0, 1.00e-6), (300e6, 0.90e-6)),
    }, "AmazonApiGateway"),
    "websocket-messages": Rate(GATEWAY, "ApiGatewayMessage", "Messages", _flat(1.14e-6, 1.20e-6, 1.00e-6),
                               "AmazonApiGateway"),
    "websocket-minutes": Rate(GATEWAY, "ApiGatewayMinute", "Minutes", _flat(0.285e-6, 0.30e-6, 0.25e-6),
                              "AmazonApiGateway"),
    "dynamodb-read-units": Rate(DYNAMO, "ReadRequestUnits", "ReadRequestUnits",
                                _flat(0.1415e-6, 0.1525e-6, 0.125e-6), "AmazonDynamoDB", bare=True),
    "dynamodb-write-units": Rate(DYNAMO, "WriteRequestUnits", "WriteRequestUnits",
                                 _flat(0.7068e-6, 0.7625e-6, 0.625e-6), "AmazonDynamoDB", bare=True),
    "dynamodb-read-hours": Rate(DYNAMO, "ReadCapacityUnit-Hrs", "ReadCapacityUnit-Hrs",
                                _flat(0.000147, 0.0001586, 0.00013), "AmazonDynamoDB", 18_600, bare=True),
    "dynamodb-write-hours": Rate(DYNAMO, "WriteCapacityUnit-Hrs", "WriteCapacityUnit-Hrs",
                                 _flat(0.000735, 0.000793, 0.00065), "AmazonDynamoDB", 18_600, bare=True),
    "dynamodb-gb-months": Rate(DYNAMO, "TimedStorage-ByteHrs", "GB-Mo", _flat(0.283, 0.306, 0.25), "AmazonDynamoDB",
                               25, bare=True),
    "s3-gb-months": Rate(S3, "TimedStorage-ByteHrs", "GB-Mo", _flat(0.023, 0.0245, 0.023), "AmazonS3", bare=True,
                         lag_hours=14),
    "s3-writes": Rate(S3, "Requests-Tier1", "Requests", _flat(5.0e-6, 5.4e-6, 5.0e-6), "AmazonS3", bare=True,
                      lag_hours=14),
    "s3-reads": Rate(S3, "Requests-Tier2", "Requests", _flat(0.4e-6, 0.43e-6, 0.4e-6), "AmazonS3", bare=True,
                     lag_hours=14),
    "sqs-requests": Rate(SQS, "Requests-Tier1", "Requests", _flat(0.40e-6), "AWSQueueService", MILLION, bare=True),
    "sns-requests": Rate(SNS, "Requests-Tier1", "Requests", _flat(0.50e-6), "AmazonSNS", MILLION, bare=True),
    "events": Rate("Amazon EventBridge", "Event-64K-Chunks", "64K-Chunks", _flat(1.00e-6), "AWSEvents"),
    "kinesis-shard-hours": Rate(KINESIS, "Storage-ShardHour", "ShardHour", _flat(0.017, 0.018, 0.015),
                                "AmazonKinesis", bare=True),
    "kinesis-put-units": Rate(KINESIS, "PutRequestPayloadUnits", "PutRequest", _flat(0.0165e-6, 0.0175e-6, 0.014e-6),
                              "AmazonKinesis", bare=True),
    "kinesis-retention-hours": Rate(KINESIS, "Extended-ShardHour", "ShardHour", _flat(0.023, 0.024, 0.020),
                                    "AmazonKinesis", bare=True),
    "firehose-gb": Rate(FIREHOSE, "BilledBytes", "GB", {
        "eu-west-1": ((0.0, 0.031), (500 * TB, 0.027)), "eu-central-1": ((0.0, 0.033), (500 * TB, 0.028)),
        "us-east-1": ((0.0, 0.029), (500 * TB, 0.025)),
    }, "AmazonKinesisFirehose", bare=True),
    "rds-large-postgres-multi-hours": Rate(RDS, "Multi-AZUsage:db.r6g.large", "Hrs", _flat(0.500, 0.532, 0.450),
                                           "AmazonRDS", bare=True),
    "rds-xl-mysql-hours": Rate(RDS, "InstanceUsage:db.r6g.xl", "Hrs", _flat(0.476, 0.512, 0.430), "AmazonRDS",
                               bare=True),
    "rds-gb-months": Rate(RDS, "RDS:GP3-Storage", "GB-Mo", _flat(0.127, 0.137, 0.115), "AmazonRDS", bare=True),
    "rds-multi-gb-months": Rate(RDS, "RDS:Multi-AZ-GP3-Storage", "GB-Mo", _flat(0.254, 0.274, 0.230), "AmazonRDS",
                                bare=True),
    "aurora-acu-hours": Rate(RDS, "Aurora:ServerlessV2Usage", "ACU-Hr", _flat(0.14, 0.14, 0.12), "AmazonRDS",
                             bare=True),
    "aurora-gb-months": Rate(RDS, "Aurora:StorageUsage", "GB-Mo", _flat(0.11, 0.119, 0.10), "AmazonRDS", bare=True),
    "proxy-vcpu-hours": Rate(RDS, "RDS:ProxyUsage", "Hrs", _flat(0.018, 0.018, 0.015), "AmazonRDS"),
    "proxy-acu-hours": Rate(RDS, "RDS:Proxy-ASv2-Usage", "ACU-Hr", _flat(0.018, 0.018, 0.015), "AmazonRDS"),
    "cache-node-hours": Rate(CACHE, "NodeUsage:cache.r7g.large", "Hrs", _flat(0.1928, 0.2064, 0.1752),
                             "AmazonElastiCache", bare=True),
    "cache-ecpus": Rate(CACHE, "ElastiCache:ServerlessECPU-Valkey", "ElastiCacheProcessingUnits",
                        _flat(0.0026e-6, 0.0027e-6, 0.0023e-6), "AmazonElastiCache", bare=True),
    "cache-gb-hours": Rate(CACHE, "ElastiCache:ServerlessStorage-Valkey", "GB-Hours", _flat(0.0928, 0.098, 0.084),
                           "AmazonElastiCache", bare=True),
    "cognito-users": Rate("Amazon Cognito", "CognitoEssentialsMAU", "CognitoUserPoolsMAU", _flat(0.015),
                          "AmazonCognito", 10_000, bare=True, lag_hours=14),
    "waf-acl-months": Rate(WAF, "WebACLV2", "Month", _flat(5.00), "awswaf"),
    "waf-rule-months": Rate(WAF, "RuleV2", "Month", _flat(1.00), "awswaf"),
    "waf-requests": Rate(WAF, "RequestV2-Tier1", "Request", _flat(0.60e-6), "awswaf"),
    "cloudfront-eu-requests": Rate(EDGE, "Requests-Tier2-HTTPS", "Requests", _flat(1.20e-6), "AmazonCloudFront",
                                   10 * MILLION, "cloudfront-requests", prefix="EU", lag_hours=14),
    "cloudfront-us-requests": Rate(EDGE, "Requests-Tier2-HTTPS", "Requests", _flat(1.00e-6), "AmazonCloudFront",
                                   10 * MILLION, "cloudfront-requests", prefix="US", lag_hours=14),
    "cloudfront-eu-gb": Rate(EDGE, "DataTransfer-Out-Bytes", "GB", _tiered(*_OUT), "AmazonCloudFront", TB,
                             "cloudfront-gb", prefix="EU", lag_hours=14),
    "cloudfront-us-gb": Rate(EDGE, "DataTransfer-Out-Bytes", "GB", _tiered(*_OUT), "AmazonCloudFront", TB,
                             "cloudfront-gb", prefix="US", lag_hours=14),
    "alb-hours": Rate(ALB, "LoadBalancerUsage", "Hrs", _flat(0.0252, 0.027, 0.0225), "AWSELB", bare=True),
    "alb-lcu-hours": Rate(ALB, "LCUUsage", "LCU-Hrs", _flat(0.008), "AWSELB", bare=True),
    "state-transitions": Rate("AWS Step Functions", "StateTransition", "StateTransitions", _flat(25e-6),
                              "AmazonStates", 4000),
    "log-gb": Rate(CLOUDWATCH, "DataProcessing-Bytes", "GB", _flat(0.57, 0.63, 0.50), "AmazonCloudWatch", 5),
    "log-gb-months": Rate(CLOUDWATCH, "TimedStorage-ByteHrs", "GB-Mo", _flat(0.03, 0.0324, 0.03), "AmazonCloudWatch"),
    "metric-months": Rate(CLOUDWATCH, "CW:MetricMonitorUsage", "Metrics", _flat(0.30), "AmazonCloudWatch", 10,
                          bare=True),
    "alarm-months": Rate(CLOUDWATCH, "CW:AlarmMonitorUsage", "Alarms", _flat(0.10), "AmazonCloudWatch", 10, bare=True),
    "metrics-read": Rate(CLOUDWATCH, "CW:GMD-Metrics", "Metrics", _flat(1e-5), "AmazonCloudWatch", bare=True),
    "transfer-out-gb": Rate("AWS Data Transfer", "DataTransfer-Out-Bytes", "GB", _flat(0.09), "AWSDataTransfer", 100,
                            bare=True, lag_hours=18),
    "transfer-zones-gb": Rate("EC2 - Other", "DataTransfer-Regional-Bytes", "GB", _flat(0.01), "AmazonEC2", bare=True,
                              lag_hours=18),
    "nat-hours": Rate("EC2 - Other", "NatGateway-Hours", "Hrs", _flat(0.048, 0.052, 0.045), "AmazonEC2", bare=True),
    "nat-gb": Rate("EC2 - Other", "NatGateway-Bytes", "GB", _flat(0.048, 0.052, 0.045), "AmazonEC2", bare=True,
                   lag_hours=18),
    "hosted-zones": Rate("Amazon Route 53", "HostedZone", "HostedZone", _flat(0.50), "AmazonRoute53", prefix=""),
    "dns-queries": Rate("Amazon Route 53", "DNS-Queries", "Queries", _flat(0.40e-6), "AmazonRoute53", prefix=""),
    "secret-months": Rate("AWS Secrets Manager", "AWSSecretsManager-Secrets", "Secrets", _flat(0.40),
                          "AWSSecretsManager"),
    "cost-requests": Rate("AWS Cost Explorer", "APIRequest", "Request", _flat(0.01), "AWSCostExplorer"),
}  # fmt: skip
"""By the name that usage.py gives a unit."""


def first_price(unit: str, region: str) -> float:
    """US dollars per unit in the first tier, as if nothing were free."""
    return RATES[unit].tiers[region][0][1]
