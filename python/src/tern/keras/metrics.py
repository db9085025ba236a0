"""Metrics: classes to compile with, or to ask on arrays; computed by the engine."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from .. import _handle
from ._json import encoded, found, pascal, snake
from ._layer import automatic
from ._table import TABLE, Configured, made, presented, signature
from .losses import FUNCTIONS as _LOSSES


class Metric(Configured):
    """What all metrics are: they gather values, and tell their measure of all that was gathered.

    Each update is measured by itself, as Keras does it.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if getattr(self, "name", "") is None:
            self.name = automatic(snake(type(self).__name__))
        self.reset_state()

    def reset_state(self) -> None:
        """Forgets what was gathered."""
        self._updates: list[dict[str, np.ndarray]] = []

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Gathers true and predicted values of shape (n, ...), with how much each counts."""
        # What is given may change before it is measured.
        y_true, y_pred = (np.atleast_1d(np.array(values, np.float32)) for values in (y_true, y_pred))
        update = {"y_true": y_true, "y_pred": y_pred}
        if sample_weight is not None:
            update["sample_weight"] = np.array(sample_weight, np.float32)
        self._updates.append(update)

    def result(self) -> Any:
        """The measure of all that was gathered: a number, or one for each class."""
        if not self._updates:
            return np.float32(0)
        arrays = {
            f"{name}{number}": array for number, update in enumerate(self._updates) for name, array in update.items()
        }
        answer = _handle.call("keras_function", {"kind": "metric", "function": encoded(self)}, arrays)
        result = answer.arrays["result"]
        return result.reshape(()).astype(np.float32)[()] if result.size == 1 else result.copy()

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Gathers, and tells the measure."""
        self.update_state(y_true, y_pred, sample_weight)
        return self.result()


def _of_one_rank(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both without or with the last axis of length 1 that one of them alone has, as Keras brings them together."""
    if values.ndim == weights.ndim + 1 and values.shape[-1] == 1:
        return (values, weights[:, None]) if weights.ndim == 1 else (values[..., 0], weights)
    if weights.ndim == values.ndim + 1 and weights.shape[-1] == 1:
        return (values[:, None], weights) if values.ndim == 1 else (values, weights[..., 0])
    return values, weights


class _Gathered(Metric):
    """`Mean` and `Sum` of values, which no model needs: computed here."""

    def reset_state(self) -> None:
        """Forgets what was gathered."""
        self._total = self._count = np.float32(0)

    def update_state(self, values: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Gathers values, with how much each counts: each example, or each position of more leading axes."""
        values = np.asarray(values, np.float32)
        reduced = np.sum if type(self).__name__ == "Sum" else np.mean
        count = np.float32(len(values) if values.ndim else 1)
        if sample_weight is not None:
            weights = np.asarray(sample_weight, np.float32)
            values, weights = _of_one_rank(values, weights)
            rank = weights.ndim
            values = reduced(values, axis=tuple(range(rank, values.ndim)))
            weights = np.broadcast_to(weights, values.shape)
            values = values * weights
            count = reduced(weights, axis=tuple(range(1, rank))).sum()
        self._total = self._total + reduced(values, axis=tuple(range(1, values.ndim))).sum()
        self._count = self._count + count

    def result(self) -> Any:
        """The mean or the sum of what was gathered."""
        if type(self).__name__ == "Sum":
            return self._total
        return self._total / self._count if self._count else np.float32(0)

    def __call__(self, values: Any, sample_weight: Any = None) -> Any:  # type: ignore[override]
        """Gathers, and tells the measure."""
        self.update_state(values, sample_weight)
        return self.result()


globals().update(made("metrics", Metric, title="metric"))
globals().update(made("metrics", _Gathered, known={"Mean": (), "Sum": ()}, title="measure"))


def _function(name: str, row: dict[str, Any]) -> Any:
    call = signature(row["arguments"])

    def function(*args: Any, **kwargs: Any) -> Any:
        values = dict(call.bind(*args, **kwargs).arguments)
        y_true, y_pred = (np.asarray(values.pop(key), np.float32) for key in ("y_true", "y_pred"))
        metric = getattr(sys.modules[__name__], pascal(name))(**values)
        # One example at a time: Keras's functions do not take the mean.
        sparse = name.startswith("sparse") and y_true.ndim == y_pred.ndim - 1
        rows = y_pred.reshape(-1, y_pred.shape[-1])
        truths = y_true.reshape(len(rows), 1) if sparse or y_true.shape[-1] == 1 else y_true.reshape(rows.shape)
        measures = []
        for truth, row in zip(truths, rows):
            metric.reset_state()
            measures.append(metric(truth[None], row[None]))
        return np.array(measures, np.float32).reshape(y_pred.shape[:-1])

    function.__module__ = __name__
    function._keras_function = name  # type: ignore[attr-defined]
    return presented(function, name, call, f"Keras's metric {name} of each example: without the last axis.")


for _name, _row in TABLE["metrics"]["functions"].items():
    globals()[_name] = _LOSSES.get(_name) or _function(_name, _row)


def get(identifier: Any) -> Any:
    """The metric of a name, a description, or as it is; None of None."""
    return found(sys.modules[__name__], identifier, "metric")


def serialize(value: Any) -> Any:
    """The metric as Keras's JSON."""
    return encoded(value, "metric")


deserialize = get
