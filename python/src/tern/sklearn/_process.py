"""A Gaussian process that stands in for scikit-learn's."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import sklearn.gaussian_process as theirs
from sklearn.base import _fit_context, clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process.kernels import RBF, ConstantKernel
from sklearn.utils.validation import validate_data

from .._handle import Handle
from ._engine import EngineEstimator, seed
from ._kernels import take_over, to_engine


def _read(kernel: Any) -> tuple[list[str], list[float]]:
    """The form and the numbers of a kernel, without bounds, by which only a fit goes."""
    words: list[str] = []
    numbers: list[float] = []

    def read(value: Any) -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                if not key.lower().endswith("bounds"):
                    words.append(key)
                    read(item)
        elif isinstance(value, list):
            words.append(str(len(value)))
            numbers.extend(value)
        elif isinstance(value, str):
            words.append(value)
        else:
            numbers.append(value)

    read(to_engine(kernel))
    return words, numbers


def _fixed(kernel: Any) -> list[bool]:
    return [parameter.fixed for parameter in kernel.hyperparameters]


class GaussianProcessRegressor(EngineEstimator, theirs.GaussianProcessRegressor):
    __doc__ = (theirs.GaussianProcessRegressor.__doc__ or "").replace(
        "sklearn.gaussian_process import", "tern.sklearn import"
    )

    _kind = "GaussianProcessRegressor"

    def _engine_parameters(self) -> dict[str, Any]:
        several = np.ndim(self.alpha) > 0
        return {
            "kernel": to_engine(getattr(self, "kernel_", None) or self._prior_kernel()),
            "alpha": 1e-10 if several else float(self.alpha),
            "alpha_by_sample": np.ravel(self.alpha) if several else None,
            "optimizes": self.optimizer is not None,
            "n_restarts_optimizer": self.n_restarts_optimizer,
            "normalize_y": self.normalize_y,
            "n_targets": self.n_targets,
            "random_state": getattr(self, "_seed", 0),
        }

    def _remember(self) -> None:
        super()._remember()
        # A kernel is changed in place, too.
        self._engine.kernel, self._engine.theta = _read(self.kernel_), self.kernel_.theta
        self._engine.fixed = _fixed(self.kernel_)

    def _current(self, theta: Any = None) -> Handle:
        """The engine's model.

        Raises
        ------
        AttributeError
            Where ``kernel_`` is no longer the fit's; with hyperparameters of one's own, where it has another form.
        """
        handle, kernel = super()._current(), self.kernel_
        is_same = theta is None or _fixed(kernel) == handle.fixed
        if is_same:
            words, numbers = _read(kernel if theta is None else kernel.clone_with_theta(handle.theta))
            # Hyperparameters are set as logarithms, which rounds them.
            is_same = words == handle.kernel[0] and (
                numbers == handle.kernel[1] or np.allclose(numbers, handle.kernel[1], rtol=1e-12, atol=0)
            )
        if not is_same:
            raise AttributeError(
                f"{type(self).__name__}.kernel_ was changed, but the engine predicts by the fit's; fit again (with "
                "optimizer=None hyperparameters stay as they are given)"
            )
        return handle

    @property
    def L_(self) -> np.ndarray:
        """The lower Cholesky factor of the kernel's matrix of ``X_train_`` with the noise, computed when asked for."""
        if "_noise" not in vars(self):
            raise AttributeError(f"{type(self).__name__} has no L_ before it is fitted")
        self._current()
        covariance = self.kernel_(self.X_train_)
        covariance[np.diag_indices_from(covariance)] += self._noise
        return np.linalg.cholesky(covariance)

    def _prior_kernel(self) -> Any:
        if self.kernel is not None:
            return self.kernel
        return ConstantKernel(1.0, constant_value_bounds="fixed") * RBF(1.0, length_scale_bounds="fixed")

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y):
        """Fits the hyperparameters that have bounds, and the process to the data.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_targets)

        Returns
        -------
        self : object
        """
        if callable(self.optimizer):
            raise ValueError("GaussianProcessRegressor: the engine has its own optimizer; leave it, or give None")
        kernel = ConstantKernel() * RBF() if self.kernel is None else clone(self.kernel)
        X, y = validate_data(self, X, y, multi_output=True, y_numeric=True)
        targets = y.shape[1] if y.ndim > 1 else 1
        if self.n_targets is not None and targets != self.n_targets:
            raise ValueError(
                "The number of targets seen in `y` is different from the parameter `n_targets`. Got "
                f"{targets} != {self.n_targets}."
            )
        if np.iterable(self.alpha) and self.alpha.shape[0] != y.shape[0]:
            if self.alpha.shape[0] != 1:
                raise ValueError(
                    "alpha must be a scalar or an array with same number of entries as y. "
                    f"({self.alpha.shape[0]} != {y.shape[0]})"
                )
            self.alpha = self.alpha[0]
        if self.n_restarts_optimizer > 0 and kernel.n_dims > 0 and not np.isfinite(kernel.bounds).all():
            raise ValueError(
                "Multiple optimizer restarts (n_restarts_optimizer>0) requires that all bounds are finite."
            )
        # The search begins where the kernel as it was given stands.
        self.kernel_, self._seed = kernel, seed(self.random_state)
        try:
            state = self._learn("fit", {"x": X, "y": y})
        except ValueError as error:
            if "positive definite" in str(error):
                raise np.linalg.LinAlgError(
                    f"The kernel, {kernel}, is not returning a positive definite matrix. Try gradually increasing the "
                    "'alpha' parameter of your GaussianProcessRegressor estimator."
                ) from error
            raise
        take_over(self.kernel_, state["fittedKernel"])
        mean, deviation = state["mean"], state["scale"]
        if y.ndim == 1:
            mean, deviation = (mean[0], deviation[0]) if self.normalize_y else (mean, deviation)
        self._y_train_mean, self._y_train_std, self._noise = mean, deviation, np.copy(self.alpha)
        self.X_train_ = np.copy(X) if self.copy_X_train else X
        if self.normalize_y:
            self.y_train_ = (y - mean) / deviation
        else:
            self.y_train_ = np.copy(y) if self.copy_X_train else y
        self.alpha_ = state["weights"] if y.ndim > 1 else state["weights"][:, 0]
        self.log_marginal_likelihood_value_ = float(state["logMarginalLikelihoodValue"])
        self._remember()
        for warning in state["warnings"]:
            if "search ended early" in warning:
                warnings.warn(f"lbfgs failed to converge: {warning}", ConvergenceWarning)
        if self.optimizer is not None and kernel.n_dims > 0:
            self.kernel_._check_bounds_params()
        return self

    def predict(self, X, return_std=False, return_cov=False):
        """The mean at each point, of the prior before the fit.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        return_std, return_cov : bool, default=False
            Whether standard deviations, or covariances, come too; not both.

        Returns
        -------
        y_mean : ndarray of shape (n_samples,) or (n_samples, n_targets)
        y_std : ndarray of the same shape
            With `return_std`.
        y_cov : ndarray of shape (n_samples, n_samples) or (n_samples, n_samples, n_targets)
            With `return_cov`.
        """
        if return_std and return_cov:
            raise RuntimeError("At most one of return_std or return_cov can be requested.")
        X = validate_data(self, X, reset=False)
        handle = self._current() if hasattr(self, "X_train_") else self._made()
        arguments = {"return_std": True} if return_std else {"return_cov": True} if return_cov else {}
        answer = handle.call("predict", arguments, {"x": X})
        arrays = answer.arrays
        mean = arrays["result"].copy()
        if return_std:
            if answer.value["negative_variances"]:
                warnings.warn("Predicted variances smaller than 0. Setting those variances to 0.")
            return mean, arrays["std"].copy()
        return (mean, arrays["cov"].copy()) if return_cov else mean

    def log_marginal_likelihood(self, theta=None, eval_gradient=False, clone_kernel=True):
        """The log of the data's probability density by the fitted kernel, or by one of other hyperparameters.

        Parameters
        ----------
        theta : array-like of shape (n_kernel_params,), optional
            Natural logarithms of hyperparameters; by default those of the fit.
        eval_gradient : bool, default=False
            Whether the gradient along theta comes too.
        clone_kernel : bool, default=True
            Whether `kernel_` stays as it is.

        Returns
        -------
        log_likelihood : float
        gradient : ndarray of shape (n_kernel_params,)
            With `eval_gradient`.
        """
        if theta is None:
            if eval_gradient:
                raise ValueError("Gradient can only be evaluated for theta!=None")
            return self.log_marginal_likelihood_value_
        if not clone_kernel:
            self.kernel_.theta = theta
        y = self.y_train_ * self._y_train_std + self._y_train_mean
        handle = self._current(theta)
        arrays = handle.call("log_marginal_likelihood", {"theta": np.ravel(theta)}, {"x": self.X_train_, "y": y}).arrays
        value = float(arrays["value"])
        return (value, arrays["gradient"].copy()) if eval_gradient else value
