"""Optimisers, with ``learning_rate`` to be read and set while a model trains."""

from __future__ import annotations

import sys
import weakref
from typing import Any

import numpy as np

from .._json import encoded, found, snake
from .._table import Configured, made
from . import schedules


class Rate(float):
    """A learning rate: a number, with what Keras's variables have."""

    _optimizer: Optimizer

    def numpy(self) -> np.float32:
        """The number as NumPy has it."""
        return np.float32(self)

    def assign(self, value: float) -> None:
        """Sets the optimiser's rate."""
        self._optimizer.learning_rate = value


class Optimizer(Configured):
    """What all optimisers are: arguments, for the engine to use; after `Model.compile`, a view of the model's."""

    _model: Any = None

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if getattr(self, "name", None) is None:
            self.name = snake(type(self).__name__)

    def _taken(self, name: str, value: Any) -> Any:
        if name == "learning_rate" and isinstance(value, str):
            raise ValueError(f"{type(self).__name__}: learning_rate is {value!r}; it must be a number or a schedule")
        return value

    def _bind(self, model: Any) -> None:
        """Names the model whose rate is the engine's from now on."""
        self._model = weakref.ref(model)

    def __getstate__(self) -> dict[str, Any]:
        # A copy is of no model, and begins with the rate as it is now.
        rate = self.learning_rate
        return {**vars(self), "_model": None, "_rate": float(rate) if isinstance(rate, Rate) else rate}

    def _asked(self, **arguments: Any) -> dict[str, Any] | None:
        model = self._model and self._model()
        handle = model and model._handle
        return handle.call("keras_learning_rate", arguments).value if handle else None

    @property
    def learning_rate(self) -> Any:
        """The rate of the next step: a number, or the schedule."""
        if isinstance(self._rate, schedules.LearningRateSchedule):
            return self._rate
        answer = self._asked()
        rate = Rate(answer["learning_rate"] if answer else self._rate)
        rate._optimizer = self
        return rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if not isinstance(value, schedules.LearningRateSchedule):
            value = float(value)
            if isinstance(getattr(self, "_rate", None), schedules.LearningRateSchedule):
                raise TypeError("the learning rate follows a schedule; compile with a number to set it")
            self._asked(value=value)
        elif getattr(self, "_rate", None) is not None and self._model is not None:
            raise TypeError("a schedule is given when the model is compiled")
        self._rate = value

    @property
    def iterations(self) -> int:
        """The number of steps that were taken."""
        answer = self._asked()
        return int((answer or {}).get("iterations", 0))


globals().update(made("optimizers", Optimizer, title="optimiser"))


def get(identifier: Any) -> Any:
    """The optimiser of a name, a description, or as it is.

    Raises
    ------
    ValueError
        For a name that Keras has not.
    """
    if isinstance(identifier, str):
        module = sys.modules[__name__]
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, Optimizer) and name.lower() == identifier.lower():
                return value()
    return found(sys.modules[__name__], identifier, "optimizer")


def serialize(value: Any) -> Any:
    """The optimiser as Keras's JSON."""
    return encoded(value, "optimizer")


deserialize = get
