"""Activations of `keras.ops`: of arrays by their formulas, of symbols by the engine's layers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ._numpy import dtypes_of, is_symbolic, taken, typed
from ._table import bound, presented, signature

_SELU = 1.0507009873554805, 1.6732632423543772
_GELU = math.sqrt(2 / math.pi), 0.044715


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _softplus(x: Any) -> Any:
    return np.logaddexp(x, x.dtype.type(0))


def _hard_sigmoid(x: Any) -> Any:
    return np.clip(x + 3, 0, 6) / 6


def _elu(x: Any, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * np.expm1(np.where(x > 0, 0, x)))


def _gelu(x: Any, approximate: bool = True) -> Any:
    if approximate:
        return 0.5 * x * (1 + np.tanh(_GELU[0] * (x + _GELU[1] * x**3)))
    erf = np.vectorize(math.erf, otypes=[x.dtype])
    return 0.5 * x * (1 + erf(x / math.sqrt(2))) if x.size else x


def _along(function: Callable[[Any], Any], x: Any, axis: Any) -> Any:
    """What a function makes of the last axis, along others; of all together where there is none."""
    if axis is None:
        return function(x.reshape(-1)).reshape(x.shape)
    axes = [int(one) % x.ndim for one in (axis if np.ndim(axis) else [axis])]
    moved = np.moveaxis(x, axes, range(-len(axes), 0))
    found = function(moved.reshape(*moved.shape[: x.ndim - len(axes)], -1)).reshape(moved.shape)
    return np.moveaxis(found, range(-len(axes), 0), axes)


def _softmax(x: Any) -> Any:
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _log_softmax(x: Any) -> Any:
    below = x - x.max(-1, keepdims=True)
    return below - np.log(np.exp(below).sum(-1, keepdims=True))


def _sparsemax(x: Any) -> Any:
    # As Keras 3.15 has it, also in its layers: the threshold is of the sum of all cumulative sums in the support, where
    # Martins and Astudillo (ICML 2016) take the last alone.
    falling = -np.sort(-x, -1)
    sums = np.cumsum(falling, -1)
    support = falling - (sums - 1) / np.arange(1, x.shape[-1] + 1, dtype=x.dtype) > 0
    threshold = (np.where(support, sums, 0).sum(-1, keepdims=True) - 1) / support.sum(-1, keepdims=True)
    return np.maximum(x - threshold, 0)


# By name: arguments beside x with their defaults, and the formula.
FORMULAS: dict[str, tuple[list[list[Any]], Callable[..., Any]]] = {
    "celu": (
        [["alpha", 1.0]],
        lambda x, alpha: np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0) / alpha),
    ),
    "elu": ([["alpha", 1.0]], _elu),
    "gelu": ([["approximate", True]], _gelu),
    "hard_sigmoid": ([], _hard_sigmoid),
    "hard_silu": ([], lambda x: x * _hard_sigmoid(x)),
    "hard_tanh": ([], lambda x: np.clip(x, -1, 1)),
    "leaky_relu": ([["negative_slope", 0.2]], lambda x, negative_slope: np.where(x >= 0, x, negative_slope * x)),
    "log_sigmoid": ([], lambda x: -_softplus(-x)),
    "log_softmax": ([["axis", -1]], lambda x, axis: _along(_log_softmax, x, axis)),
    "relu": ([], lambda x: np.maximum(x, 0)),
    "relu6": ([], lambda x: np.clip(x, 0, 6)),
    "selu": ([], lambda x: _SELU[0] * _elu(x, _SELU[1])),
    "sigmoid": ([], _sigmoid),
    "silu": ([], lambda x: x * _sigmoid(x)),
    "softmax": ([["axis", -1]], lambda x, axis: _along(_softmax, x, axis)),
    "softplus": ([], _softplus),
    "softsign": ([], lambda x: x / (1 + np.abs(x))),
    "sparsemax": ([["axis", -1]], lambda x, axis: _along(_sparsemax, x, axis)),
    "tanh": ([], np.tanh),
    "tanh_shrink": ([], lambda x: x - np.tanh(x)),
}
# Whole numbers stay what they are.
_OF_WHOLE_NUMBERS = ("relu", "hard_tanh")


def function(name: str) -> Callable[..., Any]:
    """The activation of a name."""
    rows, formula = FORMULAS[name]
    call = signature([["x"], *rows])

    def activation(*args: Any, **kwargs: Any) -> Any:
        given = bound(call, f"keras.ops.{name}", args, kwargs)
        given.apply_defaults()
        settings = dict(given.arguments)
        x = settings.pop("x")
        if is_symbolic(x):
            return _of_symbols(name, x, **settings)
        x = np.asarray(taken(x))
        if x.dtype.kind != "f" and name in ("sigmoid", "silu"):
            raise TypeError(f"keras.ops.{name} takes floating numbers, and no {x.dtype}")
        if x.dtype.kind != "f" and not (name in _OF_WHOLE_NUMBERS and x.dtype.kind in "iu"):
            x = x.astype(np.float32)
        with np.errstate(all="ignore"):
            return typed(formula(x, **settings), dtypes_of([x]))

    return presented(activation, name, call, f"The activation {name}, of each number or along axes.")


def _of_symbols(name: str, x: Any, **settings: Any) -> Any:
    from . import layers, ops

    if "axis" in settings:
        axis = settings["axis"]
        if axis is None or np.ndim(axis):
            raise ValueError(f"keras.ops.{name} of symbols: along one axis alone; found axis={axis!r}")
        place = int(axis) + (len(x.shape) if axis < 0 else 0)
        if not 0 < place < len(x.shape):
            raise ValueError(f"keras.ops.{name} of symbols: axis {axis} is none of the examples' ({x.shape})")
        if place == len(x.shape) - 1:
            return layers.Activation(name)(x)
        return ops.swapaxes(layers.Activation(name)(ops.swapaxes(x, place, -1)), place, -1)
    if name == "elu" and settings["alpha"] != 1:
        return layers.ELU(settings["alpha"])(x)
    if name == "leaky_relu":
        return layers.LeakyReLU(settings["negative_slope"])(x)
    if name == "celu" and settings["alpha"] != 1:
        alpha = settings["alpha"]
        return layers.Rescaling(alpha)(layers.Activation("elu")(layers.Rescaling(1 / alpha)(x)))
    if name == "gelu" and settings["approximate"]:
        cube = layers.Multiply()([x, x, x])
        within = layers.Rescaling(_GELU[0])(layers.Add()([x, layers.Rescaling(_GELU[1])(cube)]))
        return layers.Multiply()(
            [layers.Rescaling(0.5)(x), layers.Rescaling(1.0, 1.0)(layers.Activation("tanh")(within))]
        )
    return layers.Activation(name)(x)
