"""Functions of `keras.ops` of arrays: NumPy's, with Keras's arguments and types of results."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from ._table import TABLE, bound, presented, signature
from ._tensor import Tensor, symbols, tensor

ROWS = TABLE["ops"]["functions"]
# What NumPy understands otherwise than Keras.
_OTHERWISE = (
    "argpartition geomspace histogram logaddexp2 nextafter take_along_axis unique unravel_index vectorize".split()
)

# Of whose whole numbers and truths Keras makes fractions first.
_OF_FLOATS = "ceil floor ldexp percentile quantile reciprocal trapezoid".split()
# What has 32 bits of two truths, and what has the type of its array.
_OF_TRUTHS = "floor_divide fmod mod".split()
_RUNNING = "cumprod cumsum nancumprod nancumsum".split()


def is_symbolic(*values: Any) -> bool:
    """Whether there is a symbol among values."""
    return any(True for _ in symbols(list(values)))


def single(array: np.ndarray) -> np.ndarray:
    """An array of Python's numbers in the types that Keras gives them: single precision, and integers of 32 bits.

    Raises
    ------
    OverflowError
        For integers that 32 bits do not hold.
    """
    kind = array.dtype.kind
    if kind == "i" and array.size:
        for most in (int(array.min()), int(array.max())):
            if not -(2**31) <= most < 2**31:
                raise OverflowError(f"{most} is no integer of 32 bits; say its type, such as dtype='int64'")
    return array.astype({"f": np.float32, "i": np.int32}.get(kind, array.dtype))


def taken(value: Any) -> Any:
    """Numbers as Keras reads them: those of Python are of single precision beside others."""
    if isinstance(value, (bool, int, float, complex, str)) or value is None:
        return value
    if isinstance(value, (list, tuple)) and any(hasattr(item, "dtype") for item in value):
        return type(value)(taken(item) for item in value)
    return np.asarray(value) if hasattr(value, "dtype") else single(np.asarray(value))


def dtypes_of(values: Any) -> list[np.dtype]:
    """The types of the arrays among arguments; Python's numbers have none."""
    if hasattr(values, "dtype"):
        return [values.dtype]
    return [found for item in values for found in dtypes_of(item)] if isinstance(values, (list, tuple)) else []


def typed(result: Any, read: list[np.dtype]) -> Any:
    """A result of NumPy's in the type that Keras gives it.

    Floating numbers are as wide as those that were read, and of single precision where none was; whole numbers have
    64 bits only where some that were read have.
    """
    if isinstance(result, (list, tuple)):
        return type(result)(typed(item, read) for item in result)
    array = np.asarray(result)
    floats = [dtype for dtype in read if dtype.kind == "f"]
    if array.dtype.kind == "f":
        array = array.astype(np.result_type(*floats) if floats else np.float32, copy=False)
    elif (
        array.dtype.kind in "iu"
        and array.dtype.itemsize == 8
        and not any(d.itemsize == 8 and d.kind in "iu" for d in read)
    ):
        array = array.astype(np.int32 if array.dtype.kind == "i" else np.uint32)
    return tensor(array)


def of_arrays(name: str, *args: Any, **kwargs: Any) -> Any:
    """NumPy's function of a name: of `args`, which are arrays, with settings."""
    read = [taken(arg) for arg in args]
    with np.errstate(all="ignore"):
        settings = {key: _setting(value) for key, value in kwargs.items()}
        result, types = getattr(np, name)(*read, **settings), dtypes_of([*read, settings.get("x")])
        if (
            getattr(result, "dtype", None) == np.float16
            and not settings.get("dtype")
            and np.dtype(np.float16) not in types
        ):
            # NumPy has half precision for whole numbers of 8 bits.
            read = [arg.astype(np.float32) if hasattr(arg, "astype") else arg for arg in read]
            result = getattr(np, name)(*read, **settings)
    return typed(result, types)


def _setting(value: Any) -> Any:
    """Lists of axes and lengths as tuples."""
    return tuple(_setting(item) for item in value) if isinstance(value, (list, tuple)) else value


def _as_floats(value: Any, beside: Any) -> Any:
    """Whole numbers and truths as fractions: as wide as those beside them, else of single precision."""
    array = np.asarray(taken(value))
    if array.dtype.kind not in "iub":
        return value
    return array.astype(beside.dtype if getattr(beside, "dtype", array.dtype).kind == "f" else np.float32)


def function_of(name: str) -> Callable[..., Tensor]:
    """The function of a name that NumPy and Keras have.

    Raises
    ------
    AttributeError
        Where there is none.
    """
    if name not in ROWS or name in _OTHERWISE:
        raise AttributeError(f"module 'tern.keras.ops' has no attribute {name!r}")
    call, own = signature(ROWS[name]["arguments"]), getattr(np, name)
    try:
        known = set(inspect.signature(own).parameters) if not isinstance(own, np.ufunc) else set()
    except ValueError:
        known = set()

    def function(*args: Any, **kwargs: Any) -> Any:
        given = bound(call, f"keras.ops.{name}", args, kwargs)
        if is_symbolic(args, kwargs):
            raise ValueError(f"keras.ops.{name} of symbols: no layer of the engine's does it")
        read: list[Any] = []
        settings: dict[str, Any] = {}
        for key, value in given.arguments.items():
            parameter = call.parameters[key]
            if parameter.kind is parameter.VAR_POSITIONAL:
                read += value
            elif parameter.default is parameter.empty or key in ("x1", "x2") and value is not None:
                read.append(value)
            elif key in known:
                settings[key] = value
            elif value != parameter.default:
                raise ValueError(f"keras.ops.{name}: {key}={value!r} is not known of arrays")
        if name in ("ndim", "size"):
            return own(*read, **settings)
        if name in _OF_FLOATS:
            read[0] = _as_floats(read[0], settings.get("x"))
            if settings.get("x") is not None:
                settings["x"] = _as_floats(settings["x"], read[0])
        if name in _OF_TRUTHS and all(np.asarray(taken(value)).dtype.kind == "b" for value in read):
            read = [np.asarray(taken(value)).astype(np.int32) for value in read]
        if name in _RUNNING and settings.get("dtype") is None and np.asarray(taken(read[0])).dtype.kind in "iu":
            settings["dtype"] = np.asarray(taken(read[0])).dtype
        if name == "argsort":
            settings["kind"] = "stable"
        if name == "full" and settings.get("dtype") is None:
            settings["dtype"] = "float32"
        found = of_arrays({"empty": "zeros", "empty_like": "zeros_like"}.get(name, name), *read, **settings)
        return found.astype(settings["dtype"]) if settings.get("dtype") is not None else found

    return presented(function, name, call, f"NumPy's {name}, of arrays; of symbols it is refused.")
