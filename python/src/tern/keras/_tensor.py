"""Values that layers give, and symbols that stand for them while a model is made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np


class Tensor(np.ndarray):
    """A NumPy array with what TensorFlow's tensors have beside it: ``numpy()``."""

    def numpy(self) -> np.ndarray:
        """The same numbers as a plain array, or one number."""
        return np.asarray(self) if self.ndim else np.asarray(self)[()]


def tensor(values: Any) -> Tensor:
    """The array as a `Tensor`, in the same memory."""
    return np.asarray(values).view(Tensor)


class KerasHistory(NamedTuple):
    """Which result of which call of which layer a symbol is."""

    layer: Any
    node: int
    output: int


class KerasTensor:
    """A symbol: the result of a layer in a model that is being made, known by shape and type.

    ``+``, ``-`` and ``*`` of symbols are the layers `Add`, `Subtract` and `Multiply`; with a number, `Rescaling`.
    """

    def __init__(self, shape: tuple[int | None, ...], dtype: str, history: KerasHistory):
        self.shape, self.dtype, self._keras_history = tuple(shape), dtype, history

    @property
    def name(self) -> str:
        """The name of the layer that gives it."""
        return self._keras_history.layer.name

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self.shape)

    def _merged(self, kind: str, other: Any, scale: float, offset: float) -> Any:
        from . import layers

        if isinstance(other, KerasTensor):
            return getattr(layers, kind)()([self, other])
        return layers.Rescaling(scale, offset)(self)

    def __add__(self, other: Any) -> Any:
        return self._merged("Add", other, 1.0, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._merged("Subtract", other, 1.0, other if isinstance(other, KerasTensor) else -other)

    def __rsub__(self, other: Any) -> Any:
        return self._merged("", other, -1.0, other)

    def __mul__(self, other: Any) -> Any:
        return self._merged("Multiply", other, other, 0.0)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, KerasTensor):
            raise TypeError("symbols are not divided by symbols: no layer of Keras's does it")
        return self._merged("", other, 1 / other, 0.0)

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError(f"{self!r} is a symbol and has no numbers; make a model of it and predict")

    def __repr__(self) -> str:
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, name={self.name}>"


def symbols(value: Any) -> Iterator[KerasTensor]:
    """All symbols in arguments, in their order."""
    if isinstance(value, KerasTensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from symbols(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from symbols(item)


def mapped(value: Any, function: Any) -> Any:
    """Arguments with what a function makes of each leaf."""
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(item, function) for item in value)
    if isinstance(value, dict):
        return {key: mapped(item, function) for key, item in value.items()}
    return function(value)
