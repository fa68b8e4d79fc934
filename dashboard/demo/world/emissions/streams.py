"""AWS/Kinesis and AWS/Firehose."""

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.series import Emitter, Series


def emit_stream(stream: Component) -> list[Series]:
    """What comes in, what is refused, how far readers are behind."""
    to = Emitter(stream, "AWS/Kinesis", {"StreamName": stream.name})
    size = float(stream.get("record_bytes", 600))

    def accepted(flow: Flow) -> Floats:
        return flow.served(stream)

    def refused(flow: Flow) -> Floats:
        return flow.throttled(stream)

    to.per_minute("IncomingRecords", accepted)
    to.per_minute("IncomingBytes", lambda flow: accepted(flow) * size)
    to.events("WriteProvisionedThroughputExceeded", refused, lambda flow: accepted(flow) + refused(flow))
    to.events(
        "ReadProvisionedThroughputExceeded", lambda flow: np.zeros(flow.count), lambda flow: np.full(flow.count, 60.0)
    )
    to.events("PutRecords.FailedRecords", refused)
    to.events("PutRecords.ThrottledRecords", refused)
    to.per_minute("PutRecords.TotalRecords", lambda flow: flow.arrivals(stream))
    to.per_minute("PutRecords.SuccessfulRecords", accepted)
    to.gauge("GetRecords.IteratorAgeMilliseconds", lambda flow: np.rint(flow.iterator_age(stream)), jitter=0.0)
    to.per_minute("GetRecords.Records", accepted)
    to.per_minute("GetRecords.Bytes", lambda flow: accepted(flow) * size)
    to.times("PutRecords.Latency", lambda flow: accepted(flow) / 100, lambda flow: flow.own_time(stream))
    to.times("GetRecords.Latency", lambda flow: np.full(flow.count, 60.0), lambda flow: flow.own_time(stream))
    return to.series


def emit_delivery(delivery: Component) -> list[Series]:
    """What comes in, and how fresh the destination is."""
    to = Emitter(delivery, "AWS/Firehose", {"DeliveryStreamName": delivery.name})
    size = float(delivery.get("record_bytes", 600))
    buffering = float(delivery.get("buffer_seconds", 300))
    to.per_minute("IncomingRecords", lambda flow: flow.served(delivery))
    to.per_minute("IncomingBytes", lambda flow: flow.served(delivery) * size)
    to.events("ThrottledRecords", lambda flow: np.zeros(flow.count))
    to.per_minute("DeliveryToS3.Records", lambda flow: flow.served(delivery))
    to.per_minute("DeliveryToS3.Bytes", lambda flow: flow.served(delivery) * size)
    to.gauge("DeliveryToS3.DataFreshness", lambda flow: np.full(flow.count, buffering * 1.04), jitter=0.03)
    to.gauge("DeliveryToS3.Success", lambda flow: np.ones(flow.count), jitter=0.0)
    return to.series
