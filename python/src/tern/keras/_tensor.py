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

    ``+``, ``-``, ``*``, ``@``, ``abs``, slices and so on are layers of the engine's, such as `Add` and `Rescaling`: see
    `tern.keras.ops`.
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

    def __add__(self, other: Any) -> Any:
        return _ops().add(self, other)

    def __radd__(self, other: Any) -> Any:
        return _ops().add(other, self)

    def __sub__(self, other: Any) -> Any:
        return _ops().subtract(self, other)

    def __rsub__(self, other: Any) -> Any:
        return _ops().subtract(other, self)

    def __mul__(self, other: Any) -> Any:
        return _ops().multiply(self, other)

    def __rmul__(self, other: Any) -> Any:
        return _ops().multiply(other, self)

    def __truediv__(self, other: Any) -> Any:
        return _ops().divide(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _ops().divide(other, self)

    def __pow__(self, other: Any) -> Any:
        return _ops().power(self, other)

    def __rpow__(self, other: Any) -> Any:
        return _ops().power(other, self)

    def __matmul__(self, other: Any) -> Any:
        return _ops().matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return _ops().matmul(other, self)

    def __neg__(self) -> Any:
        return _ops().negative(self)

    def __abs__(self) -> Any:
        return _ops().absolute(self)

    def __getitem__(self, key: Any) -> Any:
        return _ops().get_item(self, key)

    # So that NumPy leaves `array + symbol` to the symbol.
    __array_ufunc__ = None

    def _refused(self, sign: str) -> Any:
        raise ValueError(f"{sign} of symbols: no layer of the engine's does it")

    def __lt__(self, other: Any) -> Any:
        return self._refused("<")

    def __le__(self, other: Any) -> Any:
        return self._refused("<=")

    def __gt__(self, other: Any) -> Any:
        return self._refused(">")

    def __ge__(self, other: Any) -> Any:
        return self._refused(">=")

    def __floordiv__(self, other: Any) -> Any:
        return self._refused("//")

    __rfloordiv__ = __floordiv__

    def __mod__(self, other: Any) -> Any:
        return self._refused("%")

    __rmod__ = __mod__

    def __bool__(self) -> bool:
        raise TypeError(f"{self!r} is a symbol, which is neither true nor false before a model computes it")

    def __iter__(self) -> Any:
        raise TypeError(f"{self!r} is a symbol; its parts are told by slices, such as x[:, 0]")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError(f"{self!r} is a symbol and has no numbers; make a model of it and predict")

    def __repr__(self) -> str:
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, name={self.name}>"


def _ops() -> Any:
    from . import ops

    return ops


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
