"""Parameters are taken as scikit-learn takes them: truths as numbers, whole numbers of every size, and no fractions."""

import numpy as np
import pytest
import sklearn.impute
import sklearn.linear_model
import sklearn.neural_network
import sklearn.preprocessing

import tern.sklearn as ours

X = np.random.default_rng(0).normal(size=(24, 3))
Y = X @ [1.0, 2, 3]
CODES = np.random.default_rng(1).integers(0, 4, (24, 3)).astype(float)
HOLES = np.where(CODES == 1, np.nan, CODES)
PERCEPTRON = {"hidden_layer_sizes": (4,), "max_iter": 5, "random_state": 1}
THEIRS = [sklearn.preprocessing, sklearn.impute, sklearn.linear_model, sklearn.neural_network]


def made(module, name, parameters, data):
    """What comes out, or the kind of error."""
    try:
        model = getattr(module, name)(**parameters).fit(*data)
        found = model.transform(data[0]) if hasattr(model, "transform") else model.predict(data[0])
        return found.toarray() if hasattr(found, "toarray") else found
    except (TypeError, ValueError, OverflowError) as error:
        return type(error)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "name, parameters, data",
    [
        ("OneHotEncoder", {"min_frequency": True}, (CODES,)),
        ("OneHotEncoder", {"max_categories": True}, (CODES,)),
        ("OneHotEncoder", {"min_frequency": 10**20}, (CODES,)),
        ("OrdinalEncoder", {"min_frequency": True}, (CODES,)),
        ("OrdinalEncoder", {"encoded_missing_value": True}, (HOLES,)),
        ("OrdinalEncoder", {"encoded_missing_value": 10**20}, (HOLES,)),
        ("PolynomialFeatures", {"degree": True}, (X,)),
        ("MinMaxScaler", {"feature_range": (False, 5)}, (X,)),
        ("RobustScaler", {"quantile_range": (True, 50)}, (X,)),
        ("SimpleImputer", {"fill_value": "a"}, (HOLES,)),
        ("SimpleImputer", {"missing_values": 1, "strategy": "constant", "fill_value": 10**20}, (CODES.astype(int),)),
        ("QuantileTransformer", {"n_quantiles": True}, (X,)),
        ("LinearRegression", {"tol": True}, (X, Y)),
        ("LogisticRegression", {"max_iter": True}, (X, Y > 0)),
        ("LogisticRegression", {"class_weight": {False: 1, 5: 2}}, (X, Y > 0)),
        ("MLPRegressor", {**PERCEPTRON, "alpha": True}, (X, Y)),
        ("MLPRegressor", {**PERCEPTRON, "max_iter": True}, (X, Y)),
        ("MLPRegressor", {**PERCEPTRON, "max_iter": np.uint8(2)}, (X, Y)),
        ("MLPRegressor", {**PERCEPTRON, "n_iter_no_change": 10**20}, (X, Y)),
        ("MLPRegressor", {**PERCEPTRON, "hidden_layer_sizes": (4.0,)}, (X, Y)),
        ("MLPRegressor", {**PERCEPTRON, "hidden_layer_sizes": True}, (X, Y)),
    ],
)
def test_parameters_are_taken_as_scikit_learn_takes_them(name, parameters, data):
    theirs = next(module for module in THEIRS if hasattr(module, name))
    found, expected = (made(module, name, parameters, data) for module in (ours, theirs))
    if isinstance(expected, type):
        assert found is expected
    else:
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("sizes", [(2.5,), [True]])
def test_fractions_of_units_are_refused(sizes):
    with pytest.raises(TypeError, match="integer"):
        ours.TabularRegressor(sizes, random_state=1).fit(X, Y)
