"""Multi-layer perceptrons that stand in for scikit-learn's."""

from __future__ import annotations

import math
import warnings
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import sklearn.neural_network as theirs
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import _check_sample_weight, validate_data

from .._handle import Listener, Progress
from ._engine import EngineEstimator, State, dense, in_python, seed, whole

# Epochs without progress that no training reaches: the engine's word for endless patience.
_ENDLESS = 2**53
# Products of examples, weights and epochs that take less than a second.
_SOON_OVER = 1e9
_STOCHASTIC = ("sgd", "adam")


class _Perceptron(EngineEstimator):
    """What both perceptrons have in common.

    `_fit` and `_forward_pass_fast`, through which scikit-learn's public methods compute, are the engine's.
    """

    _learned = {"coefs_": "coefs", "intercepts_": "intercepts"}
    _of_optimizer = frozenset(
        "solver learning_rate learning_rate_init power_t momentum nesterovs_momentum beta_1 beta_2 epsilon".split()
    )

    _read = ("activation",)

    def _engine_parameters(self) -> dict[str, Any]:
        names = "activation solver alpha learning_rate learning_rate_init power_t max_iter shuffle tol warm_start"
        names += " momentum nesterovs_momentum early_stopping validation_fraction beta_1 beta_2 epsilon max_fun"
        parameters = {name: getattr(self, name) for name in names.split()}
        parameters["hidden_layer_sizes"] = self._hidden_layer_sizes()
        parameters["batch_size"] = None if self.batch_size == "auto" else self.batch_size
        patience = self.n_iter_no_change
        parameters["n_iter_no_change"] = _ENDLESS if math.isinf(patience) else patience
        parameters["random_state"] = self._seed if hasattr(self, "_seed") else None
        return parameters

    def _hidden_layer_sizes(self) -> list[int]:
        return whole(self.hidden_layer_sizes)

    def _is_of_answers(self, name: str, value: Any) -> bool:
        return name == "out_activation_" or super()._is_of_answers(name, value)

    def _fit(self, X, y, sample_weight=None, incremental=False):
        if np.any(np.ravel(self.hidden_layer_sizes) <= 0):
            raise ValueError(f"hidden_layer_sizes must be > 0, got {np.ravel(self.hidden_layer_sizes).tolist()}.")
        first = not hasattr(self, "coefs_") or not (self.warm_start or incremental)
        X, y = self._validate_input(X, y, incremental, reset=first)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X)
        if incremental and self.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True")
        self._seed = seed(self.random_state)
        arrays = {"x": dense(X), "y": self._targets(y), "sample_weight": sample_weight}
        interrupted = False
        try:
            state = self._learn(
                "partial_fit" if incremental else "fit",
                arrays,
                more=not first,
                arguments=self._fit_arguments(incremental),
                listener=self._listener(X.shape, y, incremental),
            )
        except KeyboardInterrupt as interrupt:
            # As in scikit-learn, what the training had come to is kept.
            handle = getattr(interrupt, "handle", None)
            state = State(handle) if handle and self.solver in _STOCHASTIC else None
            if state is None or not state["coefs"]:
                raise
            self._engine, interrupted = handle, True
        except ValueError as error:
            self._explain(error, X.shape[0], y)
            raise
        self._take(state)
        self._warn(state, incremental, interrupted)
        return self

    def _fit_arguments(self, incremental: bool) -> dict[str, Any]:
        return {}

    def _targets(self, y: np.ndarray) -> np.ndarray:
        return y

    def _listener(self, shape: tuple[int, int], y: np.ndarray, incremental: bool) -> Listener | None:
        """Who is told of epochs and can end them; None where that takes longer than to wait for the end."""
        if self.verbose:
            return Listener(self._tell)
        units = [shape[1], *self._hidden_layer_sizes(), 1 if y.ndim == 1 else y.shape[1]]
        weights = sum(a * b for a, b in pairwise(units))
        return Listener() if not incremental and shape[0] * weights * int(self.max_iter) > _SOON_OVER else None

    def _tell(self, progress: Progress) -> None:
        print(f"Iteration {progress.epoch}, loss = {progress.loss:.8f}")
        if self.early_stopping and not math.isnan(progress.validation):
            print(f"Validation score: {progress.validation:f}")

    def _take(self, state: State) -> None:
        """The attributes that scikit-learn's estimators have."""
        self.coefs_, self.intercepts_ = list(state["coefs"]), list(state["intercepts"])
        self.n_layers_ = len(self.coefs_) + 1
        self.n_outputs_ = self.coefs_[-1].shape[1]
        self.out_activation_ = self._out_activation()
        self.n_iter_, self.t_ = state["nIter"], state["t"]
        self.loss_ = float(state["lastLoss"])
        if self.solver in _STOCHASTIC:
            self.loss_curve_ = [float(loss) for loss in state["lossCurve"]]
            scores, best = state.get("validationScores"), state.get("bestValidationScore")
            self.validation_scores_ = None if scores is None else [float(score) for score in scores]
            self.best_validation_score_ = None if best is None else float(best)
            loss = state.get("bestLoss")
            self.best_loss_ = None if loss is None else float(loss)
            progress = state.get("progress") or {}
            self._no_improvement_count = progress.get("stalled", 0)
            self._optimizer = SimpleNamespace(learning_rate=progress.get("rate"))
        self._remember()

    def _warn(self, state: State, incremental: bool, interrupted: bool) -> None:
        if interrupted:
            warnings.warn("Training interrupted by user.")
            return
        if any("batchSize is" in warning for warning in state["warnings"]):
            warnings.warn("Got `batch_size` less than 1 or larger than sample size. It is going to be clipped")
        if state["didConverge"] or incremental:
            return
        if self.solver == "lbfgs":
            words = in_python(" ".join(state["warnings"]), self._kind) or "no reason is known"
            warnings.warn(
                f"lbfgs failed to converge after {self.n_iter_} iteration(s): {words}\n\nIncrease the number of "
                f"iterations to improve the convergence (max_iter={self.max_iter}).\nYou might also want to scale the "
                "data as shown in:\n    https://scikit-learn.org/stable/modules/preprocessing.html",
                ConvergenceWarning,
            )
        else:
            warnings.warn(
                f"Stochastic Optimizer: Maximum iterations ({self.max_iter}) reached and the optimization hasn't "
                "converged yet.",
                ConvergenceWarning,
            )

    def _explain(self, error: ValueError, examples: int, y: np.ndarray) -> None:
        """Raises scikit-learn's error, if there is one, for what the engine refused."""
        if "no longer finite" in str(error):
            raise ValueError(
                "Solver produced non-finite parameter weights. The input data may contain large values and need to be "
                f"preprocessed. {error}"
            ) from None
        if not self.early_stopping or self.solver not in _STOCHASTIC:
            return
        # scikit-learn's split says what is wrong with the sizes of classes and parts.
        alone = self._stratifies(y)
        train_test_split(y, test_size=self.validation_fraction, stratify=y if alone else None, random_state=0)
        if math.ceil(examples * self.validation_fraction) < 2:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
            ) from None

    def _stratifies(self, y: np.ndarray) -> bool:
        return False

    def _forward_pass_fast(self, X, check_input=True):
        if check_input:
            X = validate_data(self, X, accept_sparse=["csr", "csc"], reset=False)
        # In the type of the product of features and weights.
        return self._outputs(dense(X)).astype(np.result_type(X.dtype, self.coefs_[0].dtype), copy=False)


class MLPRegressor(_Perceptron, theirs.MLPRegressor):
    __doc__ = (theirs.MLPRegressor.__doc__ or "").replace(
        "sklearn.neural_network import MLP", "tern.sklearn import MLP"
    )

    _kind = "MLPRegressor"

    def _engine_parameters(self) -> dict[str, Any]:
        return {"loss": self.loss, **super()._engine_parameters()}

    def _out_activation(self) -> str:
        return "exp" if self.loss == "poisson" else "identity"

    def _outputs(self, X: np.ndarray) -> np.ndarray:
        return self._ask("predict", X).reshape(X.shape[0], self.n_outputs_)


class MLPClassifier(_Perceptron, theirs.MLPClassifier):
    __doc__ = (theirs.MLPClassifier.__doc__ or "").replace(
        "sklearn.neural_network import MLP", "tern.sklearn import MLP"
    )

    _kind = "MLPClassifier"

    def _is_multilabel(self) -> bool:
        return self._label_binarizer.y_type_.startswith("multilabel")

    def _out_activation(self) -> str:
        return "softmax" if self._label_binarizer.y_type_ == "multiclass" else "logistic"

    def _targets(self, y: np.ndarray) -> np.ndarray:
        # The binariser gives a column for each class, or one for two classes.
        if self._is_multilabel():
            return y.astype(np.int64)
        y = y.reshape(len(y), -1)
        return y.argmax(axis=1) if y.shape[1] > 1 else y[:, 0].astype(np.int64)

    def _fit_arguments(self, incremental: bool) -> dict[str, Any]:
        return {"classes": list(range(len(self.classes_)))} if incremental else {}

    def _rebuilt_state(self) -> dict[str, Any]:
        count = len(self.classes_)
        known = {"columns": {"_0": count}} if self._is_multilabel() else {"numbers": {"_0": list(range(count))}}
        return {"known": known}

    def _stratifies(self, y: np.ndarray) -> bool:
        return y.ndim == 1 or y.shape[1] == 1

    def _outputs(self, X: np.ndarray) -> np.ndarray:
        probabilities = self._ask("predict_proba", X)
        return probabilities[:, -1:] if self.n_outputs_ == 1 else probabilities
