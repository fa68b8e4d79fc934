"""Amazon Data Firehose delivery streams."""

from collections.abc import Mapping, Sequence

import numpy as np

from dashboard.catalog.metrics import count
from dashboard.catalog.reading import get
from dashboard.catalog.shape import (
    Billing,
    Call,
    Chart,
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
    """A delivery stream is known by its name."""
    name = item["value"]
    return Identity(name, name, f"arn:aws:firehose:{{region}}:{{account_id}}:deliverystream/{name}")


def _destination(found: Found) -> Item:
    """The first destination's S3 part, in which buffering is set."""
    destinations = get(found.details.get("stream"), "Destinations", [])
    first: Item = destinations[0] if destinations else {}
    return get(first, "ExtendedS3DestinationDescription") or get(first, "S3DestinationDescription") or {}


def facts(found: Found) -> Sequence[Fact]:
    """What explains freshness."""
    hints = get(_destination(found), "BufferingHints", {})
    return (
        Fact("Source", get(found.details.get("stream"), "DeliveryStreamType")),
        Fact("Buffer interval", hints.get("IntervalInSeconds"), Unit.SECONDS),
        Fact("Buffer size", hints.get("SizeInMBs", 0) * 1024**2 or None, Unit.BYTES),
        Fact("Compression", _destination(found).get("CompressionFormat")),
    )


def relations(found: Found) -> Sequence[Relation]:
    """From the stream that it reads to the bucket that it fills."""
    source = get(found.details.get("stream"), "Source.KinesisStreamSourceDescription.KinesisStreamARN")
    bucket = _destination(found).get("BucketARN")
    return [
        *([Relation(source, found.identity.arn, "source")] if source else []),
        *([Relation(found.identity.arn, bucket, "delivery")] if bucket else []),
    ]


def usage(metered: Metered) -> Mapping[str, Values]:
    """Gigabytes, each record rounded up to 5 KB: with records of one size that is the larger of the two."""
    return {"firehose-gb": np.maximum(metered.of("bytes"), metered.of("requests") * 5 * 1024) / 1024**3}


SERVICE = Service(
    key="firehose",
    label="Delivery streams",
    noun="Firehose stream",
    icon="firehose",
    namespace="AWS/Firehose",
    cfn_types=("AWS::KinesisFirehose::DeliveryStream",),
    cost_name="Amazon Kinesis Firehose",
    listing=Listing(Call("firehose", "list_delivery_streams", {"Limit": 1000}), "DeliveryStreamNames", identify),
    details={
        "stream": Call(
            "firehose",
            "describe_delivery_stream",
            {"DeliveryStreamName": "{name}"},
            result="DeliveryStreamDescription",
            absent=("ResourceNotFoundException",),
        )
    },
    facts=facts,
    relations=relations,
    dimensions=lambda found: {"DeliveryStreamName": found.identity.name},
    metrics=(
        count("requests", "IncomingRecords", "Records in"),
        Metric("bytes", "IncomingBytes", "Sum", Unit.BYTES, "Bytes in"),
        Metric("freshness", "DeliveryToS3.DataFreshness", "Maximum", Unit.SECONDS, "Age of oldest undelivered"),
        Metric("success", "DeliveryToS3.Success", "Average", Unit.SHARE, "Deliveries that succeed"),
        count("throttled", "ThrottledRecords", "Throttled", sparse=True),
    ),
    charts=(
        Chart("How much comes in?", ("requests",), "area"),
        Chart("How old is what was not delivered yet?", ("freshness",)),
        Chart("Do deliveries succeed?", ("success",)),
        Chart("How many bytes?", ("bytes", "throttled"), "area"),
    ),
    signals=Signals(traffic="requests"),
    thresholds=(
        Threshold("freshness", Severity.WARNING, "the oldest undelivered record is {value} old", above=900),
        Threshold("success", Severity.CRITICAL, "only {value} of deliveries succeed", below=0.99),
        Threshold("throttled", Severity.WARNING, "{value} records were throttled", above=0),
    ),
    figures=("requests", "freshness", "success"),
    billing=Billing(usage, ("GB ingested, records rounded up to 5 KB",), ("format conversion", "dynamic partitioning")),
    actions=("firehose:ListDeliveryStreams", "firehose:DescribeDeliveryStream"),
    console="https://{region}.console.aws.amazon.com/firehose/home?region={region}#/details/{name}/monitoring",
    traced=Traced(("AWS::KinesisFirehose::DeliveryStream", "AWS::KinesisFirehose")),
    carries=True,
    waiting="freshness",
)
