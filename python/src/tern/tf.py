"""The few functions that lectures take from TensorFlow, on NumPy arrays; computed by Tern's engine.

>>> from tern import tf
>>> tf.nn.relu(tf.constant([-1.0, 2.0])).numpy()
array([0., 2.], dtype=float32)

``tf.keras`` is `tern.keras`. A `Tensor` is a NumPy array with ``numpy()``.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from . import _handle, keras
from .keras._numpy import single
from .keras._tensor import Tensor, tensor
from .keras.utils import set_random_seed

float32, float64, int32, int64 = np.float32, np.float64, np.int32, np.int64
newaxis = None


def constant(value: Any, dtype: Any = None, shape: Any = None) -> Tensor:
    """Numbers as a tensor: fractions in single precision, whole numbers in 32 bits, as TensorFlow has them.

    Parameters
    ----------
    value : array-like
        NumPy arrays keep their type.
    dtype : dtype, optional
    shape : tuple of int, optional
    """
    # A copy: a constant does not change with the array that it was made of.
    array = np.array(value, dtype=dtype)
    if dtype is None and not isinstance(value, (np.ndarray, np.generic)) and array.dtype in (np.float64, np.int64):
        array = single(array)
    if shape is not None:
        array = np.full(shape, array) if array.size == 1 else array.reshape(shape)
    return tensor(array)


def convert_to_tensor(value: Any, dtype: Any = None) -> Tensor:
    """As `constant`."""
    return constant(value, dtype)


def reshape(tensor: Any, shape: Any) -> Tensor:  # noqa: A002 (as in TensorFlow)
    """The same numbers in another shape."""
    return constant(tensor).reshape(tuple(int(n) for n in np.atleast_1d(shape)))


def cast(x: Any, dtype: Any) -> Tensor:
    """The numbers in another type."""
    return constant(x).astype(dtype)


def squeeze(input: Any, axis: Any = None) -> Tensor:  # noqa: A002 (as in TensorFlow)
    """Without axes of length 1."""
    return tensor(np.squeeze(constant(input), axis))


def expand_dims(input: Any, axis: int) -> Tensor:  # noqa: A002 (as in TensorFlow)
    """With a further axis of length 1."""
    return tensor(np.expand_dims(constant(input), axis))


def _pair(value: Any, what: str, both: bool = True) -> tuple[int, int]:
    """Steps or lengths along rows and columns, of 1, 2 or 4 numbers."""
    numbers = [int(n) for n in np.atleast_1d(value)]
    if len(numbers) == 4:
        if numbers[0] != 1 or numbers[3] != 1:
            raise ValueError(f"{what} is {value}; of examples and channels it must be 1")
        numbers = numbers[1:3]
    if len(numbers) == 1:
        numbers *= 2
    if len(numbers) != 2:
        raise ValueError(f"{what} wants 1, 2 or 4 numbers, found {value}")
    return numbers[0], numbers[1]


def _field(value: Any, what: str) -> np.ndarray:
    array = np.asarray(constant(value), np.float32)
    if array.ndim != 4:
        raise ValueError(f"{what} wants the shape (n, rows, columns, channels), found {array.shape}")
    return array


def _layer(layer: Any, x: np.ndarray, **weights: np.ndarray) -> Tensor:
    arrays = {"x0": x, **{f"weights/{name}": value for name, value in weights.items()}}
    arguments = {"layer": keras.layers.serialize(layer), "training": False, "seed": 0}
    return tensor(_handle.call("keras_layer_call", arguments, arrays).arrays["y0"].copy())


def _format(data_format: str) -> None:
    if data_format != "NHWC":
        raise ValueError(f"data_format is {data_format}; the engine's channels are the last axis: 'NHWC'")


def conv2d(
    input: Any,  # noqa: A002 (as in TensorFlow)
    filters: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    dilations: Any = None,
    name: Any = None,
) -> Tensor:
    """Convolution, as networks name the correlation with kernels.

    Parameters
    ----------
    input : array of shape (n, rows, columns, channels)
    filters : array of shape (kernel rows, kernel columns, channels, filters)
    strides : int or list of 1, 2 or 4 int
    padding : {'VALID', 'SAME'}

    Returns
    -------
    Tensor of shape (n, new rows, new columns, filters)
    """
    _format(data_format)
    x, kernel = _field(input, "input"), _field(filters, "filters")
    if kernel.shape[2] != x.shape[3]:
        raise ValueError(
            f"conv2d: input {x.shape} has {x.shape[3]} channels, and filters {kernel.shape} {kernel.shape[2]}"
        )
    layer = keras.layers.Conv2D(
        kernel.shape[3], kernel.shape[:2], _pair(strides, "strides"), padding.lower(), use_bias=False,
        dilation_rate=_pair(1 if dilations is None else dilations, "dilations"), name="conv2d",
    )  # fmt: skip
    return _layer(layer, x, kernel=kernel)


def max_pool(input: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NHWC", name: Any = None) -> Tensor:  # noqa: A002
    """The largest number of each window.

    Parameters
    ----------
    input : array of shape (n, rows, columns, channels)
    ksize, strides : int or list of 1, 2 or 4 int
    padding : {'VALID', 'SAME'}
    """
    _format(data_format)
    layer = keras.layers.MaxPooling2D(_pair(ksize, "ksize"), _pair(strides, "strides"), padding.lower(), name="pool")
    return _layer(layer, _field(input, "input"))


def avg_pool(input: Any, ksize: Any, strides: Any, padding: str, data_format: str = "NHWC", name: Any = None) -> Tensor:  # noqa: A002
    """The mean of each window; arguments as of `max_pool`."""
    _format(data_format)
    layer = keras.layers.AveragePooling2D(
        _pair(ksize, "ksize"), _pair(strides, "strides"), padding.lower(), name="pool"
    )
    return _layer(layer, _field(input, "input"))


def _activation(name: str) -> Any:
    def function(x: Any) -> Tensor:
        return tensor(getattr(keras.activations, name)(np.asarray(constant(x))))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Keras's activation {name}, of the shape of x."
    return function


_names = ("relu", "sigmoid", "tanh", "softmax", "elu", "selu", "gelu", "leaky_relu", "softplus", "softsign", "silu")
nn = SimpleNamespace(
    conv2d=conv2d,
    max_pool=max_pool,
    max_pool2d=max_pool,
    avg_pool=avg_pool,
    avg_pool2d=avg_pool,
    swish=_activation("silu"),
    **{name: _activation(name) for name in _names},
)
"""``tf.nn``."""

random = SimpleNamespace(set_seed=set_random_seed)
"""``tf.random``: ``set_seed``."""

__all__ = [
    "Tensor", "cast", "constant", "convert_to_tensor", "expand_dims", "float32", "float64", "int32", "int64", "keras",
    "newaxis", "nn", "random", "reshape", "squeeze",
]  # fmt: skip
