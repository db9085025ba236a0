"""Operations of keras.ops within a model of Keras's: the engine's layers stand for them."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from ._json import snake
from ._masks import without_mask
from ._tensor import KerasTensor, symbols


class Operation:
    """An operation as Keras's JSON has it, to be called on symbols.

    Parameters
    ----------
    described : mapping
        With ``class_name``, and the settings in ``config``.
    """

    def __init__(self, described: Mapping[str, Any]):
        self.name, self._kind = described["name"], described["class_name"]
        config = described.get("config", {})
        self._settings = {key: _value(item) for key, item in config.items() if key not in ("name", "dtype")}
        if self._kind == "Cast":
            self._settings["dtype"] = config["dtype"]
        self._nodes: list[SimpleNamespace] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the engine's layers make of symbols.

        Raises
        ------
        ValueError
            Where no layer does it, naming the operation.
        """
        from . import ops

        function = _rectified if self._kind == "ReLU" else getattr(ops, snake(self._kind), None)
        if function is None:
            raise ValueError(
                f"the operation {self.name!r} ({self._kind}) of keras.ops: no layer of the engine's does it"
            )
        given = {key: _value(item) for key, item in kwargs.items() if item is not None}
        read = [_value(arg) for arg in args]
        if self._kind == "GetItem" and isinstance(read[1], list):
            # JSON has no tuples.
            read[1] = tuple(read[1])
        try:
            made = function(*read, **self._settings, **given)
        except (ValueError, TypeError, IndexError) as error:
            raise ValueError(f"the operation {self.name!r} ({self._kind}) of keras.ops: {error}") from None
        found = list(symbols(made))
        if not found:
            raise ValueError(f"the operation {self.name!r} ({self._kind}) of keras.ops: it gives no symbol")
        self._nodes.append(SimpleNamespace(outputs=found))
        return made


def _rectified(x: Any, negative_slope: float, max_value: float | None, threshold: float) -> Any:
    """What `keras.activations.relu` is of symbols."""
    from . import layers

    return layers.ReLU(max_value, negative_slope, threshold)(without_mask(x))


def _value(value: Any) -> Any:
    """An argument as Python has it."""
    if isinstance(value, (list, tuple)):
        return type(value)(_value(item) for item in value)
    if not isinstance(value, Mapping):
        return value
    config = value.get("config", {})
    kind = value.get("class_name")
    if kind == "__slice__":
        return slice(config["start"], config["stop"], config["step"])
    if kind == "__ellipsis__":
        return Ellipsis
    if kind == "__numpy__":
        return np.asarray(config["value"], config.get("dtype"))
    raise ValueError(f"an argument is {kind}, which is no number")


def name_layers(made: Any, name: str, taken: set[str], known: Mapping[str, Any]) -> None:
    """Names the layers that stand for an operation after it: the last as the operation, others with a number.

    Parameters
    ----------
    made : symbols
        What the operation gave.
    taken : set of str
        Names that are no longer free; those given are added.
    known : mapping
        The model's own layers, which keep their names.
    """
    own = {id(layer) for layer in known.values()}
    waiting: list[KerasTensor] = list(symbols(made))
    is_first = f"{name}/" not in taken
    taken.add(f"{name}/")
    while waiting:
        history = waiting.pop()._keras_history
        layer = history.layer
        if id(layer) in own or getattr(layer, "_stands_for", None) is not None:
            continue
        layer._stands_for = name
        number = 0
        while not is_first and (number == 0 or f"{name}_{number}" in taken):
            number += 1
        layer.name = f"{name}_{number}" if number else name
        is_first = False
        taken.add(layer.name)
        waiting += layer._nodes[history.node].inputs
