"""Units of metrics and how their values are written."""

from enum import StrEnum


class Unit(StrEnum):
    """What a value counts; the text is stored with each series."""

    COUNT = "count"
    PER_SECOND = "per_second"
    SHARE = "share"  # 0..1, written as percent
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    MICROSECONDS = "microseconds"
    BYTES = "bytes"
    BYTES_PER_SECOND = "bytes_per_second"
    CAPACITY = "capacity"  # ACUs, capacity units, shards
