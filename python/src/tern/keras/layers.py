"""Layers, with Keras's names and arguments: those that the engine has."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._json import decoded, encoded
from ._layer import SETTINGS, Layer
from ._models import Input
from ._models import InputLayer as InputLayer
from ._table import TABLE, made

_known = {
    **SETTINGS,
    "GroupedQueryAttention": SETTINGS.get("GroupQueryAttention", SETTINGS.get("GroupedQueryAttention", [])),
}
globals().update(made("layers", Layer, known=_known, title="layer"))


def _adapt(self: Any, data: Any, batch_size: Any = None, steps: Any = None) -> None:
    """Takes mean and variance from data, over all axes but the layer's.

    Raises
    ------
    ValueError
        Where the layer has a place in a model, and for an axis that data have not, or that is that of the examples.
    """
    if self.built:
        raise ValueError(f"layer {self.name!r} is part of a model already; call adapt before")
    data = np.asarray(data, np.float64)
    kept = [] if self.axis is None else [self.axis] if np.ndim(self.axis) == 0 else list(self.axis)
    kept = [axis % data.ndim if -data.ndim <= axis < data.ndim else 0 for axis in kept]
    if 0 in kept:
        raise ValueError(
            f"layer {self.name!r} adapts to data of shape {data.shape} along axis={self.axis}, which has to be one "
            "behind that of the examples; give axis=None for one mean of all, or an array of shape (n, 1)"
        )
    over = tuple(axis for axis in range(data.ndim) if axis not in kept)
    self.mean, self.variance = data.mean(over), data.var(over)


if "Normalization" in globals():
    globals()["Normalization"].adapt = _adapt


def _forwarded(self: Any, name: str, value: Any) -> Any:
    value = Layer._taken(self, name, value)
    if name == "layer" and isinstance(value, Layer) and not value.name.startswith("forward_"):
        # As Keras names the two ways.
        value = type(value).from_config({**value.get_config(), "name": f"forward_{value.name}"})
    return value


if "Bidirectional" in globals():
    globals()["Bidirectional"]._taken = _forwarded


def serialize(layer: Layer) -> Any:
    """The layer as Keras's JSON."""
    return encoded(layer, "layer")


def deserialize(config: Any, custom_objects: Any = None) -> Any:
    """The layer of Keras's JSON."""
    return decoded(config)


def __getattr__(name: str) -> Any:
    if name in TABLE["layers"]["classes"]:
        raise AttributeError(f"Keras's layer {name} is none that Tern's engine has")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [name for name in globals() if not name.startswith("_") and isinstance(globals()[name], type)] + ["Input"]
