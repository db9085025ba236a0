"""xarray and pandas objects in and out: what labels examples goes over to what is predicted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def labelled(inputs: Sequence[Any]) -> tuple[list[Any], Callable[[np.ndarray, Any], Any]]:
    """The inputs as arrays, and what gives an output, with its port, the labels of the first input that has some."""
    for given in inputs:
        package = type(given).__module__.partition(".")[0]
        if package == "xarray" and hasattr(given, "dims") and hasattr(given, "values"):
            return _values(inputs), lambda array, port, like=given: _data_array(array, port, like)
        if package == "pandas":
            return _values(inputs), lambda array, port, like=given: _frame(array, port, like)
    return list(inputs), lambda array, port: array


def _values(inputs: Sequence[Any]) -> list[Any]:
    return [given.to_numpy() if hasattr(given, "to_numpy") else given for given in inputs]


def _data_array(array: np.ndarray, port: Any, like: Any) -> Any:
    import xarray

    # The last dimension of an input is that of its features, whose labels say nothing of outputs.
    shared = 0
    while shared < min(array.ndim, max(1, like.ndim - 1)) and array.shape[shared] == like.shape[shared]:
        shared += 1
    dims = list(like.dims[:shared]) + [f"{port.name}_{axis}" for axis in range(shared, array.ndim)]
    coords = {name: c for name, c in like.coords.items() if set(c.dims) <= set(dims[:shared])}
    attributes = {"units": port.unit} if port.unit else {}
    return xarray.DataArray(array, coords, dims, port.name, attributes)


def _frame(array: np.ndarray, port: Any, like: Any) -> Any:
    import pandas

    if array.ndim == 1:
        return pandas.Series(array, like.index, name=port.name)
    return pandas.DataFrame(array, like.index) if array.ndim == 2 else array
