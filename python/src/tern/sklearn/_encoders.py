"""Encoders of categories that stand in for scikit-learn's.

Which categories there are, whatever objects they are of, is told in Python, as scikit-learn tells it; the engine counts
them by their numbers, takes rare ones together and makes the new features.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn.preprocessing as theirs
from scipy import sparse
from sklearn.base import TransformerMixin, _fit_context
from sklearn.utils._missing import is_scalar_nan
from sklearn.utils.validation import check_is_fitted

from ._engine import EngineEstimator

# Rows whose dense features are made at once before they become sparse.
_AT_ONCE = 1 << 22
_UNKNOWN = -1.0


class _Encoder(EngineEstimator):
    """What both encoders have in common."""

    def _engine_parameters(self) -> dict[str, Any]:
        counts = getattr(self, "_counts", [])
        return {
            # Numbers in place of the categories, in their order; NaN among them in the place of NaN.
            "categories": [[{"number": {"_0": number}} for number in numbers] for numbers in counts],
            "min_frequency": _size(self.min_frequency),
            "max_categories": self.max_categories,
            **self._read_parameters(),
        }

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Finds the categories of each feature.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers or texts.
        y : None

        Returns
        -------
        self : object
        """
        # scikit-learn finds the categories, the engine counts them.
        super().fit.__wrapped__(self, X)
        self._counts = [self._numbers_of(categories) for categories in self.categories_]
        self._learn("fit", {"x": self._numbers(X, handle_unknown="ignore")})
        self._remember()
        return self

    def _numbers_of(self, categories: np.ndarray) -> list[float]:
        return [float(number) for number in range(len(categories))]

    def _numbers(self, X: Any, **how: Any) -> np.ndarray:
        """The places of values among their categories; -1 of those that are unknown."""
        places, is_known = theirs._encoders._BaseEncoder._transform(self, X, ensure_all_finite="allow-nan", **how)
        return np.where(is_known, places, _UNKNOWN)

    def _map_infrequent_categories(self, X_int, X_mask, ignore_category_indices):
        """Nothing: the engine takes rare categories together."""

    fit_transform = TransformerMixin.fit_transform


class OneHotEncoder(_Encoder, theirs.OneHotEncoder):
    __doc__ = (theirs.OneHotEncoder.__doc__ or "").replace("sklearn.preprocessing import", "tern.sklearn import")

    _kind = "OneHotEncoder"
    _read = ("handle_unknown",)

    def _read_parameters(self) -> dict[str, Any]:
        return {
            "handle_unknown": "infrequent_if_exist" if self.handle_unknown == "warn" else
            "ignore" if self.handle_unknown == "error" else self.handle_unknown,
        }  # fmt: skip

    def transform(self, X):
        """A feature of 0 and 1 for each category.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        sparse matrix, or ndarray without `sparse_output`, of shape (n_samples, n_encoded_features)
        """
        check_is_fitted(self)
        refuse_sparse_frames(self)
        warns = self.handle_unknown == "warn" or self.drop is not None and self.handle_unknown != "error"
        how = "infrequent_if_exist" if self.handle_unknown == "warn" else self.handle_unknown
        numbers = self._numbers(X, handle_unknown=how, warn_on_unknown=warns)
        kept = self._kept()
        rows = max(1, _AT_ONCE // max(1, len(kept)))
        parts = [numbers[start : start + rows] for start in range(0, max(1, len(numbers)), rows)]
        made = [self._ask("transform", part)[:, kept].astype(self.dtype, copy=False) for part in parts]
        if not self.sparse_output:
            return np.concatenate(made)
        found = sparse.vstack([sparse.csr_array(part) for part in made], format="csr", dtype=self.dtype)
        return theirs._encoders._align_api_if_sparse(found)

    def _kept(self) -> np.ndarray:
        """The engine's features but for those of dropped categories."""
        dropped = self._drop_idx_after_grouping
        start, places = 0, []
        for i, width in enumerate(self._n_features_outs):
            gap = None if dropped is None else dropped[i]
            whole = width + (gap is not None)
            places += [start + place for place in range(whole) if place != gap]
            start += whole
        return np.array(places, dtype=np.int64)


class OrdinalEncoder(_Encoder, theirs.OrdinalEncoder):
    __doc__ = (theirs.OrdinalEncoder.__doc__ or "").replace("sklearn.preprocessing import", "tern.sklearn import")

    _kind = "OrdinalEncoder"
    _read = ("unknown_value", "encoded_missing_value")

    def _read_parameters(self) -> dict[str, Any]:
        known = self.handle_unknown == "use_encoded_value"
        return {
            "unknown_value": float(self.unknown_value) if known else _UNKNOWN,
            "encoded_missing_value": float(self.encoded_missing_value),
        }

    def _numbers_of(self, categories: np.ndarray) -> list[float]:
        # What is missing is never rare, and has no number of its own.
        numbers = super()._numbers_of(categories)
        return [*numbers[:-1], np.nan] if is_scalar_nan(categories[-1]) else numbers

    def _numbers(self, X: Any, **how: Any) -> np.ndarray:
        numbers = super()._numbers(X, **how)
        for feature, place in self._missing_indices.items():
            numbers[numbers[:, feature] == place, feature] = np.nan
        return numbers

    def transform(self, X):
        """The number of each category.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_features)
        """
        check_is_fitted(self, "categories_")
        numbers = self._numbers(X, handle_unknown=self.handle_unknown)
        return self._ask("transform", numbers).astype(self.dtype, copy=False)


def _size(value: Any) -> Any:
    """A number of examples, or a share of them, as the engine writes it."""
    if value is None:
        return None
    if isinstance(value, (int, np.integer)):
        return {"count": {"_0": min(int(value), 2**53)}}
    return {"fraction": {"_0": value}}


def refuse_sparse_frames(encoder: Any) -> None:
    """Frames hold no sparse features."""
    from sklearn.utils._set_output import _get_output_config

    wanted = _get_output_config("transform", estimator=encoder)["dense"]
    if wanted != "default" and encoder.sparse_output:
        name = wanted.capitalize()
        raise ValueError(
            f"{name} output does not support sparse data. Set sparse_output=False to output {wanted} dataframes or "
            f'disable {name} output via` ohe.set_output(transform="default").'
        )
