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
from ._table import TABLE, signature


def _function(row: dict[str, Any]) -> Any:
    name, call = row["name"], signature(row["arguments"])
    standard = {p.name: p.default for p in call.parameters.values()}

    def activation(*args: Any, **kwargs: Any) -> np.ndarray:
        bound = call.bind(*args, **kwargs)
        bound.apply_defaults()
        values = dict(bound.arguments)
        x = np.asarray(values.pop("x"))
        if x.dtype != np.float64 or not isinstance(args[0] if args else kwargs["x"], np.ndarray):
            x = x.astype(np.float32)
        changed = {key: encoded(value, key) for key, value in values.items() if value != standard[key]}
        function = {"module": "keras.activations", "class_name": name, "config": changed} if changed else name
        given = np.atleast_1d(x)
        answer = _handle.call("keras_function", {"kind": "activation", "function": function}, {"x": given})
        return answer.arrays["result"].astype(x.dtype).reshape(x.shape)

    activation.__name__ = activation.__qualname__ = name
    activation.__module__ = __name__
    activation.__signature__ = call  # type: ignore[attr-defined]
    activation.__doc__ = f"Keras's activation {name}, of each element or along an axis; of the shape of x."
    activation._keras_function = name  # type: ignore[attr-defined]
    return activation


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
