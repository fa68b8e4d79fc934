"""AWS/DynamoDB and AWS/S3."""

from collections.abc import Callable

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.samples import Gauge
from dashboard.demo.world.series import Emitter, Series


def emit_table(table: Component) -> list[Series]:
    """Capacity, throttles and latency of a table and of its indexes."""
    to = Emitter(table, "AWS/DynamoDB", {"TableName": table.name})
    read_share = float(table.get("read_share", 0.7))

    def reads(flow: Flow) -> Floats:
        return flow.served(table) * read_share

    def writes(flow: Flow) -> Floats:
        return flow.served(table) * (1 - read_share)

    to.per_minute("ConsumedReadCapacityUnits", lambda flow: reads(flow) * float(table.get("read_units", 0.5)))
    to.per_minute("ConsumedWriteCapacityUnits", lambda flow: writes(flow) * float(table.get("write_units", 1.0)))
    if table.get("provisioned"):
        read_units, write_units = table.get("provisioned")
        to.gauge("ProvisionedReadCapacityUnits", lambda flow: np.full(flow.count, float(read_units)), jitter=0.0)
        to.gauge("ProvisionedWriteCapacityUnits", lambda flow: np.full(flow.count, float(write_units)), jitter=0.0)
    for operation, share in (("GetItem", 0.75), ("Query", 0.25)):
        _latency(to, table, operation, read_share * share)
    for operation, share in (("PutItem", 0.75), ("UpdateItem", 0.25)):
        _latency(to, table, operation, (1 - read_share) * share)
    refused = float(table.get("throttle_share", 0.0))
    for name, operation, rate in (("Read", "GetItem", reads), ("Write", "PutItem", writes)):
        _only_when_wrong(to, f"{name}ThrottleEvents", rate, refused)
        _only_when_wrong(to, "ThrottledRequests", rate, refused, operation)
    for operation in ("GetItem", "Query", "PutItem", "UpdateItem"):
        _only_when_wrong(to, "SystemErrors", reads, 0.0, operation)
    _only_when_wrong(to, "SystemErrors", reads, 0.0)
    for index in table.get("indexes", ()):
        extra = {"GlobalSecondaryIndexName": index}
        to.per_minute("ConsumedReadCapacityUnits", lambda flow: reads(flow) * 0.25, extra)
        to.per_minute("ConsumedWriteCapacityUnits", lambda flow: writes(flow) * 0.8, extra)
        _only_when_wrong(to, "ReadThrottleEvents", reads, 0.0, index=index)
        _only_when_wrong(to, "WriteThrottleEvents", writes, 0.0, index=index)
    return to.series


def _only_when_wrong(
    to: Emitter, name: str, rate: Callable[[Flow], Floats], share: float, operation: str = "", *, index: str = ""
) -> None:
    """A count that CloudWatch knows only once something went wrong."""
    extra = {"Operation": operation} if operation else {"GlobalSecondaryIndexName": index} if index else None
    to.events(name, lambda flow: rate(flow) * share, extra=extra)


def _latency(to: Emitter, table: Component, operation: str, share: float) -> None:
    def number(flow: Flow) -> Floats:
        return flow.served(table) * share

    to.times("SuccessfulRequestLatency", number, lambda flow: flow.own_time(table), extra={"Operation": operation})


def emit_bucket(bucket: Component) -> list[Series]:
    """Size once a day; requests where the bucket's request metrics are on."""
    to = Emitter(bucket, "AWS/S3", {"BucketName": bucket.name})
    size = float(bucket.get("size_bytes", 5e9))
    growth = float(bucket.get("growth_per_day", 0.002))

    def at_midnight(flow: Flow, amount: float) -> Floats:
        minutes = np.arange(flow.start, flow.stop)
        days = (minutes - flow.origin) / 1440
        return np.where(minutes % 1440 == 0, np.rint(amount * np.exp(growth * days)), np.nan)

    _daily(to, "BucketSizeBytes", lambda flow: at_midnight(flow, size), "StandardStorage")
    objects = size / float(bucket.get("object_bytes", 180_000))
    _daily(to, "NumberOfObjects", lambda flow: at_midnight(flow, objects), "AllStorageTypes")
    if bucket.get("request_metrics"):
        _requests(to, bucket)
    return to.series


def _daily(to: Emitter, name: str, values: Callable[[Flow], Floats], storage: str) -> None:
    to.emit(name, lambda flow: Gauge(values(flow)), {"StorageType": storage}, daily=True)


def _requests(to: Emitter, bucket: Component) -> None:
    every = {"FilterId": str(bucket.get("request_metrics"))}

    def requests(flow: Flow) -> Floats:
        return flow.served(bucket)

    to.events("AllRequests", requests, requests, extra=every)
    to.events("GetRequests", lambda flow: requests(flow) * 0.8, extra=every)
    to.events("PutRequests", lambda flow: requests(flow) * 0.2, extra=every)
    to.events("4xxErrors", lambda flow: requests(flow) * 0.004, requests, extra=every)
    to.events("5xxErrors", lambda flow: requests(flow) * 0.0001, requests, extra=every)
    to.times("FirstByteLatency", requests, lambda flow: flow.own_time(bucket), extra=every)
    to.times("TotalRequestLatency", requests, lambda flow: flow.own_time(bucket), scale=1.6, extra=every)
    to.per_minute("BytesDownloaded", lambda flow: requests(flow) * 0.8 * 140_000, every)
