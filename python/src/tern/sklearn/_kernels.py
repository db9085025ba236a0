"""Kernels of Gaussian processes: scikit-learn's objects as the engine writes them, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.gaussian_process import kernels as theirs

_SMOOTHNESS = {0.5: "half", 1.5: "threeHalves", 2.5: "fiveHalves", np.inf: "infinite"}


def to_engine(kernel: theirs.Kernel) -> dict[str, Any]:
    """The kernel as the engine's archive has it.

    Raises
    ------
    ValueError
        For kernels that the engine does not know: `PairwiseKernel`, `CompoundKernel`, those of one's own, `Matern`
        of other smoothness than 0.5, 1.5, 2.5 and infinity, and bounds that differ among length scales.
    """
    match kernel:
        case theirs.Sum():
            return {"sum": {"_0": to_engine(kernel.k1), "_1": to_engine(kernel.k2)}}
        case theirs.Product():
            return {"product": {"_0": to_engine(kernel.k1), "_1": to_engine(kernel.k2)}}
        case theirs.Exponentiation():
            return {"power": {"_0": to_engine(kernel.kernel), "_1": float(kernel.exponent)}}
        case theirs.ConstantKernel():
            return _case("constantKernel", {"_0": kernel.constant_value}, bounds=kernel.constant_value_bounds)
        case theirs.WhiteKernel():
            return _case("whiteKernel", {"_0": kernel.noise_level}, bounds=kernel.noise_level_bounds)
        case theirs.DotProduct():
            return _case("dotProductKernel", {"_0": kernel.sigma_0}, bounds=kernel.sigma_0_bounds)
        case theirs.Matern():
            if kernel.nu not in _SMOOTHNESS:
                raise ValueError(f"{kernel}: the engine has nu of 0.5, 1.5, 2.5 and inf alone")
            lengths = {"_0": _lengths(kernel), "smoothness": _SMOOTHNESS[kernel.nu]}
            return _case("maternKernel", lengths, bounds=kernel.length_scale_bounds)
        case theirs.RBF():
            return _case("rbfKernel", {"_0": _lengths(kernel)}, bounds=kernel.length_scale_bounds)
        case theirs.RationalQuadratic():
            values = {"lengthScale": kernel.length_scale, "alpha": kernel.alpha}
            bounds = {"lengthScaleBounds": kernel.length_scale_bounds, "alphaBounds": kernel.alpha_bounds}
            return _case("rationalQuadraticKernel", values, **bounds)
        case theirs.ExpSineSquared():
            values = {"lengthScale": kernel.length_scale, "periodicity": kernel.periodicity}
            bounds = {"lengthScaleBounds": kernel.length_scale_bounds, "periodicityBounds": kernel.periodicity_bounds}
            return _case("expSineSquaredKernel", values, **bounds)
    raise ValueError(f"{type(kernel).__name__}: the engine does not know this kernel")


def take_over(kernel: theirs.Kernel, fitted: dict[str, Any]) -> None:
    """Gives a kernel of scikit-learn's the hyperparameters of the engine's of the same form."""
    values = next(iter(fitted.values()))
    match kernel:
        case theirs.Sum() | theirs.Product():
            take_over(kernel.k1, values["_0"])
            take_over(kernel.k2, values["_1"])
        case theirs.Exponentiation():
            take_over(kernel.kernel, values["_0"])
        case theirs.ConstantKernel():
            kernel.set_params(constant_value=values["_0"])
        case theirs.WhiteKernel():
            kernel.set_params(noise_level=values["_0"])
        case theirs.DotProduct():
            kernel.set_params(sigma_0=values["_0"])
        case theirs.RBF():
            lengths = values["_0"]
            kernel.set_params(length_scale=np.array(lengths) if np.ndim(kernel.length_scale) else lengths[0])
        case theirs.RationalQuadratic():
            kernel.set_params(length_scale=values["lengthScale"], alpha=values["alpha"])
        case theirs.ExpSineSquared():
            kernel.set_params(length_scale=values["lengthScale"], periodicity=values["periodicity"])


def _lengths(kernel: Any) -> list[float]:
    return [float(length) for length in np.atleast_1d(kernel.length_scale)]


def _case(name: str, values: dict[str, Any], **bounds: Any) -> dict[str, Any]:
    """A case of the engine's enumeration; bounds that are fixed are left out."""
    case = {
        key: float(value) if np.isscalar(value) and not isinstance(value, str) else value
        for key, value in values.items()
    }
    for key, pair in bounds.items():
        if isinstance(pair, str):
            continue
        pairs = {tuple(one) for one in np.atleast_2d(pair).tolist()}
        if len(pairs) > 1:
            raise ValueError(f"bounds of a kernel differ among length scales ({pair}); the engine has the same for all")
        case[key] = [float(bound) for bound in pairs.pop()]
    return {name: case}
