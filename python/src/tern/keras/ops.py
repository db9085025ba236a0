"""Functions of `keras.ops`: of symbols they are the engine's layers, of arrays they are NumPy's.

>>> from tern import keras
>>> x = keras.Input((4, 3))
>>> keras.ops.mean(keras.ops.abs(x), axis=-1).shape
(None, 4)
>>> float(keras.ops.mean([1.0, 2.0]))
1.5

What no layer of the engine does is refused by name.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import math
from typing import Any

import numpy as np

from ._masks import without_mask
from ._nonlinear import FORMULAS, function
from ._numpy import function_of, single, taken
from ._numpy import is_symbolic as _is_symbolic
from ._numpy import of_arrays as _of_arrays
from ._tensor import KerasTensor, mapped, symbols, tensor

_LARGEST_POWER = 16


def _refused(name: str, why: str = "no layer of the engine's does it") -> ValueError:
    return ValueError(f"keras.ops.{name} of symbols: {why}")


def _number(name: str, value: Any) -> float:
    if isinstance(value, KerasTensor) or np.ndim(value) > 0 and np.size(value) > 1:
        raise _refused(name, f"beside a symbol a number is wanted, or another symbol; found {value!r}")
    return float(np.ravel(value)[0])


def _merged(name: str, kind: str, x: KerasTensor, y: KerasTensor) -> KerasTensor:
    from . import layers

    if len(x.shape) != len(y.shape):
        raise _refused(name, f"the shapes {x.shape} and {y.shape} have another number of dimensions")
    return getattr(layers, kind)()([x, y])


def _rescaled(x: KerasTensor, scale: float, offset: float = 0.0) -> KerasTensor:
    from . import layers

    return layers.Rescaling(scale, offset)(x)


# ---- Arithmetic


def negative(x: Any) -> Any:
    """-x."""
    return _rescaled(x, -1.0) if _is_symbolic(x) else _of_arrays("negative", x)


def add(x1: Any, x2: Any) -> Any:
    """x1 + x2."""
    if not _is_symbolic(x1, x2):
        return _of_arrays("add", x1, x2)
    if _is_symbolic(x1) and _is_symbolic(x2):
        return _merged("add", "Add", x1, x2)
    symbol, other = (x1, x2) if _is_symbolic(x1) else (x2, x1)
    return _rescaled(symbol, 1.0, _number("add", other))


def subtract(x1: Any, x2: Any) -> Any:
    """x1 - x2."""
    if not _is_symbolic(x1, x2):
        return _of_arrays("subtract", x1, x2)
    if _is_symbolic(x1) and _is_symbolic(x2):
        return _merged("subtract", "Subtract", x1, x2)
    if _is_symbolic(x1):
        return _rescaled(x1, 1.0, -_number("subtract", x2))
    return _rescaled(x2, -1.0, _number("subtract", x1))


def multiply(x1: Any, x2: Any) -> Any:
    """x1 * x2."""
    if not _is_symbolic(x1, x2):
        return _of_arrays("multiply", x1, x2)
    if _is_symbolic(x1) and _is_symbolic(x2):
        return _merged("multiply", "Multiply", x1, x2)
    symbol, other = (x1, x2) if _is_symbolic(x1) else (x2, x1)
    return _rescaled(symbol, _number("multiply", other))


def divide(x1: Any, x2: Any) -> Any:
    """x1 / x2, where x2 is no symbol."""
    if not _is_symbolic(x1, x2):
        return _of_arrays("divide", x1, x2)
    if _is_symbolic(x2):
        raise _refused("divide", "no layer of the engine's divides by a symbol")
    divisor = _number("divide", x2)
    if divisor == 0:
        raise _refused("divide", "the divisor is 0")
    return _rescaled(x1, 1 / divisor)


true_divide = divide


def power(x1: Any, x2: Any) -> Any:
    """x1 ** x2; of symbols powers of whole numbers from 1 to 16."""
    from . import layers

    if not _is_symbolic(x1, x2):
        return _of_arrays("power", x1, x2)
    exponent = None if _is_symbolic(x2) else _number("power", x2)
    if exponent is None or exponent != int(exponent) or not 1 <= exponent <= _LARGEST_POWER:
        raise _refused("power", f"exponents are whole numbers from 1 to {_LARGEST_POWER}; found {x2!r}")
    return x1 if exponent == 1 else layers.Multiply()([x1] * int(exponent))


def square(x: Any) -> Any:
    """x * x."""
    return power(x, 2)


def absolute(x: Any) -> Any:
    """The size of x."""
    return _merged("absolute", "Maximum", x, negative(x)) if _is_symbolic(x) else _of_arrays("absolute", x)


abs = absolute


def maximum(x1: Any, x2: Any) -> Any:
    """The larger of both."""
    from . import layers

    if not _is_symbolic(x1, x2):
        return _of_arrays("maximum", x1, x2)
    if _is_symbolic(x1) and _is_symbolic(x2):
        return _merged("maximum", "Maximum", x1, x2)
    symbol, other = (x1, x2) if _is_symbolic(x1) else (x2, x1)
    least = _number("maximum", other)
    if least == 0:
        return layers.ReLU()(symbol)
    # The number in the symbol's shape: of what ReLU bounds, as 0 times an infinity is none. x - c + c would round x.
    return _merged("maximum", "Maximum", symbol, _rescaled(layers.ReLU(max_value=1.0)(symbol), 0.0, least))


def minimum(x1: Any, x2: Any) -> Any:
    """The smaller of both."""
    if not _is_symbolic(x1, x2):
        return _of_arrays("minimum", x1, x2)
    if _is_symbolic(x1) and _is_symbolic(x2):
        return _merged("minimum", "Minimum", x1, x2)
    symbol, other = (x1, x2) if _is_symbolic(x1) else (x2, x1)
    return negative(maximum(negative(symbol), -_number("minimum", other)))


def clip(x: Any, x_min: float, x_max: float) -> Any:
    """x, no less than x_min and no more than x_max."""
    from . import layers

    if not _is_symbolic(x):
        return _of_arrays("clip", x, x_min, x_max)
    if x_min == 0 and x_max > 0:
        return layers.ReLU(max_value=x_max)(x)
    return minimum(maximum(x, x_min), x_max)


def matmul(x1: Any, x2: Any) -> Any:
    """The product of the matrices of each example."""
    from . import layers

    if not _is_symbolic(x1, x2):
        found = _of_arrays("matmul", x1, x2)
        return tensor(np.matmul(x1, x2, dtype=np.int32)) if found.dtype == np.int8 else found
    if not (isinstance(x1, KerasTensor) and isinstance(x2, KerasTensor) and len(x1.shape) == len(x2.shape) == 3):
        raise _refused("matmul", "two symbols with a matrix for each example are wanted")
    return layers.Dot(axes=(2, 1))([x1, x2])


# ---- Shapes


def _lengths(name: str, x: KerasTensor) -> list[int]:
    if None in x.shape[1:]:
        raise _refused(name, f"the shape {x.shape} leaves a length open")
    return [int(n) for n in x.shape[1:]]  # type: ignore[arg-type]


def _axis(name: str, x: KerasTensor, axis: Any, extra: int = 0) -> int:
    rank = len(x.shape) + extra
    place = int(axis) + (rank if int(axis) < 0 else 0)
    if not 0 < place < rank:
        raise _refused(name, f"axis {axis} is none of the examples' ({x.shape}); the first counts the examples")
    return place


def _reshaped(x: KerasTensor, lengths: Any) -> KerasTensor:
    from . import layers

    return x if list(x.shape[1:]) == list(lengths) else layers.Reshape(tuple(lengths))(x)


def reshape(x: Any, newshape: Any) -> Any:
    """The same numbers in another shape; of symbols the first length is -1, that of the examples."""
    if not _is_symbolic(x):
        return tensor(np.reshape(taken(x), newshape))
    newshape = tuple(newshape) if np.ndim(newshape) else (newshape,)
    known = math.prod(_lengths("reshape", x))
    if newshape[0] != -1 or -1 in newshape[1:] or math.prod(newshape[1:]) != known:
        raise _refused(
            "reshape",
            f"{x.shape} as {newshape}: the first length is -1, that of the examples; the others hold {known} numbers",
        )
    return _reshaped(x, newshape[1:])


def expand_dims(x: Any, axis: int) -> Any:
    """One more axis, of length 1."""
    if not _is_symbolic(x):
        return _of_arrays("expand_dims", x, axis=axis)
    place, lengths = _axis("expand_dims", x, axis, 1), _lengths("expand_dims", x)
    return _reshaped(x, [*lengths[: place - 1], 1, *lengths[place - 1 :]])


def squeeze(x: Any, axis: Any = None) -> Any:
    """Without an axis of length 1; without all of them."""
    if not _is_symbolic(x):
        return _of_arrays("squeeze", x, axis=axis)
    lengths = _lengths("squeeze", x)
    places = [i + 1 for i, n in enumerate(lengths) if n == 1] if axis is None else [_axis("squeeze", x, axis)]
    if any(lengths[place - 1] != 1 for place in places):
        raise _refused("squeeze", f"axis {axis} of {x.shape} is not of length 1")
    return _reshaped(x, [n for i, n in enumerate(lengths) if i + 1 not in places])


def transpose(x: Any, axes: Any = None) -> Any:
    """With other orders of axes; of symbols that of the examples stays the first."""
    from . import layers

    if not _is_symbolic(x):
        return _of_arrays("transpose", x, axes=axes)
    order = list(range(len(x.shape)))[::-1] if axes is None else [int(axis) for axis in axes]
    if order[:1] != [0] or sorted(order) != list(range(len(x.shape))):
        raise _refused("transpose", f"the axes {order}: 0, that of the examples, stays the first")
    return x if order == sorted(order) else layers.Permute(tuple(order[1:]))(x)


def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """With two axes in each other's place."""
    if not _is_symbolic(x):
        return _of_arrays("swapaxes", x, axis1=axis1, axis2=axis2)
    order, (a, b) = list(range(len(x.shape))), (_axis("swapaxes", x, axis) for axis in (axis1, axis2))
    order[a], order[b] = b, a
    return transpose(x, order)


def concatenate(xs: Any, axis: int = 0) -> Any:
    """One behind the other."""
    from . import layers

    return layers.Concatenate(axis=axis)(list(xs)) if _is_symbolic(xs) else _of_arrays("concatenate", xs, axis=axis)


def stack(x: Any, axis: int = 0) -> Any:
    """Beside each other along a new axis."""
    if not _is_symbolic(x):
        return _of_arrays("stack", x, axis=axis)
    place = _axis("stack", x[0], axis, 1)
    return concatenate([expand_dims(item, place) for item in x], place)


def cast(x: Any, dtype: Any) -> Any:
    """As another type; of symbols the one that they have."""
    if not _is_symbolic(x):
        return tensor(np.asarray(taken(x)).astype("float32" if dtype is None else dtype))
    if str(dtype) != x.dtype:
        raise _refused("cast", f"it is of {x.dtype}, which no layer makes {dtype}")
    return x


def shape(x: Any) -> tuple[int | None, ...]:
    """The lengths; None of what is open."""
    return tuple(x.shape) if isinstance(x, KerasTensor) else np.shape(x)


def convert_to_tensor(x: Any, dtype: Any = None, sparse: Any = None, ragged: Any = None) -> Any:
    """The values as an array with ``numpy()``."""
    if sparse or ragged:
        raise ValueError("keras.ops.convert_to_tensor: the engine's arrays are neither sparse nor ragged")
    if isinstance(x, KerasTensor):
        return x if dtype is None else cast(x, dtype)
    array = np.asarray(x, dtype)
    return tensor(single(array) if dtype is None and not hasattr(x, "dtype") else array)


def convert_to_numpy(x: Any) -> np.ndarray:
    """The values as a plain array."""
    return np.asarray(x)


def get_item(x: KerasTensor, key: Any) -> KerasTensor:
    """A part; of symbols places, and slices without steps, of other axes than the examples'."""
    if not _is_symbolic(x):
        return tensor(np.asarray(taken(x))[tuple(key) if isinstance(key, list) else key])
    keys = list(key) if isinstance(key, tuple) else [key]
    if any(not (k is None or k is Ellipsis or isinstance(k, (int, np.integer, slice))) for k in keys):
        raise _refused("get_item", "a part is told by numbers and slices")
    named = builtins.sum(k is not None and k is not Ellipsis for k in keys)
    open_axes = [slice(None)] * (len(x.shape) - named)
    at = keys.index(Ellipsis) if Ellipsis in keys else len(keys)
    keys = [*keys[:at], *open_axes, *keys[at + 1 :]]
    if named > len(x.shape) or keys[0] != slice(None):
        raise _refused("get_item", f"of {x.shape} all examples are taken, as in x[:, 0], and as many axes as it has")
    lengths: list[int | None] = []
    found, axis = x, 0
    for k in keys[1:]:
        if k is None:
            lengths.append(1)
            continue
        axis += 1
        length = found.shape[axis]
        if k == slice(None):
            lengths.append(length)
            continue
        if length is None:
            raise _refused("get_item", f"axis {axis} of {x.shape} has no length yet")
        if isinstance(k, slice):
            start, stop, step = k.indices(length)
            if step != 1:
                raise _refused("get_item", f"a step of {step}; no layer of the engine's leaves out every other")
            lengths.append(builtins.max(0, stop - start))
        else:
            start = int(k) + (length if k < 0 else 0)
            stop = start + 1
            if not 0 <= start < length:
                raise IndexError(f"keras.ops.get_item: {k} is beyond axis {axis} of {x.shape}")
        if stop <= start:
            raise _refused("get_item", f"nothing is left of axis {axis} of {x.shape}")
        found = _cropped(found, axis, start, length - stop)
    return found if list(found.shape[1:]) == lengths else _reshaped(found, lengths)


def _cropped(x: KerasTensor, axis: int, before: int, after: int) -> KerasTensor:
    from . import layers

    if before == after == 0:
        return x
    if len(x.shape) == 3 and axis == 1:
        return layers.Cropping1D((before, after))(x)
    lengths = _lengths("get_item", x)
    rows, width = math.prod(lengths[: axis - 1]), math.prod(lengths[axis:])
    found = layers.Cropping2D(((0, 0), (before, after)))(_reshaped(x, [rows, lengths[axis - 1], width]))
    lengths[axis - 1] -= before + after
    return _reshaped(found, lengths)


# ---- Reductions


def _reduced(name: str, kind: str, x: KerasTensor, axis: Any, keepdims: bool) -> tuple[KerasTensor, int]:
    """What a layer makes of the axes together, and how many numbers each is of."""
    from . import layers

    if axis is None:
        raise _refused(name, "over all axes it would mix the examples; name the axes")
    lengths = _lengths(name, x)
    places = sorted({_axis(name, x, one) for one in (axis if np.ndim(axis) else [axis])})
    rest = [place for place in range(1, len(x.shape)) if place not in places]
    count = math.prod(lengths[place - 1] for place in places)
    series = _reshaped(transpose(x, [0, *places, *rest]), [count, math.prod(lengths[place - 1] for place in rest)])
    found = getattr(layers, kind)()(series)
    axes = range(1, len(x.shape)) if keepdims else rest
    kept = [1 if place in places else lengths[place - 1] for place in axes]
    return _reshaped(found, kept), count


def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean along axes."""
    if not _is_symbolic(x):
        return _of_arrays("mean", x, axis=axis, keepdims=keepdims)
    return _reduced("mean", "GlobalAveragePooling1D", x, axis, keepdims)[0]


def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum along axes."""
    if not _is_symbolic(x):
        return _of_arrays("sum", x, axis=axis, keepdims=keepdims)
    found, count = _reduced("sum", "GlobalAveragePooling1D", x, axis, keepdims)
    return _rescaled(found, float(count))


def max(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The largest along axes."""
    if not _is_symbolic(x):
        return _of_arrays("max", x, axis=axis, keepdims=keepdims, **({} if initial is None else {"initial": initial}))
    found = _reduced("max", "GlobalMaxPooling1D", x, axis, keepdims)[0]
    return found if initial is None else maximum(found, initial)


def min(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The smallest along axes."""
    if not _is_symbolic(x):
        return _of_arrays("min", x, axis=axis, keepdims=keepdims, **({} if initial is None else {"initial": initial}))
    return negative(max(negative(x), axis, keepdims, None if initial is None else -initial))


def var(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The variance along axes."""
    if not _is_symbolic(x):
        return _of_arrays("var", x, axis=axis, keepdims=keepdims)
    return mean(square(subtract(x, mean(x, axis, True))), axis, keepdims)


# ---- Functions of each number


for _name in FORMULAS:
    globals()[_name] = function(_name)
swish, hard_swish = globals()["silu"], globals()["hard_silu"]


def exp(x: Any) -> Any:
    """e ** x."""
    from . import layers

    return layers.Activation("exponential")(x) if _is_symbolic(x) else _of_arrays("exp", x)


def _where_masks_end(given: Any) -> Any:
    """The function with the masks of symbols ended, as Keras's operations end them."""

    @functools.wraps(given)
    def function(*args: Any, **kwargs: Any) -> Any:
        if builtins.any(True for _ in symbols((args, kwargs))):
            args, kwargs = mapped((args, kwargs), without_mask)
        return given(*args, **kwargs)

    return function


for _name, _given in list(globals().items()):
    _is_own = inspect.isfunction(_given) and _given.__module__ in (__name__, function.__module__)
    if _is_own and not _name.startswith("_") and _given is not function:
        globals()[_name] = _where_masks_end(_given)


def __getattr__(name: str) -> Any:
    return function_of(name)
