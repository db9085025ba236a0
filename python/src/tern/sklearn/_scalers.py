"""Scalers that stand in for scikit-learn's."""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn.preprocessing as theirs
from sklearn.base import _fit_context
from sklearn.utils.validation import _check_sample_weight, validate_data

from ._engine import EngineTransformer, State


class _BatchScaler(EngineTransformer):
    """Scalers that can go on to learn; scikit-learn's `fit` forgets and calls `partial_fit`."""

    def _pass(self, X: Any, sample_weight: Any = None) -> tuple[State, np.ndarray]:
        first = not hasattr(self, "n_samples_seen_")
        X = validate_data(self, X, dtype=self._floats, ensure_all_finite="allow-nan", reset=first)
        arrays: dict[str, Any] = {"x": X}
        if sample_weight is not None:
            arrays["sample_weight"] = _check_sample_weight(sample_weight, X, dtype=X.dtype)
        return self._learn("fit" if first else "partial_fit", arrays, more=not first), X

    def _joined(self, X: np.ndarray, before: str, *numbers: np.ndarray) -> list[np.ndarray]:
        """Numbers of all passes in the type that holds those of before, an attribute, and of this one."""
        kind = np.result_type(X.dtype, getattr(self, before, X).dtype)
        return [part.astype(kind, copy=False) for part in numbers]

    def _count(self, X: np.ndarray) -> int:
        return getattr(self, "n_samples_seen_", 0) + X.shape[0]


class StandardScaler(_BatchScaler, theirs.StandardScaler):
    __doc__ = (theirs.StandardScaler.__doc__ or "").replace("sklearn.preprocessing import", "tern.sklearn import")

    _kind = "StandardScaler"
    _learned = {"mean_": "mean", "var_": "variance", "scale_": "scale"}
    _read = ("with_mean", "with_std")

    def _engine_parameters(self) -> dict[str, Any]:
        return self._read_parameters()

    def _has_learned_for(self, parameter: str) -> bool:
        learned = self.mean_ if parameter == "with_mean" else self.scale_
        return learned is not None or not getattr(self, parameter)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y=None, sample_weight=None):
        """Goes on to learn mean and variance of each feature.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : None
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self : object
        """
        before = getattr(self, "n_samples_seen_", 0)
        state, X = self._pass(X, sample_weight)
        wanted = self.with_mean or self.with_std
        if wanted:
            seen = state.numbers("samplesSeen")
        else:
            # As in scikit-learn, what is not needed is counted without weights.
            there = X.shape[0] - np.isnan(X).sum(axis=0)
            seen = before + (there if sample_weight is None else there.astype(X.dtype))
        self.n_samples_seen_ = seen[0] if (seen == seen[0]).all() else seen
        self.mean_ = state.numbers("mean") if wanted else None
        self.var_ = state.numbers("variance") if self.with_std else None
        self.scale_ = state.numbers("scale") if self.with_std else None
        self._remember()
        return self

    def transform(self, X, copy=None):
        """The scaled features.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        copy : bool, optional
            Not heeded: what comes out is always new memory.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
        """
        return self._transformed(X)

    def inverse_transform(self, X, copy=None):
        """The features that `transform` would turn into these.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        copy : bool, optional
            Not heeded.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
        """
        return self._restored(X)


class MinMaxScaler(_BatchScaler, theirs.MinMaxScaler):
    __doc__ = (theirs.MinMaxScaler.__doc__ or "").replace("sklearn.preprocessing import", "tern.sklearn import")

    _kind = "MinMaxScaler"
    _learned = {"min_": "min", "scale_": "scale"}
    _read = ("feature_range", "clip")

    def _engine_parameters(self) -> dict[str, Any]:
        return self._read_parameters()

    def _read_parameters(self) -> dict[str, Any]:
        return {"feature_range": [float(end) for end in self.feature_range], "clip": self.clip}

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y=None):
        """Goes on to learn the least and the greatest value of each feature.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : None

        Returns
        -------
        self : object
        """
        if self.feature_range[0] >= self.feature_range[1]:
            raise ValueError(
                f"Minimum of desired feature range must be smaller than maximum. Got {self.feature_range}."
            )
        state, X = self._pass(X)
        self.n_samples_seen_ = self._count(X)
        numbers = [state.numbers(key) for key in ("dataMin", "dataMax", "min", "scale")]
        self.data_min_, self.data_max_, self.min_, self.scale_ = self._joined(X, "data_max_", *numbers)
        self.data_range_ = self.data_max_ - self.data_min_
        self._remember()
        return self


class MaxAbsScaler(_BatchScaler, theirs.MaxAbsScaler):
    __doc__ = (theirs.MaxAbsScaler.__doc__ or "").replace("sklearn.preprocessing import", "tern.sklearn import")

    _kind = "MaxAbsScaler"
    _learned = {"max_abs_": "maxAbs", "scale_": "scale"}
    _read = ("clip",)

    def _engine_parameters(self) -> dict[str, Any]:
        return self._read_parameters()

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y=None):
        """Goes on to learn the largest absolute value of each feature.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : None

        Returns
        -------
        self : object
        """
        state, X = self._pass(X)
        self.n_samples_seen_ = self._count(X)
        self.max_abs_, self.scale_ = self._joined(X, "max_abs_", state.numbers("maxAbs"), state.numbers("scale"))
        self._remember()
        return self


class RobustScaler(EngineTransformer, theirs.RobustScaler):
    __doc__ = (theirs.RobustScaler.__doc__ or "").replace("sklearn.preprocessing import", "tern.sklearn import")

    _kind = "RobustScaler"
    _learned = {"center_": "center", "scale_": "scale"}
    _read = ("with_centering", "with_scaling")
    _needing_a_fit = frozenset(_read)

    def _engine_parameters(self) -> dict[str, Any]:
        return {
            **self._read_parameters(),
            "quantile_range": [float(end) for end in self.quantile_range],
            "unit_variance": self.unit_variance,
        }

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learns the median and the range between quantiles of each feature.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : None

        Returns
        -------
        self : object
        """
        X = validate_data(self, X, dtype=self._floats, ensure_all_finite="allow-nan")
        low, high = self.quantile_range
        if not 0 <= low <= high <= 100:
            raise ValueError(f"Invalid quantile range: {self.quantile_range}")
        state = self._learn("fit", {"x": X})
        self.center_ = self._like(X, state.numbers("center")) if self.with_centering else None
        self.scale_ = state.numbers("scale") if self.with_scaling else None
        self._remember()
        return self
