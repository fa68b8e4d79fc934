"""Kinesis Data Streams and Firehose."""

from datetime import UTC, datetime
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import arn

_HASHES = 2**128


def _stream(asked: Asked) -> Component:
    wanted = {asked.get("StreamName"), asked.get("StreamARN")}
    for stream in asked.components("kinesis"):
        if stream.name in wanted or arn(stream) in wanted:
            return stream
    raise AnswerError("ResourceNotFoundException", f"Stream under account {asked.account_id} not found.")


def _created(asked: Asked, component: Component) -> datetime:
    return datetime.fromtimestamp(asked.world.created(component), UTC)


@answers("kinesis", "ListStreams")
def list_streams(asked: Asked) -> Answer:
    """Names and summaries."""
    streams = asked.components("kinesis")
    summaries = [
        {
            "StreamName": stream.name,
            "StreamARN": arn(stream),
            "StreamStatus": "ACTIVE",
            "StreamModeDetails": {"StreamMode": "PROVISIONED"},
            "StreamCreationTimestamp": _created(asked, stream),
        }
        for stream in streams
    ]
    return {"StreamNames": [s.name for s in streams], "HasMoreStreams": False, "StreamSummaries": summaries}


@answers("kinesis", "DescribeStreamSummary")
def describe_stream_summary(asked: Asked) -> Answer:
    """Mode, shards, retention."""
    stream = _stream(asked)
    return {
        "StreamDescriptionSummary": {
            "StreamName": stream.name,
            "StreamARN": arn(stream),
            "StreamStatus": "ACTIVE",
            "StreamModeDetails": {"StreamMode": "PROVISIONED"},
            "RetentionPeriodHours": int(stream.get("retention_hours", 24)),
            "StreamCreationTimestamp": _created(asked, stream),
            "EnhancedMonitoring": [{"ShardLevelMetrics": []}],
            "EncryptionType": "KMS",
            "OpenShardCount": int(stream.get("shards", 1)),
            "ConsumerCount": 0,
        }
    }


@answers("kinesis", "DescribeStream")
def describe_stream(asked: Asked) -> Answer:
    """The same with its shards."""
    stream = _stream(asked)
    return {
        "StreamDescription": {
            "StreamName": stream.name,
            "StreamARN": arn(stream),
            "StreamStatus": "ACTIVE",
            "StreamModeDetails": {"StreamMode": "PROVISIONED"},
            "Shards": _shards(stream),
            "HasMoreShards": False,
            "RetentionPeriodHours": int(stream.get("retention_hours", 24)),
            "StreamCreationTimestamp": _created(asked, stream),
            "EnhancedMonitoring": [{"ShardLevelMetrics": []}],
        }
    }


@answers("kinesis", "ListShards")
def list_shards(asked: Asked) -> Answer:
    """Shards with their ranges."""
    return {"Shards": _shards(_stream(asked))}


def _shards(stream: Component) -> list[dict[str, Any]]:
    number = int(stream.get("shards", 1))
    width = _HASHES // number
    return [
        {
            "ShardId": f"shardId-{position:012d}",
            "HashKeyRange": {
                "StartingHashKey": str(position * width),
                "EndingHashKey": str((position + 1) * width - 1),
            },
            "SequenceNumberRange": {"StartingSequenceNumber": f"4959{position:052d}"},
        }
        for position in range(number)
    ]


@answers("kinesis", "ListStreamConsumers")
def list_stream_consumers(asked: Asked) -> Answer:
    """Nobody uses enhanced fan-out."""
    return {"Consumers": []}


@answers("kinesis", "DescribeLimits")
def describe_limits(asked: Asked) -> Answer:
    """Shards of the region."""
    used = sum(int(stream.get("shards", 1)) for stream in asked.components("kinesis"))
    return {"ShardLimit": 500, "OpenShardCount": used, "OnDemandStreamCount": 0, "OnDemandStreamCountLimit": 50}


@answers("kinesis", "ListTagsForStream")
def list_tags_for_stream(asked: Asked) -> Answer:
    """Tags of one stream."""
    tags = [{"Key": key, "Value": value} for key, value in _stream(asked).tags.items()]
    return {"Tags": tags, "HasMoreTags": False}


@answers("firehose", "ListDeliveryStreams")
def list_delivery_streams(asked: Asked) -> Answer:
    """Names, continued after the last one named."""
    names = sorted(delivery.name for delivery in asked.components("firehose"))
    names = [name for name in names if name > str(asked.get("ExclusiveStartDeliveryStreamName", ""))]
    size = int(asked.get("Limit", 10))
    return {"DeliveryStreamNames": names[:size], "HasMoreDeliveryStreams": len(names) > size}


@answers("firehose", "DescribeDeliveryStream")
def describe_delivery_stream(asked: Asked) -> Answer:
    """Source and destination."""
    name = asked.get("DeliveryStreamName")
    for delivery in asked.components("firehose"):
        if delivery.name == name:
            return {"DeliveryStreamDescription": _delivery(asked, delivery)}
    raise AnswerError("ResourceNotFoundException", f"Firehose {name} under account {asked.account_id} not found.")


def _delivery(asked: Asked, delivery: Component) -> dict[str, Any]:
    destination = {
        "RoleARN": f"arn:aws:iam::{delivery.account_id}:role/{delivery.name}",
        "BucketARN": f"arn:aws:s3:::{delivery.get('bucket')}",
        "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 300},
        "CompressionFormat": "GZIP",
        "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
    }
    return {
        "DeliveryStreamName": delivery.name,
        "DeliveryStreamARN": arn(delivery),
        "DeliveryStreamStatus": "ACTIVE",
        "DeliveryStreamType": "DirectPut",
        "VersionId": "1",
        "CreateTimestamp": _created(asked, delivery),
        "Destinations": [
            {"DestinationId": "destinationId-000000000001", "ExtendedS3DestinationDescription": destination}
        ],
        "HasMoreDestinations": False,
    }


@answers("firehose", "ListTagsForDeliveryStream")
def list_tags_for_delivery_stream(asked: Asked) -> Answer:
    """Tags of one delivery stream."""
    found = [delivery for delivery in asked.components("firehose") if delivery.name == asked.get("DeliveryStreamName")]
    tags = found[0].tags if found else {}
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()], "HasMoreTags": False}
