"""Tern's own estimators for tables, in scikit-learn's manner."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MultiOutputMixin, RegressorMixin, _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from .._handle import Listener
from ._engine import FLOATS, ClassProbabilities, EngineEstimator, State, seed, whole

# Rows: some to learn from and some to be judged by.
_LEAST = 4


class _Tabular(EngineEstimator, BaseEstimator):
    """What both estimators have in common."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "hidden_layer_sizes": ["array-like"],
        "activation": [StrOptions({"relu", "silu", "tanh"})],
        "frequencies": [Interval(Integral, 0, None, closed="left")],
        "frequency_scale": [Interval(Real, 0, None, closed="neither")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left"), None],
        "max_epochs": [Interval(Integral, 1, None, closed="left"), None],
        "patience": [Interval(Real, 0, None, closed="neither")],
        "folds": [Interval(Integral, 2, None, closed="left")],
        "repeats": [Interval(Integral, 1, None, closed="left"), None],
        "validation": [StrOptions({"random", "blocks", "last"})],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        hidden_layer_sizes=(64, 64),
        *,
        activation="silu",
        frequencies=8,
        frequency_scale=0.2,
        dropout=0.0,
        learning_rate=0.005,
        weight_decay=0.02,
        batch_size=None,
        max_epochs=None,
        patience=0.4,
        folds=8,
        repeats=None,
        validation="random",
        random_state=None,
    ):
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.frequencies = frequencies
        self.frequency_scale = frequency_scale
        self.dropout = dropout
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.patience = patience
        self.folds = folds
        self.repeats = repeats
        self.validation = validation
        self.random_state = random_state

    def _engine_parameters(self) -> dict[str, Any]:
        parameters = self.get_params(deep=False)
        parameters["hidden_layer_sizes"] = whole(self.hidden_layer_sizes)
        parameters["random_state"] = getattr(self, "_seed", None)
        return parameters

    def _fitted(self, X: np.ndarray, y: np.ndarray, sample_weight: Any) -> Any:
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=X.dtype, ensure_non_negative=True)
        self._seed = seed(self.random_state)
        state: State = self._learn("fit", {"x": X, "y": y, "sample_weight": sample_weight}, listener=Listener())
        learned = state["learned"]
        self.out_of_fold_ = state.at("learned/heldOut")
        self.validation_curves_ = [np.array(curve, dtype=np.float64) for curve in learned["curves"]]
        self.best_epochs_ = list(learned["epochs"])
        self._remember()
        return self

    def _asked(self, function: str, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return self._ask(function, validate_data(self, X, dtype=FLOATS, reset=False))


class TabularRegressor(MultiOutputMixin, RegressorMixin, _Tabular):
    """Regression on tables that is good without being asked: a linear model, and ensembles of networks for what it
    leaves.

    Each member of an ensemble holds out a part of the rows; what it says of them decides when training ends, and how
    much the networks count beside the line. scikit-learn has no counterpart. The same as Swift's ``TabularRegressor``.

    Parameters
    ----------
    hidden_layer_sizes : array-like of int, default=(64, 64)
        The number of units in each hidden layer of each network.
    activation : {'relu', 'silu', 'tanh'}, default='silu'
        The function of the hidden units.
    frequencies : int, default=8
        How many cosines of each feature the second kind of networks sees; with 0 there is one kind.
    frequency_scale : float, default=0.2
        How fast the cosines turn before training.
    dropout : float, default=0.0
        The share of the hidden units that is left out in each step.
    learning_rate : float, default=0.005
        The largest learning rate of Adam.
    weight_decay : float, default=0.02
        The share, times the learning rate, that every weight loses in each step.
    batch_size : int, optional
        Rows of each member in a batch; by default 32 up to 256.
    max_epochs : int, optional
        Epochs at most; by default 20 to 256.
    patience : float, default=0.4
        Training ends after this share of the epochs without progress.
    folds : int, default=8
        How many parts the rows are cut into.
    repeats : int, optional
        How often they are cut anew; by default twice below 500 rows.
    validation : {'random', 'blocks', 'last'}, default='random'
        Which rows are held out; rows of series want 'blocks'.
    random_state : int, RandomState instance or None, default=None
        The seed of what is held out, of weights and of order.

    Attributes
    ----------
    out_of_fold_ : ndarray of shape (n_samples, n_targets)
        Of each row what was said by those who had not seen it.
    validation_curves_ : list of ndarray
        Of each kind of networks the error of what is held out after each epoch.
    best_epochs_ : list of int
        Of each kind of networks the epoch whose weights were kept.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features_in_,)

    Examples
    --------
    >>> import numpy as np
    >>> from tern.sklearn import TabularRegressor
    >>> x = np.arange(0, 4, 0.1).reshape(-1, 1)
    >>> y = np.sin(3 * x).ravel()
    >>> model = TabularRegressor(random_state=0).fit(x, y)
    >>> bool(model.score(x, y) > 0.9)
    True
    """

    _kind = "TabularRegressor"

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Learns from a table.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self : object
        """
        X, y = validate_data(self, X, y, dtype=FLOATS, multi_output=True, y_numeric=True, ensure_min_samples=_LEAST)
        return self._fitted(X, y, sample_weight)

    def predict(self, X):
        """The predicted targets.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
        """
        return self._asked("predict", X)


class TabularClassifier(ClassProbabilities, ClassifierMixin, _Tabular):
    __doc__ = (
        (TabularRegressor.__doc__ or "")
        .replace("Regression on tables", "Classes of tables")
        .replace("TabularRegressor", "TabularClassifier")
        .replace("np.sin(3 * x).ravel()", "np.where(x > 2, 'warm', 'cold').ravel()")
        .replace("(n_samples, n_targets)\n        Of", "(n_samples, n_classes)\n        Of")
        .replace(
            "    Attributes\n    ----------\n",
            "    Attributes\n    ----------\n    classes_ : ndarray of shape (n_classes,)\n",
        )
    )

    _kind = "TabularClassifier"

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Learns from a table.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
            Labels of two classes or more, of any kind.
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        self : object
        """
        X, y = validate_data(self, X, y, dtype=FLOATS, ensure_min_samples=_LEAST)
        check_classification_targets(y)
        self.classes_, places = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"TabularClassifier tells two classes or more apart; there is one class, {self.classes_[0]!r}"
            )
        return self._fitted(X, places, sample_weight)
