"""Estimators with scikit-learn's names, parameters and attributes, and the engine's numbers and speed.

Each is a class of scikit-learn's whose fits and predictions are computed by the engine: pipelines, searches, ``clone``,
pickles, metadata routing and `sklearn.utils.estimator_checks` know no difference. For the same ``random_state`` the
numbers are scikit-learn's up to rounding.

>>> import numpy as np
>>> from tern.sklearn import MLPRegressor
>>> x = np.linspace(0, 6, 200).reshape(-1, 1)
>>> model = MLPRegressor(hidden_layer_sizes=(20,), solver="lbfgs", random_state=1).fit(x, np.sin(x).ravel())
>>> round(model.score(x, np.sin(x).ravel()), 1)
1.0

Unlike scikit-learn's, arrays among the learned attributes cannot be written to (other arrays can be put in their place,
and predictions follow), a fit whose loss becomes infinite is an error, and sparse features are made dense, or, by
transformers, refused.
"""

try:
    import sklearn as _sklearn
except ImportError as _error:
    raise ImportError("tern.sklearn stands on scikit-learn: pip install 'tern[sklearn]'") from _error

if not _sklearn.__version__.startswith("1.9."):
    raise ImportError(
        f"tern.sklearn stands on scikit-learn 1.9, and {_sklearn.__version__} is installed: pip install 'tern[sklearn]'"
    )

from ._encoders import OneHotEncoder, OrdinalEncoder
from ._linear import LinearRegression, LogisticRegression, Ridge
from ._perceptron import MLPClassifier, MLPRegressor
from ._process import GaussianProcessRegressor
from ._scalers import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler
from ._tabular import TabularClassifier, TabularRegressor
from ._transformers import PCA, PolynomialFeatures, PowerTransformer, QuantileTransformer, SimpleImputer

__all__ = [
    "GaussianProcessRegressor",
    "LinearRegression",
    "LogisticRegression",
    "MLPClassifier",
    "MLPRegressor",
    "MaxAbsScaler",
    "MinMaxScaler",
    "OneHotEncoder",
    "OrdinalEncoder",
    "PCA",
    "PolynomialFeatures",
    "PowerTransformer",
    "QuantileTransformer",
    "Ridge",
    "RobustScaler",
    "SimpleImputer",
    "StandardScaler",
    "TabularClassifier",
    "TabularRegressor",
]
