"""What is given to fitted estimators, and what comes back: replaced attributes, types, weights."""

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
from sklearn.gaussian_process.kernels import RBF, WhiteKernel

import tern
import tern.sklearn

random = np.random.default_rng(1)
X = random.normal(size=(30, 4))
Y = X[:, 0] + np.sin(X[:, 1])
MODULES = (
    sklearn.preprocessing, sklearn.decomposition, sklearn.impute, sklearn.linear_model, sklearn.neural_network,
    sklearn.gaussian_process,
)  # fmt: skip


def theirs(name):
    return next(getattr(module, name) for module in MODULES if hasattr(module, name))


def fitted(kind, parameters, x, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(**parameters).fit(*([x] if y is None else [x, y]))


def more(value):
    return np.asarray(value) + 1


def single(values):
    return [np.asarray(value, np.float32) for value in values]


NETWORK = {"hidden_layer_sizes": (3,), "random_state": 0, "max_iter": 5}
REPLACED = [
    ("StandardScaler", {}, None, {"mean_": more}),
    ("StandardScaler", {}, None, {"mean_": lambda m: m.astype("f4"), "scale_": more}),
    ("StandardScaler", {"with_std": False}, None, {"mean_": more}),
    ("MinMaxScaler", {}, None, {"min_": more, "scale_": more}),
    ("MaxAbsScaler", {}, None, {"scale_": more}),
    ("RobustScaler", {}, None, {"center_": more, "scale_": more}),
    ("PowerTransformer", {}, None, {"lambdas_": more}),
    ("SimpleImputer", {}, None, {"statistics_": more}),
    ("PCA", {"n_components": 2}, None, {"components_": lambda c: -c}),
    ("PCA", {"whiten": True}, None, {"mean_": more, "explained_variance_": lambda v: 4 * v}),
    ("MLPRegressor", NETWORK, Y, {"coefs_": single}),
    ("MLPRegressor", NETWORK | {"solver": "lbfgs"}, Y, {"coefs_": single, "intercepts_": single}),
    ("MLPClassifier", NETWORK, Y > 0, {"coefs_": single}),
    ("Ridge", {}, Y, {"coef_": lambda c: c.astype("f4"), "intercept_": lambda _: 3}),
    ("LinearRegression", {"fit_intercept": False}, Y, {"intercept_": lambda _: 2.5}),
    ("LogisticRegression", {}, Y > 0, {"coef_": more}),
]


@pytest.mark.parametrize(("name", "parameters", "y", "replaced"), REPLACED, ids=[case[0] for case in REPLACED])
def test_attributes_of_other_types_are_taken_over(name, parameters, y, replaced):
    answers = []
    for kind in (getattr(tern.sklearn, name), theirs(name)):
        model = fitted(kind, parameters, X, y)
        for attribute, made in replaced.items():
            setattr(model, attribute, made(getattr(model, attribute)))
        method = "transform" if y is None else "predict_proba" if hasattr(model, "predict_proba") else "predict"
        answers.append(getattr(model, method)(np.where(X > 2, np.nan, X) if name == "SimpleImputer" else X))
    np.testing.assert_allclose(*answers, rtol=1e-5, atol=1e-6)
    assert answers[0].dtype == answers[1].dtype


def test_a_scaler_may_be_told_what_it_would_have_learned():
    scaler = tern.sklearn.StandardScaler()
    scaler.mean_, scaler.scale_, scaler.var_, scaler.n_features_in_ = np.ones(4), np.full(4, 2.0), np.full(4, 4.0), 4
    np.testing.assert_allclose(scaler.transform(X), (X - 1) / 2)


def test_one_array_of_a_networks_list_is_taken_over():
    network = fitted(tern.sklearn.MLPRegressor, NETWORK, X, Y)
    network.coefs_[0] = np.zeros((4, 3), np.float32)
    assert np.ptp(network.predict(X)) == 0


@pytest.mark.parametrize(
    ("name", "attribute", "value", "said"),
    [
        ("StandardScaler", "mean_", [1, 2], r"StandardScaler.mean_ .* \(2,\), and what was learned has \(4,\)"),
        ("StandardScaler", "mean_", "warm", "StandardScaler.mean_ cannot be replaced so: could not convert"),
        ("StandardScaler", "scale_", None, "scale_ cannot be replaced so: it is None"),
        ("MLPRegressor", "coefs_", [np.zeros((4, 3))], "there are 1 arrays, and what was learned has 2"),
        (
            "MLPRegressor",
            "coefs_",
            [np.zeros((2, 3)), np.zeros((3, 1))],
            r"\(2, 3\), and what was learned has \(4, 3\)",
        ),
    ],
)
def test_what_cannot_be_taken_over_is_told(name, attribute, value, said):
    model = fitted(getattr(tern.sklearn, name), NETWORK if name.startswith("MLP") else {}, X, Y)
    setattr(model, attribute, value)
    with pytest.raises(ValueError, match=said):
        model.transform(X) if name == "StandardScaler" else model.predict(X)


@pytest.mark.parametrize("name", ["StandardScaler", "MinMaxScaler", "PCA", "Ridge"])
def test_a_write_into_an_attribute_is_an_error(name):
    model = fitted(getattr(tern.sklearn, name), {}, X, Y)
    for attribute in model._learned:
        if isinstance(value := getattr(model, attribute), np.ndarray):
            with pytest.raises(ValueError, match="read-only"):
                value[...] = 0


TYPED = [
    ("StandardScaler", {}, None), ("MinMaxScaler", {}, None), ("MaxAbsScaler", {}, None), ("RobustScaler", {}, None),
    ("PCA", {"n_components": 2}, None), ("SimpleImputer", {}, None), ("QuantileTransformer", {"n_quantiles": 9}, None),
    ("PolynomialFeatures", {}, None), ("MLPRegressor", NETWORK, Y), ("MLPClassifier", NETWORK, Y > 0),
    ("LinearRegression", {}, Y), ("Ridge", {}, Y), ("LogisticRegression", {}, Y > 0),
    ("GaussianProcessRegressor", {"alpha": 0.1}, Y),
]  # fmt: skip


@pytest.mark.parametrize(("name", "parameters", "y"), TYPED, ids=[case[0] for case in TYPED])
def test_results_have_scikit_learns_types(name, parameters, y):
    for fit in ("f4", "f8"):
        targets = y if y is None or y.dtype == bool else y.astype(fit)
        models = [
            fitted(kind, parameters, X.astype(fit), targets) for kind in (getattr(tern.sklearn, name), theirs(name))
        ]
        for ask in ("f2", "f4", "f8", "i4"):
            for method in ("predict", "predict_proba", "decision_function", "transform"):
                if hasattr(models[1], method):
                    ours, other = (getattr(model, method)(X.astype(ask)) for model in models)
                    assert ours.dtype == other.dtype, (fit, ask, method)
                    np.testing.assert_allclose(ours, other, rtol=2e-2, atol=2e-2)


def test_half_precision_is_computed_in_single():
    model = tern.make({"estimator": "MLPRegressor", "parameters": {"random_state": 0, "max_iter": 5}})
    model.fit(X.astype("f2"), Y.astype("f2"))
    half = model.predict(X.astype("f2"))
    model.fit(X.astype("f2").astype("f4"), Y.astype("f2").astype("f4"))
    assert half.dtype == np.float32 and (half == model.predict(X.astype("f2").astype("f4"))).all()


@pytest.mark.parametrize("alpha", [random.random(30), random.random(30).astype("f4"), np.array([0.3])])
def test_a_process_has_noise_by_sample(alpha):
    models = [
        fitted(kind, {"kernel": RBF() + WhiteKernel(), "alpha": alpha.copy(), "normalize_y": True}, X, Y)
        for kind in (tern.sklearn.GaussianProcessRegressor, sklearn.gaussian_process.GaussianProcessRegressor)
    ]
    for ours, other in zip(*(model.predict(X + 0.1, return_std=True) for model in models)):
        np.testing.assert_allclose(ours, other, rtol=1e-5, atol=1e-6)
    again = fitted(tern.sklearn.GaussianProcessRegressor, {"alpha": np.full(30, 0.2)}, X, Y)
    assert (again.fit(X, Y).predict(X) == again.predict(X)).all()
    with pytest.raises(ValueError, match=r"same number of entries as y. \(29 != 30\)"):
        tern.sklearn.GaussianProcessRegressor(alpha=np.ones(29)).fit(X, Y)


def test_patterns_none_one_and_too_many():
    ours, other = (module.PCA(n_components=0).fit(X) for module in (tern.sklearn, sklearn.decomposition))
    assert ours.transform(X).shape == other.transform(X).shape == (30, 0)
    assert ours.noise_variance_ == pytest.approx(other.noise_variance_)
    with pytest.raises(ValueError, match=r"Found array with 1 sample\(s\)"):
        tern.sklearn.PCA().fit(X[:1])
    for wanted, x in ((5, X), ("mle", X[:3])):
        complaints = []
        for module in (tern.sklearn, sklearn.decomposition):
            with pytest.raises(ValueError) as caught:
                module.PCA(n_components=wanted).fit(x)
            complaints.append(str(caught.value))
        assert complaints[0] == complaints[1]


@pytest.mark.parametrize("name", ["Ridge", "LinearRegression", "LogisticRegression", "MLPRegressor", "StandardScaler"])
@pytest.mark.parametrize("weights", [np.ones((30, 2)), np.ones(7), "heavy"], ids=["rank", "count", "text"])
def test_weights_that_do_not_fit_are_told_as_scikit_learn_does(name, weights):
    y = None if name == "StandardScaler" else Y > 0 if name == "LogisticRegression" else Y
    complaints = []
    for kind in (getattr(tern.sklearn, name), theirs(name)):
        with pytest.raises(ValueError) as caught:
            kind().fit(X, y, sample_weight=weights)
        complaints.append(str(caught.value))
    assert complaints[0] == complaints[1]
    model = tern.make({"estimator": "Ridge"})
    with pytest.raises(ValueError, match=r"sample_weight has the shape \[7\]; it must be \[30\]"):
        model.fit(X, Y, np.ones(7))


def test_weights_of_classes_are_known_where_scikit_learn_knows_them():
    for name in ("MLPClassifier", "Ridge", "MLPRegressor"):
        with pytest.raises(TypeError, match="class_weight"):
            getattr(tern.sklearn, name)(class_weight="balanced")
    model = tern.make({"estimator": "LogisticRegression", "parameters": {"class_weight": "balanced"}})
    model.fit(X, (Y > 0.5).astype(int))
    other = sklearn.linear_model.LogisticRegression(class_weight="balanced").fit(X, Y > 0.5)
    np.testing.assert_allclose(model.predict(X)["probability"], other.predict_proba(X), rtol=1e-3, atol=1e-4)
