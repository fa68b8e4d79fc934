"""How points are packed into bytes and unpacked: the one place that knows (docs/adr/0002-points.md)."""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Times = NDArray[np.int64]
"""Unix times, or positions."""
Buffer = bytes | memoryview
LITTLE_ENDIAN = np.dtype("<f8")
WIDTH = LITTLE_ENDIAN.itemsize


def pack_row(values: Values) -> bytes:
    """Pack the values of a block at one instant; NaN where nothing came."""
    return np.ascontiguousarray(values, LITTLE_ENDIAN).tobytes()


def unpack_rows(rows: Sequence[Buffer], size: int) -> Values:
    """Unpack many rows into a matrix [rows, size]; shorter rows end in NaN, longer ones are cut."""
    if all(len(row) == size * WIDTH for row in rows):
        return np.frombuffer(b"".join(rows), LITTLE_ENDIAN).reshape(len(rows), size).astype(np.float64)
    matrix = np.full((len(rows), size), np.nan)
    for line, row in zip(matrix, rows, strict=True):
        values = np.frombuffer(row, LITTLE_ENDIAN)[:size]
        line[: len(values)] = values
    return matrix


def pack_series(values: Values) -> bytes:
    """Pack one series' values in time order, compressed.

    The bytes of equal weight stand together: neighbours differ in few of them, which zlib likes.
    """
    planes = np.ascontiguousarray(values, LITTLE_ENDIAN).view(np.uint8).reshape(-1, WIDTH).T
    return zlib.compress(planes.tobytes(), 6)


def unpack_series(packed: Buffer) -> Values:
    """Undo `pack_series`."""
    planes = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(WIDTH, -1)
    return np.array(planes.T, order="C").view(LITTLE_ENDIAN).reshape(-1).astype(np.float64, copy=False)


def unpack_many(packed: Sequence[Buffer]) -> list[Values]:
    """Undo `pack_series` for many at once: where all are equally long, which days are, in one go."""
    raw = [zlib.decompress(one) for one in packed]
    if len({len(one) for one in raw}) != 1:
        return [unpack_series(one) for one in packed]
    planes = np.frombuffer(b"".join(raw), np.uint8).reshape(len(raw), WIDTH, -1)
    values = np.ascontiguousarray(planes.transpose(0, 2, 1)).view(LITTLE_ENDIAN)
    return list(values.reshape(len(raw), -1).astype(np.float64))


def merge(older: Values, newer: Values) -> Values:
    """Lay newer values over older ones of the same shape; a value once seen is not lost to NaN."""
    return np.where(np.isnan(newer), older, newer)


def any_value(matrix: Values, axis: int = 1) -> NDArray[np.bool_]:
    """Along which rows (or columns, with axis=0) something came."""
    return np.asarray(~np.isnan(matrix).all(axis=axis))


def same(one: Values, other: Values) -> bool:
    """Whether two arrays hold the same values, NaN being equal to NaN."""
    return one.shape == other.shape and bool(np.array_equal(one, other, equal_nan=True))
