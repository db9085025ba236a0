"""Other transformers that stand in for scikit-learn's."""

from __future__ import annotations

import warnings
from numbers import Integral, Real
from typing import Any

import numpy as np
import sklearn.decomposition as their_decomposition
import sklearn.impute as their_impute
import sklearn.preprocessing as theirs
from scipy import sparse
from sklearn.base import _fit_context
from sklearn.utils._mask import _get_mask
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from .._arrays import is_beyond_fractions, usable
from ._engine import FLOATS, EngineTransformer, in_python, seed


def _fit_transform(self, X, y=None):
    """`fit` and `transform` of the same examples.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    y : None

    Returns
    -------
    ndarray of shape (n_samples, n_features_out)
    """
    return self.fit(X, y)._transformed(X)


class QuantileTransformer(EngineTransformer, theirs.QuantileTransformer):
    __doc__ = (theirs.QuantileTransformer.__doc__ or "").replace("sklearn.preprocessing import", "tern.sklearn import")

    _kind = "QuantileTransformer"
    _read = ("output_distribution",)

    def _engine_parameters(self) -> dict[str, Any]:
        names = ("n_quantiles", "output_distribution", "subsample")
        return {name: getattr(self, name) for name in names} | {"random_state": getattr(self, "_seed", None)}

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learns the quantiles of each feature.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : None

        Returns
        -------
        self : object
        """
        if self.subsample is not None and self.n_quantiles > self.subsample:
            raise ValueError(
                "The number of quantiles cannot be greater than the number of samples used. Got "
                f"{self.n_quantiles} quantiles and {self.subsample} samples."
            )
        if self.ignore_implicit_zeros:
            warnings.warn("'ignore_implicit_zeros' takes effect only with sparse matrix. This parameter has no effect.")
        X = validate_data(self, X, dtype=self._floats, ensure_all_finite="allow-nan")
        if self.n_quantiles > X.shape[0]:
            warnings.warn(
                f"n_quantiles ({self.n_quantiles}) is greater than the total number of samples ({X.shape[0]}). "
                "n_quantiles is set to n_samples."
            )
        self._seed = seed(self.random_state)
        state = self._learn("fit", {"x": X})
        self.references_ = state.numbers("references")
        self.n_quantiles_ = len(self.references_)
        self.quantiles_ = state.numbers("quantiles").T
        self._remember()
        return self


class PowerTransformer(EngineTransformer, theirs.PowerTransformer):
    __doc__ = (theirs.PowerTransformer.__doc__ or "").replace("sklearn.preprocessing import", "tern.sklearn import")

    _kind = "PowerTransformer"
    _learned = {"lambdas_": "lambdas"}
    _read = ("method", "standardize")
    _needing_a_fit = frozenset({"standardize"})

    def _engine_parameters(self) -> dict[str, Any]:
        return self._read_parameters()

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Finds the likeliest exponent of each feature.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : None

        Returns
        -------
        self : object
        """
        X = self._checked(X, reset=True)
        state = self._learn("fit", {"x": X})
        self.lambdas_ = state.numbers("lambdas").astype(X.dtype, copy=False)
        self._remember()
        for words in state.get("complaints") or []:
            warnings.warn(in_python(words, self._kind))
        return self

    fit_transform = _fit_transform

    def _checked(self, X: Any, reset: bool) -> np.ndarray:
        X = validate_data(self, X, dtype=self._floats, ensure_all_finite="allow-nan", reset=reset)
        if self.method == "box-cox" and (X <= 0).any():
            raise ValueError("The Box-Cox transformation can only be applied to strictly positive data")
        return X

    def _transformed(self, X):
        check_is_fitted(self)
        X = self._checked(X, reset=False)
        return self._like(X, self._ask("transform", X))

    def _restored(self, X):
        check_is_fitted(self)
        X = check_array(X, dtype=self._floats, ensure_all_finite=self._finiteness())
        restored = super()._restored(X)
        for column in np.flatnonzero((np.isnan(restored) & ~np.isnan(X)).any(axis=0)):
            warnings.warn(
                f"Some values in column {column} of the inverse-transformed data are NaN: no value has such a power "
                f"with the exponent {self.lambdas_[column]}."
            )
        return restored


class PolynomialFeatures(EngineTransformer, theirs.PolynomialFeatures):
    __doc__ = (theirs.PolynomialFeatures.__doc__ or "").replace("sklearn.preprocessing import", "tern.sklearn import")

    _kind = "PolynomialFeatures"
    _read = ("interaction_only", "include_bias")
    # scikit-learn's columns are then not the ones that it names.
    _needing_a_fit = frozenset(_read)

    def _engine_parameters(self) -> dict[str, Any]:
        low, high = (0, self.degree) if isinstance(self.degree, Integral) else self.degree
        return {"degree": high, "min_degree": low, **self._read_parameters()}

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Counts the features and their products.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : None

        Returns
        -------
        self : object
        """
        if sparse.issparse(X):
            check_array(X, accept_sparse=False)
        # scikit-learn's counts and names; it computes nothing here.
        super().fit(X)
        self._learn("fit", {"x": np.zeros((1, self.n_features_in_))})
        self._remember()
        return self

    def transform(self, X):
        """The products of the features.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_output_features_)
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=self._floats, reset=False)
        return np.asarray(self._like(X, self._ask("transform", X)), order=self.order)

    # There is no way back, as in scikit-learn.
    inverse_transform = property()


class SimpleImputer(EngineTransformer, their_impute.SimpleImputer):
    __doc__ = (their_impute.SimpleImputer.__doc__ or "").replace("sklearn.impute import", "tern.sklearn import")

    _kind = "SimpleImputer"
    _learned = {"statistics_": "statistics"}
    _read = ("missing_values", "add_indicator", "keep_empty_features")

    def _engine_parameters(self) -> dict[str, Any]:
        return {
            "strategy": self.strategy,
            "fill_value": None if self.fill_value is None or self.strategy != "constant" else float(self.fill_value),
            **self._read_parameters(),
        }

    def _read_parameters(self) -> dict[str, Any]:
        return super()._read_parameters() | {"missing_values": float(self.missing_values)}

    def _has_learned_for(self, parameter: str) -> bool:
        if parameter == "add_indicator":
            return not self.add_indicator or self.indicator_ is not None
        return not (self.keep_empty_features and np.isnan(self.statistics_).any())

    def _is_numeric(self) -> bool:
        """Whether the engine's imputer can do it: texts and functions it does not know."""
        known = isinstance(self.missing_values, Real) and not callable(self.strategy)
        return known and (self.strategy != "constant" or isinstance(self.fill_value, (Real, type(None))))

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learns what stands in for missing values.

        Numbers are the engine's. Of texts, of integers beyond 2**53, and with a strategy that is a function, this is
        scikit-learn's imputer.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : None

        Returns
        -------
        self : object
        """
        self.__dict__.pop("_engine", None)
        checked = self._dense_input(X, in_fit=True)
        if not self._is_numeric() or checked.dtype.kind == "O" or is_beyond_fractions(checked):
            return super().fit(X)
        if checked.dtype.kind in "iu" and isinstance(self.fill_value, Integral):
            # NumPy says where such integers do not hold it.
            checked.dtype.type(self.fill_value)
        missing = self._missing(checked)
        state = self._learn("fit", {"x": self._marked(checked, missing)})
        self.statistics_ = state.numbers("statistics")
        # scikit-learn's modes are in double precision, whatever the features are, and so are means of single precision.
        doubles = ("most_frequent",) if checked.dtype == np.float16 else ("mean", "most_frequent")
        if checked.dtype.kind == "f" and self.strategy not in doubles:
            self.statistics_ = self._like(checked, self.statistics_)
        self._fill_dtype = checked.dtype
        self._fit_indicator(missing)
        self._remember()
        return self

    def transform(self, X):
        """The features with their gaps filled.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_features_out)
        """
        check_is_fitted(self)
        if "_engine" not in self.__dict__:
            return their_impute.SimpleImputer.transform.__wrapped__(self, X)
        X = self._dense_input(X, in_fit=False)
        missing = self._missing(X)
        empty = np.isnan(self.statistics_)
        if empty.any() and not self.keep_empty_features:
            names = self.feature_names_in_ if hasattr(self, "feature_names_in_") else np.arange(X.shape[1])
            warnings.warn(
                f"Skipping features without any observed values: {names[empty]}. At least one non-missing value is "
                f"needed for imputation with strategy='{self.strategy}'."
            )
        answer = self._ask("transform", self._marked(X, missing))
        if X.dtype.kind not in "iuO":
            return self._like(X, answer)
        # Beyond 2**53 the engine's fractions are not what was there.
        kept, filled, there = np.flatnonzero(~empty), np.empty(answer.shape, X.dtype), np.zeros(answer.shape, bool)
        there[:, : len(kept)] = ~missing[:, kept]
        filled[there], filled[~there] = X[:, kept][~missing[:, kept]], answer[~there]
        return filled

    def _dense_input(self, X: Any, in_fit: bool) -> np.ndarray:
        checked = self._validate_input(X, in_fit=in_fit)
        # A frame of sparse columns is sparse as well.
        return check_array(checked, accept_sparse=False, input_name="X") if sparse.issparse(checked) else checked

    def _missing(self, X: np.ndarray) -> np.ndarray:
        """Where values are missing, compared in NumPy's type for the two; among objects None is NaN."""
        is_nan = np.isnan(float(self.missing_values))
        return np.isnan(usable(X, "X")) if X.dtype.kind == "O" and is_nan else _get_mask(X, self.missing_values)

    def _marked(self, X: np.ndarray, missing: np.ndarray) -> np.ndarray:
        """Features in which the engine, which compares 64 bits, finds missing what NumPy does."""
        marker = float(self.missing_values)
        return X if np.isnan(marker) else np.where(missing, marker, X.astype(np.float64))

    def inverse_transform(self, X):
        """The features with their gaps, which the indicators tell; see scikit-learn's."""
        return their_impute.SimpleImputer.inverse_transform(self, X)


class PCA(EngineTransformer, their_decomposition.PCA):
    __doc__ = (their_decomposition.PCA.__doc__ or "").replace("sklearn.decomposition import", "tern.sklearn import")

    _kind = "PCA"
    _learned = {"components_": "components", "mean_": "mean", "explained_variance_": "explainedVariance"}
    _read = ("whiten",)
    _floats = FLOATS

    def _engine_parameters(self) -> dict[str, Any]:
        # No pattern at all is asked of nobody.
        return {"n_components": getattr(self, "n_components_", None) or 1, "whiten": self.whiten}

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Finds the patterns of most variance, by singular values, whatever the solver.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : None

        Returns
        -------
        self : object
        """
        X = validate_data(self, X, dtype=FLOATS, ensure_min_samples=2)
        most = min(X.shape)
        wanted = self.n_components
        if isinstance(wanted, Integral) and wanted > most:
            solver = "full" if self.svd_solver == "auto" else self.svd_solver
            raise ValueError(
                f"n_components={wanted!r} must be between 0 and min(n_samples, n_features)={most!r} with "
                f"svd_solver={solver!r}"
            )
        if wanted == "mle" and X.shape[0] < X.shape[1]:
            raise ValueError("n_components='mle' is only supported if n_samples >= n_features")
        whole = wanted is None or isinstance(wanted, Integral)
        self.n_components_ = int(wanted) if whole and wanted is not None else most
        state = self._learn("fit", {"x": X})
        if not whole:
            self.n_components_ = self._chosen(wanted, state.numbers("explainedVariance"), X.shape[0])
            state = self._learn("fit", {"x": X})
        self.n_samples_ = X.shape[0]
        self.components_ = state["components"].astype(X.dtype, copy=False)
        self.mean_ = state.numbers("mean").astype(X.dtype, copy=False)
        variances, shares = state.numbers("explainedVariance"), state.numbers("explainedVarianceRatio")
        kept = self.n_components_
        # Of none that are kept the engine learned one.
        others = float(state["noiseVariance"]) * (most - len(variances)) + variances[kept:].sum()
        self.noise_variance_ = X.dtype.type(others / (most - kept)) if kept < most else 0.0
        variances, shares, self.components_ = variances[:kept], shares[:kept], self.components_[:kept]
        self.explained_variance_ = variances.astype(X.dtype, copy=False)
        self.explained_variance_ratio_ = shares.astype(X.dtype, copy=False)
        self.singular_values_ = state.numbers("singularValues")[:kept].astype(X.dtype, copy=False)
        self._fit_svd_solver = "full"
        self._remember()
        return self

    fit_transform = _fit_transform

    def _transformed(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, dtype=FLOATS, reset=False)
        return self._like(X, self._ask("transform", X) if self.n_components_ else np.empty((len(X), 0)))

    def _like(self, X, result):
        """In the type of the product of features and patterns."""
        return result.astype(np.result_type(X.dtype, self.components_.dtype), copy=False)

    @staticmethod
    def _chosen(wanted: Any, variances: np.ndarray, examples: int) -> int:
        """How many patterns a share of the variance, or Minka's likelihood, asks for."""
        if wanted == "mle":
            from sklearn.decomposition._pca import _infer_dimension

            return max(1, int(_infer_dimension(variances, examples)))
        return int(np.searchsorted(np.cumsum(variances / variances.sum()), wanted, side="right")) + 1
