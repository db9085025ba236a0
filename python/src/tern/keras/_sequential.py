"""Chains of layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ._layer import Layer, automatic
from ._models import InputLayer, Model
from ._tensor import KerasTensor


class Sequential(Model):
    """A chain of layers.

    Parameters
    ----------
    layers : list of layers, optional
        With `Input` first, the model knows its shapes at once; else when it sees data.
    name : str, optional

    Examples
    --------
    >>> from tern import keras
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="relu"), keras.layers.Dense(1)])
    >>> model.count_params()
    19
    """

    _keras_class = "Sequential"
    _keras_module = "keras"
    _is_chain = True

    def __init__(self, layers: Any = None, trainable: bool = True, name: str | None = None):
        self._start(name or automatic("sequential"), trainable)
        self._first: InputLayer | None = None
        for layer in layers or []:
            self._append(layer)
        self._rebuild()

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Appends a layer."""
        self._append(layer)
        self._rebuild()

    def _append(self, layer: Any) -> None:
        if isinstance(layer, KerasTensor):
            layer = layer._keras_history.layer
        if not isinstance(layer, Layer):
            raise ValueError(f"Only instances of `keras.Layer` can be added to a Sequential model. Received: {layer}")
        if isinstance(layer, InputLayer):
            if self._layers or self._first is not None:
                raise ValueError(f"Sequential model {self.name!r} has already been configured to use another input")
            self._first = layer
            return
        if any(layer.name == other.name for other in self._layers):
            raise ValueError(
                f"All layers added to a Sequential model should have unique names. Name {layer.name!r} is already the "
                "name of a layer in this model."
            )
        if not self._layers and self._first is None and layer._shape_given is not None:
            self._first = InputLayer(shape=layer._shape_given)
        self._layers.append(layer)

    def pop(self, rebuild: bool = True) -> Layer:
        """Takes the last layer away."""
        layer = self._layers.pop()
        self._rebuild()
        return layer

    def _rebuild(self) -> None:
        """The chain anew, where the shape of its input is known; weights that there are stay."""
        self._handle, self._graph = None, None
        if self._first is None or not self._layers:
            return
        symbol: Any = self._first._symbol
        layers = list(self._layers)
        for layer in layers:
            symbol = layer(symbol)
            if isinstance(symbol, list):
                raise ValueError(f"layer {layer.name!r} gives {len(symbol)} outputs; a layer of a chain gives one")
        self._connect([self._first._symbol], [symbol])
        self._layers = layers

    def build(self, input_shape: Any = None) -> None:
        """Makes the weights for inputs of a shape, batch size first."""
        if self._graph is None and input_shape is not None:
            self._first = InputLayer(batch_shape=(None, *tuple(input_shape)[1:]))
            self._rebuild()

    def _prepare(self, x: Any) -> None:
        if self._graph is None:
            if not self._layers:
                raise ValueError(f"Sequential model {self.name!r} cannot be built because it has no layers.")
            array = np.asarray(x)
            dtype = array.dtype.name if self._layers[0]._reads_integers() and array.dtype.kind in "iu" else "float32"
            self._first = InputLayer(shape=array.shape[1:] or (1,), dtype=dtype)
            self._rebuild()
        super()._prepare(x)

    def _symbolic(self, args: Any, kwargs: Any, read: list[KerasTensor]) -> Any:
        if self._graph is None:
            self.build(read[0].shape)
        return super()._symbolic(args, kwargs, read)

    def get_config(self) -> dict[str, Any]:
        """The chain as Keras's JSON has it."""
        layers = [layer._described() for layer in ([self._first] if self._first else []) + self._layers]
        config: dict[str, Any] = {"name": self.name, "trainable": self.trainable, "layers": layers}
        if self._first is not None:
            config["build_input_shape"] = list(self._first.batch_shape)
        return config

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Any = None) -> Any:
        """The model of what `get_config` gave, with weights drawn anew."""
        from ._json import deserialize

        layers = [deserialize(layer) for layer in config["layers"]]
        model = Sequential(layers, config.get("trainable", True), config.get("name"))
        if model._graph is None and config.get("build_input_shape"):
            model.build(config["build_input_shape"])
        return model
