"""Amazon S3 buckets."""

from collections.abc import Mapping, Sequence

import numpy as np

from dashboard.catalog.metrics import count, keys, percentiles
from dashboard.catalog.ratios import error_rate, share
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

DAY = 86_400
FILTER = {"FilterId": "EntireBucket"}


def identify(item: Item) -> Identity:
    """A bucket is known by its name."""
    return Identity(item["Name"], item["Name"], f"arn:aws:s3:::{item['Name']}")


def facts(found: Found) -> Sequence[Fact]:
    """What explains its cost and its risk."""
    rules = found.details.get("lifecycle") or ()
    return (
        Fact("Lifecycle rules", len(rules)),
        Fact("Aborts stale uploads", any("AbortIncompleteMultipartUpload" in rule for rule in rules)),
        Fact("Versioning", get(found.details.get("versioning"), "Status", "Never enabled")),
        Fact("Created", str(found.item.get("CreationDate", ""))[:10]),
    )


def relations(found: Found) -> Sequence[Relation]:
    """Queues, topics and functions that are told of new objects."""
    told = found.details.get("notifications") or {}
    kinds = (
        ("QueueConfigurations", "QueueArn"),
        ("TopicConfigurations", "TopicArn"),
        ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
    )
    return [
        Relation(found.identity.arn, one[member], "notification")
        for kind, member in kinds
        for one in told.get(kind, ())
    ]


HOURS_PER_MONTH = 730


def usage(metered: Metered) -> Mapping[str, Values]:
    """Stored gigabytes, of the newest daily figure; requests where the bucket's request metrics are on."""
    stored = {"s3-gb-months": metered.of("size") / 1024**3 * metered.hours / HOURS_PER_MONTH}
    writes, reads = metered.of("put_requests"), metered.of("get_requests")
    if np.isnan(writes).all() and np.isnan(reads).all():
        return stored
    return {**stored, "s3-writes": writes, "s3-reads": reads}


SERVICE = Service(
    key="s3",
    label="Buckets",
    noun="S3 bucket",
    icon="s3",
    namespace="AWS/S3",
    idles=True,
    cfn_types=("AWS::S3::Bucket",),
    cost_name="Amazon Simple Storage Service",
    listing=Listing(Call("s3", "list_buckets", {"BucketRegion": "{region}", "MaxBuckets": 1000}), "Buckets", identify),
    details={
        "lifecycle": Call(
            "s3",
            "get_bucket_lifecycle_configuration",
            {"Bucket": "{name}"},
            result="Rules",
            absent=("NoSuchLifecycleConfiguration", "NoSuchBucket"),
        ),
        "versioning": Call("s3", "get_bucket_versioning", {"Bucket": "{name}"}, absent=("NoSuchBucket",)),
        "notifications": Call(
            "s3", "get_bucket_notification_configuration", {"Bucket": "{name}"}, absent=("NoSuchBucket",)
        ),
    },
    facts=facts,
    relations=relations,
    dimensions=lambda found: {"BucketName": found.identity.name},
    metrics=(
        Metric(
            "size",
            "BucketSizeBytes",
            "Average",
            Unit.BYTES,
            "Size, Standard",
            dimensions={"StorageType": "StandardStorage"},
            period=DAY,
        ),
        Metric(
            "objects",
            "NumberOfObjects",
            "Average",
            Unit.COUNT,
            "Objects",
            dimensions={"StorageType": "AllStorageTypes"},
            period=DAY,
        ),
        count("requests", "AllRequests", "Requests", dimensions=FILTER),
        count("put_requests", "PutRequests", "Writes", dimensions=FILTER),
        count("get_requests", "GetRequests", "Reads", dimensions=FILTER),
        count("client_errors", "4xxErrors", "Client errors (4xx)", dimensions=FILTER),
        count("errors", "5xxErrors", "Server errors (5xx)", dimensions=FILTER),
        *percentiles("first_byte", "FirstByteLatency", Unit.MILLISECONDS, label="First byte", dimensions=FILTER),
    ),
    derived=(
        error_rate(label="Server error rate"),
        Derived(
            "client_error_rate",
            "Client error rate",
            Unit.SHARE,
            ("client_errors", "requests"),
            share("client_errors", "requests"),
        ),
    ),
    charts=(
        Chart("How much is stored?", ("size",), "area"),
        Chart("How many objects?", ("objects",)),
        Chart("How often is it asked?", ("requests",), "area"),
        Chart("How long until the first byte?", keys("first_byte"), "percentiles"),
        Chart("What share fails?", ("error_rate", "client_error_rate")),
    ),
    signals=Signals(traffic="requests", errors="errors", latency="first_byte_p95"),
    thresholds=(
        Threshold(
            "error_rate",
            Severity.CRITICAL,
            "{value} of requests fail with 5xx",
            above=0.05,
            for_periods=5,
            floor=("requests", 50),
        ),
        Threshold(
            "client_error_rate",
            Severity.WARNING,
            "{value} of requests are refused with 4xx",
            above=0.10,
            for_periods=15,
            floor=("requests", 100),
        ),
    ),
    figures=("size", "objects", "requests"),
    billing=Billing(
        usage,
        ("storage, Standard", "requests where the bucket's request metrics are on"),
        ("requests without request metrics", "other storage classes", "data transfer out"),
        stop=(
            "aws s3api put-bucket-notification-configuration --bucket {name}"
            " --notification-configuration {nothing} --region {region}"
        ),
    ),
    actions=(
        "s3:ListAllMyBuckets",
        "s3:GetLifecycleConfiguration",
        "s3:GetBucketVersioning",
        "s3:GetBucketNotification",
    ),
    console="https://s3.console.aws.amazon.com/s3/buckets/{name}?region={region}&tab=metrics",
    traced=Traced(("AWS::S3::Bucket", "AWS::S3")),
)
