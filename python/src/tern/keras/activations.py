"""Activations: functions of an array, computed by the engine.

>>> from tern.keras import activations
>>> activations.relu([-1.0, 2.0])
array([0., 2.], dtype=float32)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _handle
from ._json import encoded, found
from ._table import TABLE, presented, signature

# Activations with arguments are layers in Keras's JSON.
_LAYERS = {"leaky_relu": "LeakyReLU", "relu": "ReLU", "elu": "ELU", "softmax": "Softmax"}


def _function(row: dict[str, Any]) -> Any:
    name, call = row["name"], signature(row["arguments"])
    standard = {p.name: p.default for p in call.parameters.values() if p.name != "x"}

    def activation(*args: Any, **kwargs: Any) -> np.ndarray:
        values = dict(call.bind(*args, **kwargs).arguments)
        given = values.pop("x")
        x = np.asarray(given)
        # Lists and whole numbers are single precision, as in Keras.
        if x.dtype != np.float64 or not isinstance(given, np.ndarray):
            x = x.astype(np.float32)
        changed = {key: encoded(value, key) for key, value in values.items() if value != standard[key]}
        if changed and name not in _LAYERS:
            raise ValueError(f"activations.{name}: the engine has it with {standard} only, and not with {changed}")
        described = {"module": "keras.layers", "class_name": _LAYERS.get(name), "config": changed}
        function = described if changed else name
        arrays = {"x": np.atleast_1d(x)}
        answer = _handle.call("keras_function", {"kind": "activation", "function": function}, arrays)
        return answer.arrays["result"].astype(x.dtype).reshape(x.shape)

    activation.__module__ = __name__
    activation._keras_function = name  # type: ignore[attr-defined]
    text = f"Keras's activation {name}, of each element or along an axis; of the shape of x."
    return presented(activation, name, call, text)


_rows = TABLE["activations"]["functions"]
_made = {row["name"]: _function(row) for row in _rows.values()}
globals().update({name: _made[row["name"]] for name, row in _rows.items()})


def get(identifier: Any) -> Any:
    """The activation of a name; the linear one of None.

    Raises
    ------
    ValueError
        For a name that Keras has not.
    """
    if identifier is None:
        return _made["linear"]
    import sys

    return found(sys.modules[__name__], identifier, "activation function")


def serialize(activation: Any) -> Any:
    """The name of an activation, or the description of a layer that acts as one."""
    return encoded(activation, "activation")


deserialize = get
