"""Amazon Kinesis data streams."""

from collections.abc import Mapping, Sequence

from dashboard.catalog.metrics import count
from dashboard.catalog.ratios import of_limit, rate_of_limit, share_of_sum, total
from dashboard.catalog.reading import get, numbers
from dashboard.catalog.shape import (
    Billing,
    Call,
    Chart,
    Derived,
    Fact,
    Found,
    Identity,
    Item,
    Limits,
    Listing,
    Metered,
    Metric,
    Service,
    Severity,
    Signals,
    Threshold,
    Traced,
    Values,
)
from dashboard.core.units import Unit

BYTES_PER_SHARD = 1024**2
RECORDS_PER_SHARD = 1000


def identify(item: Item) -> Identity:
    """A stream is known by its name."""
    return Identity(item["StreamName"], item["StreamName"], item["StreamARN"])


def facts(found: Found) -> Sequence[Fact]:
    """What explains throttles and age."""
    summary = found.details.get("summary") or {}
    return (
        Fact("Capacity mode", get(summary, "StreamModeDetails.StreamMode", "").replace("_", "-").capitalize() or None),
        Fact("Open shards", summary.get("OpenShardCount")),
        Fact("Retention", summary.get("RetentionPeriodHours", 0) * 3600 or None, Unit.SECONDS),
        Fact("Consumers", summary.get("ConsumerCount")),
        Fact("Encryption", summary.get("EncryptionType")),
    )


def limits(found: Found) -> Limits:
    """Bytes and records per second of all shards (1 MiB and 1,000 each), and the retention in milliseconds."""
    summary = found.details.get("summary") or {}
    shards = summary.get("OpenShardCount") or 0
    return numbers(
        {
            "bytes": shards * BYTES_PER_SHARD,
            "records": shards * RECORDS_PER_SHARD,
            "retention": (summary.get("RetentionPeriodHours") or 0) * 3_600_000,
        }
    )


DAY = 86_400


def usage(metered: Metered) -> Mapping[str, Values]:
    """Open shards by the hour, records in units of 25 KB, retention over a day."""
    shards = metered.number("Open shards")
    used = {"kinesis-shard-hours": metered.steady(shards), "kinesis-put-units": metered.of("requests")}
    if metered.number("Retention") > DAY:
        used["kinesis-retention-hours"] = metered.steady(shards)
    return used


SERVICE = Service(
    key="kinesis",
    label="Data streams",
    noun="Kinesis data stream",
    icon="kinesis",
    namespace="AWS/Kinesis",
    cfn_types=("AWS::Kinesis::Stream",),
    cost_name="Amazon Kinesis",
    listing=Listing(Call("kinesis", "list_streams"), "StreamSummaries", identify),
    details={
        "summary": Call(
            "kinesis",
            "describe_stream_summary",
            {"StreamName": "{name}"},
            result="StreamDescriptionSummary",
            absent=("ResourceNotFoundException",),
        )
    },
    facts=facts,
    limits=limits,
    dimensions=lambda found: {"StreamName": found.identity.name},
    metrics=(
        count("requests", "IncomingRecords", "Records in"),
        Metric("bytes", "IncomingBytes", "Sum", Unit.BYTES, "Bytes in"),
        Metric("age", "GetRecords.IteratorAgeMilliseconds", "Maximum", Unit.MILLISECONDS, "Iterator age"),
        count("write_throttles", "WriteProvisionedThroughputExceeded", "Writes refused"),
        count("read_throttles", "ReadProvisionedThroughputExceeded", "Reads refused"),
        count("errors", "PutRecords.FailedRecords", "Records failed", sparse=True),
    ),
    derived=(
        Derived(
            "attempts",
            "Records tried",
            Unit.COUNT,
            ("write_throttles", "requests"),
            total("write_throttles", "requests"),
        ),
        Derived(
            "write_throttle_share",
            "Writes refused",
            Unit.SHARE,
            ("write_throttles", "requests"),
            share_of_sum("write_throttles", "requests"),
        ),
        Derived("bytes_share", "Bytes of shards", Unit.SHARE, ("bytes",), rate_of_limit("bytes", "bytes"), ("bytes",)),
        Derived(
            "records_share",
            "Records of shards",
            Unit.SHARE,
            ("requests",),
            rate_of_limit("requests", "records"),
            ("records",),
        ),
        Derived("age_share", "Age of retention", Unit.SHARE, ("age",), of_limit("age", "retention"), ("retention",)),
    ),
    charts=(
        Chart("How much comes in?", ("requests",), "area"),
        Chart("How far do readers lag behind?", ("age",)),
        Chart("Is anything refused?", ("write_throttles", "read_throttles", "errors")),
        Chart("How full are the shards?", ("bytes_share", "records_share", "write_throttle_share")),
        Chart("How many bytes?", ("bytes",), "area"),
    ),
    signals=Signals(
        traffic="requests",
        errors="errors",
        saturation=("bytes_share", "records_share", "write_throttle_share", "age_share"),
    ),
    thresholds=(
        Threshold(
            "write_throttle_share",
            Severity.CRITICAL,
            "{value} of records are refused",
            above=0.01,
            floor=("attempts", 100),
            hint="If the shards are not full on average, one of them is hot: spread the partition key.",
        ),
        Threshold(
            "read_throttles",
            Severity.WARNING,
            "{value} reads are refused",
            above=0,
            for_periods=5,
            hint="Readers share two MiB a second per shard: give them enhanced fan-out, or add shards.",
        ),
        Threshold(
            "age",
            Severity.WARNING,
            "readers are {value} behind",
            above=60_000,
            hint="The consumer is too slow or failing; look at the functions that read this stream.",
        ),
        Threshold("age_share", Severity.CRITICAL, "readers are {value} of the retention behind", above=0.5),
        Threshold("bytes_share", Severity.WARNING, "{value} of the shards' bytes are in use", above=0.8),
        Threshold("records_share", Severity.WARNING, "{value} of the shards' records are in use", above=0.8),
    ),
    limited={"bytes": "bytes/s", "requests": "records/s", "age": "retention"},
    figures=("requests", "age", "write_throttle_share"),
    billing=Billing(
        usage,
        ("shard hours", "PUT payload units", "extended retention"),
        ("on-demand streams", "enhanced fan-out"),
    ),
    actions=("kinesis:ListStreams", "kinesis:DescribeStreamSummary"),
    console="https://{region}.console.aws.amazon.com/kinesis/home?region={region}#/streams/details/{name}/monitoring",
    traced=Traced(("AWS::Kinesis::Stream", "AWS::Kinesis")),
    carries=True,
    waiting="age",
)
