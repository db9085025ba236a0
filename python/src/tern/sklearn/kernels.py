"""Kernels of Gaussian processes: scikit-learn's objects, which the engine reads, by their names and by Tern's.

>>> from tern.sklearn import GaussianProcessRegressor
>>> from tern.sklearn.kernels import constant, rbf, white
>>> constant(2.0) * rbf(length_scale=1.5) + white(noise_level=0.1)
1.41**2 * RBF(length_scale=1.5) + WhiteKernel(noise_level=0.1)
>>> GaussianProcessRegressor(constant(2.0) * rbf(1.5)).fit([[0.0], [1], [2]], [0.0, 1, 0]).predict([[1.0]]).round(6)
array([1.])
"""

from sklearn.gaussian_process.kernels import (
    RBF,
    ConstantKernel,
    DotProduct,
    Exponentiation,
    ExpSineSquared,
    Matern,
    Product,
    RationalQuadratic,
    Sum,
    WhiteKernel,
)

constant = ConstantKernel
rbf = RBF
white = WhiteKernel
matern = Matern
rational_quadratic = RationalQuadratic
exp_sine_squared = ExpSineSquared
dot_product = DotProduct

__all__ = [
    "RBF",
    "ConstantKernel",
    "DotProduct",
    "ExpSineSquared",
    "Exponentiation",
    "Matern",
    "Product",
    "RationalQuadratic",
    "Sum",
    "WhiteKernel",
    "constant",
    "dot_product",
    "exp_sine_squared",
    "matern",
    "rational_quadratic",
    "rbf",
    "white",
]
