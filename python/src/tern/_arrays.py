"""NumPy arrays as the library sees them, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._library import MAX_RANK, Array

TYPES: dict[np.dtype[Any], int] = {
    np.dtype(np.float32): 1,
    np.dtype(np.float64): 2,
    np.dtype(np.int32): 3,
    np.dtype(np.int64): 4,
    np.dtype(np.bool_): 5,
    np.dtype(np.uint8): 6,
}
DTYPES: dict[int, np.dtype[Any]] = {number: dtype for dtype, number in TYPES.items()}


def usable(values: Any, name: str = "array") -> np.ndarray:
    """The values as an array of a type that the library has: the same memory where that can be.

    Fractions of 16 bits become such of 32, in which the library computes; integers and other fractions become 64-bit
    ones.

    Raises
    ------
    ValueError
        For complex numbers, texts, objects that `float` refuses (None is NaN), places that are masked, and more than
        eight dimensions.
    """
    if _is_masked(values):
        raise ValueError(f"{name} is masked in places; fill them (`.filled(np.nan)`) or leave them out")
    if isinstance(values, np.ma.MaskedArray):
        values = values.data
    array = np.asarray(values)
    if array.dtype not in TYPES:
        kind = array.dtype.kind
        if kind == "O":
            try:
                array = array.astype(np.float64)
            except (TypeError, ValueError) as error:
                raise ValueError(f"{name} holds what is no number: {error}") from None
        elif kind == "u" and array.dtype.itemsize == 8 and array.size and array.max() > np.iinfo(np.int64).max:
            raise ValueError(f"{name} holds {array.max()}, which no 64-bit integer with a sign holds")
        elif kind in "iu":
            array = array.astype(np.int64)
        elif kind == "f":
            # Those of 32 bits are here in another order of bytes.
            array = array.astype(np.float32 if array.dtype.itemsize <= 4 else np.float64)
        elif kind == "b":
            array = array.astype(np.bool_)
        else:
            raise ValueError(f"{name} is of {array.dtype}; it must be of numbers")
    if array.ndim > MAX_RANK:
        raise ValueError(f"{name} has {array.ndim} dimensions; there may be {MAX_RANK}")
    # A field of a packed record is no array of numbers that a processor reads.
    return array if array.flags.aligned else array.copy()


def _is_masked(values: Any) -> bool:
    """Whether a masked array, or one in lists of such, hides a number that NumPy would show."""
    if not isinstance(values, (list, tuple)):
        return isinstance(values, np.ma.MaskedArray) and bool(np.ma.is_masked(values))
    # Of numbers there is nothing to ask one by one.
    kinds = set(map(type, values))
    return any(issubclass(kind, (list, tuple, np.ma.MaskedArray)) for kind in kinds) and any(map(_is_masked, values))


def describe(array: np.ndarray, into: Array | None = None) -> Array:
    """A ``tern_array`` of an array from `usable`, which must live as long as it."""
    record = Array() if into is None else into
    record.data = array.__array_interface__["data"][0]
    record.type = TYPES[array.dtype]
    record.rank = array.ndim
    record.shape[: array.ndim] = array.shape
    record.strides[: array.ndim] = array.strides
    return record


class _Memory:
    """Memory of the library's that an array lies in, with what keeps it."""

    def __init__(self, record: Array, owner: Any):
        self.owner = owner
        rank = record.rank
        self.__array_interface__ = {
            "version": 3,
            "typestr": DTYPES[record.type].str,
            "shape": tuple(record.shape[:rank]),
            "strides": tuple(record.strides[:rank]),
            "data": (record.data or 0, True),
        }


def view(record: Array, owner: Any) -> np.ndarray:
    """The array that a ``tern_array`` describes, read-only; `owner` lives as long as it."""
    shape = tuple(record.shape[: record.rank])
    if 0 in shape or not record.data:
        return np.empty(shape, DTYPES[record.type])
    return np.asarray(_Memory(record, owner))


def is_beyond_fractions(values: np.ndarray) -> bool:
    """Whether there are integers beyond 2**53, which fractions of 64 bits do not keep apart."""
    return values.dtype.kind in "iu" and values.size > 0 and max(-int(values.min()), int(values.max())) > 2**53
