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
    """What all metrics are: they gather values, and tell their measure of all that was gathered."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if getattr(self, "name", "") is None:
            self.name = automatic(snake(type(self).__name__))
        self.reset_state()

    def reset_state(self) -> None:
        """Forgets what was gathered."""
        self._true: list[np.ndarray] = []
        self._predicted: list[np.ndarray] = []
        self._weights: list[np.ndarray] = []

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Gathers true and predicted values of shape (n, ...), with how much each counts."""
        y_true, y_pred = (np.atleast_1d(np.asarray(values, np.float32)) for values in (y_true, y_pred))
        if bool(self._weights) != (sample_weight is not None) and self._true:
            raise ValueError(f"{type(self).__name__}: weights are given with all values, or with none")
        self._true.append(y_true)
        self._predicted.append(y_pred)
        if sample_weight is not None:
            self._weights.append(np.broadcast_to(np.asarray(sample_weight, np.float32), y_true.shape[:1]))

    def result(self) -> Any:
        """The measure of all that was gathered: a number, or one for each class."""
        if not self._true:
            return np.float32(0)
        arrays = {"y_true": np.concatenate(self._true), "y_pred": np.concatenate(self._predicted)}
        if self._weights:
            arrays["sample_weight"] = np.concatenate(self._weights)
        answer = _handle.call("keras_function", {"kind": "metric", "function": encoded(self)}, arrays)
        result = answer.arrays["result"]
        return result.reshape(()).astype(np.float32)[()] if result.size == 1 else result.copy()

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Gathers, and tells the measure."""
        self.update_state(y_true, y_pred, sample_weight)
        return self.result()


class _Gathered(Metric):
    """`Mean` and `Sum` of values, which no model needs: computed here."""

    def update_state(self, values: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Gathers values, with how much each counts."""
        values = np.asarray(values, np.float32)
        weights = np.ones_like(values) if sample_weight is None else np.asarray(sample_weight, np.float32)
        self._predicted.append((values * weights).sum())
        self._weights.append(np.broadcast_to(weights, values.shape).sum())

    def result(self) -> Any:
        """The mean or the sum of what was gathered."""
        total = np.float32(sum(self._predicted))
        if type(self).__name__ == "Sum":
            return total
        return total / np.float32(sum(self._weights)) if self._weights else np.float32(0)

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
