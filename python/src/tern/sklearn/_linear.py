"""Linear models that stand in for scikit-learn's."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import sklearn.linear_model as theirs
from sklearn.base import _fit_context
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from ._engine import FLOATS, ClassProbabilities, EngineEstimator, State, dense

_SPARSE = ["csr", "csc", "coo"]


class _Line(EngineEstimator):
    """What both regressions have in common."""

    _learned = {"coef_": "coef", "intercept_": "intercept"}

    def _checked(self, X, y, sample_weight):
        if self.positive:
            raise ValueError(f"{self._kind}: the engine has no positive=True; leave it False, or use scikit-learn's")
        X, y = validate_data(
            self, X, y, accept_sparse=_SPARSE, dtype=FLOATS, multi_output=True, y_numeric=True
        )  # fmt: skip
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=X.dtype, ensure_non_negative=True)
        return dense(X), y, sample_weight

    def _line(self, state: State, X: np.ndarray) -> tuple[np.ndarray, Any]:
        """Coefficients and intercept as scikit-learn has them."""
        if not self.fit_intercept:
            return _typed(state["coef"], X), 0.0
        intercept = _typed(state["intercept"], X)
        return _typed(state["coef"], X), intercept[()] if intercept.ndim == 0 else intercept

    def _rebuilt_state(self) -> dict[str, Any]:
        return {"isFitted": True}

    def predict(self, X):
        """The values on the line.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
        """
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse=_SPARSE, reset=False)
        return _asked_of(X, self.coef_, self._ask("predict", dense(X)))


class LinearRegression(_Line, theirs.LinearRegression):
    __doc__ = (theirs.LinearRegression.__doc__ or "").replace("sklearn.linear_model import", "tern.sklearn import")

    _kind = "LinearRegression"

    def _engine_parameters(self) -> dict[str, Any]:
        return {"fit_intercept": self.fit_intercept, "tol": self.tol}

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Finds the line of least squares.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self : object
        """
        X, y, sample_weight = self._checked(X, y, sample_weight)
        state = self._learn("fit", {"x": X, "y": y, "sample_weight": sample_weight})
        self.coef_, self.intercept_ = self._line(state, X)
        self.rank_, self.singular_ = state["rank"], _typed(state.numbers("singular"), X)
        self._remember()
        return self


class Ridge(_Line, theirs.Ridge):
    __doc__ = (theirs.Ridge.__doc__ or "").replace("sklearn.linear_model import", "tern.sklearn import")

    _kind = "Ridge"

    def _engine_parameters(self) -> dict[str, Any]:
        # With a penalty for each target, several models make one: `fit` sets it.
        return {"fit_intercept": self.fit_intercept, "alpha": 1.0 if np.ndim(self.alpha) else self.alpha}

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Finds the line of least squares with a penalty on its slopes, exactly, whatever the solver.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
        sample_weight : float or array-like of shape (n_samples,), optional

        Returns
        -------
        self : object
        """
        if self.solver == "lbfgs" and not self.positive:
            raise ValueError("'lbfgs' solver can be used only when positive=True. Please use another solver.")
        X, y, sample_weight = self._checked(X, y, sample_weight)
        arrays = {"x": X, "y": y, "sample_weight": sample_weight}
        targets = 1 if y.ndim == 1 else y.shape[1]
        if np.ndim(self.alpha) == 0 or np.size(self.alpha) == 1:
            single = Ridge(float(np.ravel(self.alpha)[0]), fit_intercept=self.fit_intercept)
            state = single._learn("fit", arrays)
            self._engine = single._engine
            self.coef_, self.intercept_ = self._line(state, X)
            self._remember()
        else:
            if np.size(self.alpha) != targets:
                raise ValueError(
                    f"Number of targets and number of penalties do not correspond: {np.size(self.alpha)} != {targets}"
                )
            parts = []
            for target, alpha in enumerate(np.ravel(self.alpha)):
                part = Ridge(float(alpha), fit_intercept=self.fit_intercept)
                parts.append(self._line(part._learn("fit", {**arrays, "y": y[:, target]}), X))
            self.coef_ = np.stack([coef for coef, _ in parts])
            # One for all targets where there is none, as scikit-learn has it.
            self.intercept_ = np.array([intercept for _, intercept in parts]) if self.fit_intercept else 0.0
            self._engine = self._rebuilt(None)
            self._remember()
        self.n_iter_, self.solver_ = None, "cholesky"
        return self


class LogisticRegression(ClassProbabilities, EngineEstimator, theirs.LogisticRegression):
    __doc__ = (theirs.LogisticRegression.__doc__ or "").replace("sklearn.linear_model import", "tern.sklearn import")

    _kind = "LogisticRegression"
    _learned = {"coef_": "coef", "intercept_": "intercept"}

    def _engine_parameters(self) -> dict[str, Any]:
        free = self.penalty is None or math.isinf(self.C)
        return {
            "penalty": "none" if free else "l2",
            "C": 1.0 if free else self.C,
            "class_weight": self._class_weight(),
            **{name: getattr(self, name) for name in ("tol", "fit_intercept", "max_iter", "warm_start")},
        }

    def _class_weight(self) -> dict[str, Any] | None:
        if self.class_weight is None or not hasattr(self, "classes_"):
            return None
        if isinstance(self.class_weight, str):
            return {"balanced": {}}
        places = {label: place for place, label in enumerate(self.classes_.tolist())}
        unweighted = [label for label in places if label not in self.class_weight]
        if unweighted and len(places) - len(unweighted) != len(self.class_weight):
            raise ValueError(f"The classes, {unweighted}, are not in class_weight")
        known = {places[label]: weight for label, weight in self.class_weight.items() if label in places}
        # Pairs, as Swift writes a dictionary whose keys are no texts, are an object for whole numbers.
        return {"of": {"_0": {str(place): float(weight) for place, weight in known.items()}}}

    def _refuse_what_is_not_there(self) -> None:
        wanted = []
        # It alone penalises the intercept; all others search for the same minimum.
        if self.solver == "liblinear":
            wanted.append("solver='liblinear'")
        if self.penalty in ("l1", "elasticnet") or self.l1_ratio:
            wanted.append("l1 penalty")
        if self.dual:
            wanted.append("dual=True")
        if wanted:
            raise ValueError(
                f"LogisticRegression: the engine has no {' and no '.join(wanted)}; use solver='lbfgs' with "
                "l1_ratio=0, or scikit-learn's"
            )

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Finds the likeliest coefficients, by L-BFGS, whatever the solver.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self : object
        """
        if self.penalty != "deprecated":
            warnings.warn(
                "'penalty' was deprecated in version 1.8 and will be removed in 1.10. Leave it, and use l1_ratio=0 "
                "instead of penalty='l2', and C=np.inf instead of penalty=None.",
                FutureWarning,
            )
        if self.n_jobs is not None:
            warnings.warn("'n_jobs' has no effect since 1.8 and will be removed in 1.10.", FutureWarning)
        self._refuse_what_is_not_there()
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=FLOATS)
        check_classification_targets(y)
        classes, places = np.unique(y, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(
                "This solver needs samples of at least 2 classes in the data, but the data contains only one class: "
                f"{classes[0]!r}"
            )
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=X.dtype, ensure_non_negative=True)
        more = self.warm_start and "_engine" in self.__dict__ and np.array_equal(self.classes_, classes)
        arrays = {"x": dense(X), "y": places, "sample_weight": sample_weight}
        if not more:
            self.classes_ = classes
        state = self._learn("fit", arrays, more=more)
        self.classes_ = classes
        self.coef_, self.intercept_ = _typed(state["coef"], X), _typed(state["intercept"], X)
        self.n_iter_ = np.array([state["nIter"]], dtype=np.int32)
        self._remember()
        if not state["didConverge"]:
            warnings.warn(
                f"lbfgs failed to converge after {state['nIter']} iteration(s) (max_iter={self.max_iter}). Increase "
                "the number of iterations to improve the convergence, or scale the data.",
                ConvergenceWarning,
            )
        return self

    def _rebuilt_state(self) -> dict[str, Any]:
        return {"classes": list(range(len(self.classes_)))}

    def _asked(self, function: str, X: Any) -> np.ndarray:
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", reset=False)
        return _asked_of(X, self.coef_, self._ask(function, dense(X)))

    def decision_function(self, X):
        """The weighted sums of the features: of the larger of two classes, or of each.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_classes)
        """
        return self._asked("decision_function", X)


def _asked_of(X: Any, coef: np.ndarray, result: np.ndarray) -> np.ndarray:
    """In the type of the product of features and coefficients."""
    return result.astype(np.result_type(X.dtype, coef.dtype), copy=False)


def _typed(array: np.ndarray, X: Any) -> np.ndarray:
    """In single precision where the features are."""
    return np.asarray(array).astype(np.float32 if X.dtype == np.float32 else np.float64, copy=False)
