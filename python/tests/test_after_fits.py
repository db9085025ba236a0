"""What stands after a fit: parameters that are set then, fits that fail, and fits that go on."""

import copy
import warnings

import numpy as np
import pytest

pytest.importorskip("sklearn")

import sklearn.decomposition
import sklearn.gaussian_process
import sklearn.impute
import sklearn.linear_model
import sklearn.neural_network
import sklearn.preprocessing
from sklearn.exceptions import ConvergenceWarning

import tern.sklearn as ours

random = np.random.default_rng(5)
X = np.abs(random.normal(size=(40, 3)) * [1, 10, 0.1]) + 0.1
Y = np.sin(X[:, 0]) + 0.1 * X[:, 1]
HOLES = np.where(X > 1, np.nan, X)
ROUND = np.round(HOLES * 3)
TEXTS = np.array([["a", "x"], ["b", "x"], ["b", "y"], ["c", "y"], ["b", "x"], ["a", "x"]])
NETWORK = {"hidden_layer_sizes": (4,), "max_iter": 6, "random_state": 1}
KNOWN = {"handle_unknown": "use_encoded_value", "unknown_value": -1}
MODULES = (
    sklearn.preprocessing, sklearn.decomposition, sklearn.impute, sklearn.linear_model, sklearn.neural_network,
    sklearn.gaussian_process,
)  # fmt: skip


def theirs(name):
    return next(getattr(module, name) for module in MODULES if hasattr(module, name))


def fitted(kind, parameters, *data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(**parameters).fit(*data)


def answer(model, x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = model.predict(x) if hasattr(model, "predict") else model.transform(x)
    return found.toarray() if hasattr(found, "toarray") else found


SET = [
    ("StandardScaler", {}, {"with_mean": False}),
    ("StandardScaler", {}, {"with_std": False}),
    ("StandardScaler", {"with_mean": False}, {"with_mean": True}),
    ("MinMaxScaler", {}, {"clip": True}),
    ("MinMaxScaler", {"clip": True}, {"feature_range": (0.2, 0.5)}),
    ("MaxAbsScaler", {}, {"clip": True}),
    ("PowerTransformer", {}, {"method": "box-cox"}),
    ("QuantileTransformer", {"n_quantiles": 10}, {"output_distribution": "normal"}),
    ("PCA", {"n_components": 2}, {"whiten": True}),
    ("MLPRegressor", NETWORK, {"activation": "tanh"}),
    ("SimpleImputer", {"add_indicator": True}, {"add_indicator": False}),
    ("OneHotEncoder", {"handle_unknown": "ignore", "min_frequency": 2}, {"handle_unknown": "infrequent_if_exist"}),
    ("OrdinalEncoder", KNOWN, {"unknown_value": -7}),
    ("OrdinalEncoder", {}, {"encoded_missing_value": -5}),
    # Not read after a fit.
    ("RobustScaler", {}, {"quantile_range": (1, 50)}),
    ("PolynomialFeatures", {}, {"degree": 3}),
    ("SimpleImputer", {}, {"strategy": "median"}),
    ("MLPRegressor", NETWORK, {"hidden_layer_sizes": (9,)}),
]


@pytest.mark.parametrize(("name", "parameters", "later"), SET, ids=[f"{case[0]} {case[2]}" for case in SET])
def test_parameters_that_are_set_after_a_fit_count_as_in_scikit_learn(name, parameters, later):
    data, asked = (X,), X * 1.5 + 0.3
    if name == "SimpleImputer":
        data, asked = (HOLES,), HOLES
    elif name.endswith("Encoder"):
        data, asked = ((ROUND,), ROUND) if "encoded_missing_value" in later else ((TEXTS,), [["a", "x"], ["z", "q"]])
        if "handle_unknown" not in parameters:
            asked = data[0]
    elif name.startswith("MLP"):
        data = (X, Y)
    answers = []
    for kind in (getattr(ours, name), theirs(name)):
        model = fitted(kind, parameters, *data)
        first = answer(model, asked)
        answers.append([answer(model.set_params(**later), asked), answer(copy.deepcopy(model), asked)])
        # And back again.
        model.set_params(**{key: kind(**parameters).get_params()[key] for key in later})
        np.testing.assert_array_equal(answer(model, asked), first)
    for found, expected in zip(*answers):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("name", "parameters", "later"),
    [
        ("PolynomialFeatures", {}, {"include_bias": False}),
        ("PolynomialFeatures", {}, {"interaction_only": True}),
        ("PowerTransformer", {}, {"standardize": False}),
        ("RobustScaler", {}, {"with_centering": False}),
        ("RobustScaler", {}, {"with_scaling": False}),
        ("StandardScaler", {"with_std": False}, {"with_std": True}),
        ("SimpleImputer", {}, {"add_indicator": True}),
    ],
)
def test_a_parameter_that_needs_another_fit_says_so(name, parameters, later):
    model = fitted(getattr(ours, name), parameters, X).set_params(**later)
    with pytest.raises(ValueError, match=rf"{name}.{next(iter(later))} was set after the fit; fit again"):
        model.transform(X)
    model.fit(X).transform(X)


WEIGHTS = {"sample_weight": np.full(40, np.nan)}
FAILING = [
    ("LogisticRegression", (X, Y > 0.5), (X, Y > 2), WEIGHTS),
    ("LinearRegression", (X, Y), (X[:, :2], Y), WEIGHTS),
    ("MinMaxScaler", (X,), (X * np.inf,), {}),
    ("StandardScaler", (X,), (X * np.inf,), {}),
    ("OrdinalEncoder", (TEXTS,), ([["q", None], [3, "x"]],), {}),
    ("GaussianProcessRegressor", (X, Y), (X, Y * np.nan), {}),
]


@pytest.mark.parametrize(("name", "data", "bad", "more"), FAILING, ids=[case[0] for case in FAILING])
def test_a_fit_that_fails_leaves_what_was_learned(name, data, bad, more):
    model = getattr(ours, name)().fit(*data)
    before, known = answer(model, data[0]), dict(vars(model))
    with pytest.raises((ValueError, TypeError)):
        model.fit(*bad, **more)
    assert vars(model).keys() == known.keys() and all(vars(model)[key] is value for key, value in known.items())
    np.testing.assert_array_equal(answer(model, data[0]), before)


def test_categories_and_kernels_outlive_a_fit_that_fails():
    encoder = ours.OneHotEncoder(sparse_output=False).fit(TEXTS)
    before = encoder.transform(TEXTS)
    with pytest.raises(ValueError, match="supposed to be dropped"):
        encoder.set_params(drop=["q", "q"]).fit(np.array([["k", "l"], ["m", "n"]]))
    np.testing.assert_array_equal(encoder.transform(TEXTS), before)
    process = ours.GaussianProcessRegressor().fit(X, Y)
    kernel = process.kernel_
    with pytest.raises(np.linalg.LinAlgError):
        process.set_params(alpha=0.0).fit(np.repeat(X[:3], 9, 0), np.arange(27.0))
    assert process.kernel_ is kernel


def test_a_first_fit_that_fails_leaves_nothing():
    network = ours.MLPClassifier(**NETWORK)
    with pytest.raises(ValueError):
        network.partial_fit(X * np.nan, Y > 0.5, classes=[False, True])
    assert not hasattr(network, "classes_")
    assert not hasattr(ours.MLPClassifier(solver="lbfgs"), "partial_fit")


def test_a_warning_that_is_an_error_keeps_what_was_learned():
    network = ours.MLPRegressor(**NETWORK)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ConvergenceWarning):
            network.fit(X, Y)
    np.testing.assert_array_equal(network.predict(X), fitted(ours.MLPRegressor, NETWORK, X, Y).predict(X))


def test_a_warm_start_goes_on_from_its_coefficients():
    made = []
    for module in (ours, sklearn.linear_model):
        model = fitted(module.LogisticRegression, {"warm_start": True, "max_iter": 200}, X, Y > 0.5)
        model.set_params(max_iter=1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(X, Y > 0.5).fit(X, (Y > 0.5).astype(float))
        assert model.classes_.dtype == float
        made.append(model.coef_)
    np.testing.assert_allclose(*made, rtol=1e-2)


@pytest.mark.parametrize("name", ["MinMaxScaler", "MaxAbsScaler"])
@pytest.mark.parametrize("types", [("f8", "f2"), ("f8", "f4"), ("f4", "f8"), ("f2", "f4"), ("f2", "f2")])
def test_attributes_keep_the_precision_of_all_batches(name, types):
    models = [kind() for kind in (getattr(ours, name), theirs(name))]
    for model in models:
        model.partial_fit(np.array([[1e4 + 0.123456], [2]], types[0])).partial_fit(np.array([[3], [4]], types[1]))
    for attribute in ("data_min_", "data_max_", "data_range_", "min_", "max_abs_", "scale_"):
        if hasattr(models[1], attribute):
            found, expected = (getattr(model, attribute) for model in models)
            assert found.dtype == expected.dtype
            np.testing.assert_allclose(found, expected, rtol=2e-3 if expected.dtype == np.float16 else 1e-6)


def test_attributes_have_scikit_learns_types():
    for kind in (ours.SimpleImputer, sklearn.impute.SimpleImputer):
        assert kind().fit(HOLES.astype("f2")).statistics_.dtype == np.float16
    for kind in (ours.GaussianProcessRegressor, sklearn.gaussian_process.GaussianProcessRegressor):
        counts = np.arange(40)
        assert kind(alpha=0.1).fit(X, counts).y_train_.dtype == counts.dtype
        assert kind(alpha=0.1, copy_X_train=False).fit(X, counts).y_train_ is counts
