"""Losses: classes to compile with, and functions of arrays, computed by the engine."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from .. import _handle
from ._json import encoded, found, pascal
from ._table import TABLE, Configured, made, presented, signature


def _numbers(values: Any) -> np.ndarray:
    return np.atleast_1d(np.asarray(values, np.float32))


class Loss(Configured):
    """What all losses are: called on true and predicted values, they give one number, as the reduction says."""

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss.

        Parameters
        ----------
        y_true, y_pred : array-like
            Of shape (n, ...).
        sample_weight : array-like, optional
            How much each example counts, or each position.
        """
        result = _computed(self, y_true, y_pred, sample_weight, is_reduced=True)
        return result[()] if result.ndim == 0 else result


globals().update(made("losses", Loss, title="loss"))


def _computed(loss: Any, y_true: Any, y_pred: Any, sample_weight: Any = None, *, is_reduced: bool) -> np.ndarray:
    """The loss, or before the reduction that of each example."""
    arrays = {"y_true": _numbers(y_true), "y_pred": _numbers(y_pred)}
    if sample_weight is not None:
        arrays["sample_weight"] = np.asarray(sample_weight, np.float32)
    arguments = {"kind": "loss", "function": encoded(loss, "loss"), "reduced": is_reduced}
    return _handle.call("keras_function", arguments, arrays).arrays["result"].copy()


def _function(name: str, row: dict[str, Any]) -> Any:
    call = signature(row["arguments"])
    standard = {p.name: p.default for p in call.parameters.values()}
    holder = globals().get(pascal(name)) or globals().get({"kl_divergence": "KLDivergence", "ctc": "CTC"}.get(name, ""))

    def function(*args: Any, **kwargs: Any) -> np.ndarray:
        bound = call.bind(*args, **kwargs)
        values = dict(bound.arguments)
        y_true, y_pred = values.pop("y_true"), values.pop("y_pred")
        changed = {key: value for key, value in values.items() if value != standard[key]}
        return _computed(holder(**changed) if holder and changed else name, y_true, y_pred, is_reduced=False)

    function.__module__ = __name__
    function._keras_function = name  # type: ignore[attr-defined]
    return presented(function, name, call, f"Keras's loss {name} of each example: without the last axis.")


FUNCTIONS = {name: _function(name, row) for name, row in TABLE["losses"]["functions"].items()}
globals().update(FUNCTIONS)


def get(identifier: Any) -> Any:
    """The loss of a name, a description, or as it is; None of None."""
    return found(sys.modules[__name__], identifier, "loss")


def serialize(value: Any) -> Any:
    """The loss as Keras's JSON."""
    return encoded(value, "loss")


deserialize = get
