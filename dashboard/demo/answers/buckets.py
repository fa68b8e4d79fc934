"""S3."""

from datetime import UTC, datetime
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import arn


def _buckets(asked: Asked) -> list[Component]:
    """Buckets are listed for the whole account."""
    return [c for c in asked.world.plan.components if c.kind == "s3" and c.account_id == asked.account_id]


def _bucket(asked: Asked) -> Component:
    name = str(asked.get("Bucket", "")).rsplit(":", 1)[-1]
    for bucket in _buckets(asked):
        if bucket.name == name:
            return bucket
    raise AnswerError("NoSuchBucket", "The specified bucket does not exist", 404)


@answers("s3", "ListBuckets")
def list_buckets(asked: Asked) -> Answer:
    """All of the account, or those of one region."""
    wanted = asked.get("BucketRegion")
    buckets = sorted((b for b in _buckets(asked) if not wanted or b.region == wanted), key=lambda bucket: bucket.name)
    page, token = page_of(buckets, asked.get("ContinuationToken"), int(asked.get("MaxBuckets", 10_000)))
    listed = [
        {
            "Name": bucket.name,
            "CreationDate": datetime.fromtimestamp(asked.world.created(bucket), UTC),
            "BucketRegion": bucket.region,
            "BucketArn": arn(bucket),
        }
        for bucket in page
    ]
    return {"Buckets": listed, "Owner": {"ID": "0f" * 32}, "ContinuationToken": token}


@answers("s3", "GetBucketLocation")
def get_bucket_location(asked: Asked) -> Answer:
    """Blank for us-east-1, as AWS has it."""
    region = _bucket(asked).region
    return {"LocationConstraint": "" if region == "us-east-1" else region}


@answers("s3", "HeadBucket")
def head_bucket(asked: Asked) -> Answer:
    """Region of one bucket."""
    return {"BucketRegion": _bucket(asked).region}


@answers("s3", "GetBucketVersioning")
def get_bucket_versioning(asked: Asked) -> Answer:
    """On where it matters."""
    return {"Status": "Enabled"} if any(word in _bucket(asked).name for word in ("ledger", "receipts")) else {}


@answers("s3", "GetBucketEncryption")
def get_bucket_encryption(asked: Asked) -> Answer:
    """By S3's own keys."""
    _bucket(asked)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


@answers("s3", "GetPublicAccessBlock")
def get_public_access_block(asked: Asked) -> Answer:
    """Closed."""
    _bucket(asked)
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return {"PublicAccessBlockConfiguration": dict.fromkeys(names, True)}


@answers("s3", "GetBucketLifecycleConfiguration")
def get_bucket_lifecycle_configuration(asked: Asked) -> Answer:
    """Only logs and lakes have rules."""
    bucket = _bucket(asked)
    if "log" not in bucket.name and "lake" not in bucket.name:
        raise AnswerError("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 404)
    rule = {"ID": "expire", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 90}}
    return {"Rules": [rule]}


@answers("s3", "GetBucketTagging")
def get_bucket_tagging(asked: Asked) -> Answer:
    """Tags of one bucket."""
    bucket = _bucket(asked)
    if not bucket.tags:
        raise AnswerError("NoSuchTagSet", "The TagSet does not exist", 404)
    return {"TagSet": [{"Key": key, "Value": value} for key, value in bucket.tags.items()]}


@answers("s3", "GetBucketNotificationConfiguration")
def get_bucket_notification_configuration(asked: Asked) -> Answer:
    """Functions that are told of new objects."""
    bucket = _bucket(asked)
    told: list[dict[str, Any]] = []
    for edge in asked.world.plan.out_of(bucket):
        if edge.kind == "notification":
            rules = [{"Name": "prefix", "Value": str(edge.settings.get("prefix", ""))}]
            told.append(
                {
                    "Id": f"to-{edge.target.name}",
                    "LambdaFunctionArn": arn(edge.target),
                    "Events": ["s3:ObjectCreated:*"],
                    "Filter": {"Key": {"FilterRules": rules}},
                }
            )
    return {"LambdaFunctionConfigurations": told} if told else {}


@answers("s3", "ListBucketMetricsConfigurations")
def list_bucket_metrics_configurations(asked: Asked) -> Answer:
    """Request metrics, where they are on."""
    filter_id = _bucket(asked).get("request_metrics")
    configurations = [{"Id": str(filter_id)}] if filter_id else []
    return {"IsTruncated": False, "MetricsConfigurationList": configurations}


@answers("s3", "GetBucketLogging")
def get_bucket_logging(asked: Asked) -> Answer:
    """Off."""
    _bucket(asked)
    return {}


@answers("s3", "GetBucketPolicyStatus")
def get_bucket_policy_status(asked: Asked) -> Answer:
    """No bucket has a policy."""
    _bucket(asked)
    raise AnswerError("NoSuchBucketPolicy", "The bucket policy does not exist", 404)
