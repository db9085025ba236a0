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
            How much each example counts.
        """
        values = per_example(self, y_true, y_pred)
        reduction = getattr(self, "reduction", "sum_over_batch_size")
        weights = None
        if sample_weight is not None:
            weights = np.asarray(sample_weight, np.float32)
            if weights.ndim == values.ndim + 1 and weights.shape[-1] == 1:
                weights = weights[..., 0]
            weights = np.broadcast_to(
                weights.reshape(weights.shape + (1,) * (values.ndim - weights.ndim)), values.shape
            )
            values = values * weights
        if reduction in (None, "none"):
            return values
        if reduction == "sum":
            return values.sum()
        if reduction == "mean_with_sample_weight" and weights is not None:
            return values.sum() / max(weights.sum(), np.float32(1e-7))
        return values.mean()


globals().update(made("losses", Loss, title="loss"))


def per_example(loss: Any, y_true: Any, y_pred: Any) -> np.ndarray:
    """The loss of each example before the reduction."""
    arrays = {"y_true": _numbers(y_true), "y_pred": _numbers(y_pred)}
    function = encoded(loss, "loss")
    return _handle.call("keras_function", {"kind": "loss", "function": function}, arrays).arrays["result"].copy()


def _function(name: str, row: dict[str, Any]) -> Any:
    call = signature(row["arguments"])
    standard = {p.name: p.default for p in call.parameters.values()}
    holder = globals().get(pascal(name)) or globals().get({"kl_divergence": "KLDivergence", "ctc": "CTC"}.get(name, ""))

    def function(*args: Any, **kwargs: Any) -> np.ndarray:
        bound = call.bind(*args, **kwargs)
        values = dict(bound.arguments)
        y_true, y_pred = values.pop("y_true"), values.pop("y_pred")
        changed = {key: value for key, value in values.items() if value != standard[key]}
        return per_example(holder(**changed) if holder and changed else name, y_true, y_pred)

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
