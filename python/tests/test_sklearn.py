"""tern.sklearn beside scikit-learn: the same numbers, attributes, warnings and manners."""

import copy
import inspect
import multiprocessing
import pickle
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
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern, WhiteKernel
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

import tern.sklearn

THEIRS = {
    name: getattr(module, name)
    for module in (
        sklearn.decomposition, sklearn.gaussian_process, sklearn.impute, sklearn.linear_model, sklearn.neural_network,
        sklearn.preprocessing,
    )
    for name in tern.sklearn.__all__
    if hasattr(module, name)
}  # fmt: skip

random = np.random.default_rng(0)
X = random.normal(size=(60, 4)) * [1, 10, 0.1, 1] + [0, 3, 0, -5]
Y = np.sin(X[:, 0]) + 0.1 * X[:, 1] + random.normal(size=60) * 0.3
LABELS = np.array(["clear", "cloud", "rain"])[np.digitize(Y, [-0.2, 0.6])]
KERNEL = ConstantKernel(1.0) * Matern(length_scale=2.0, nu=1.5) + WhiteKernel(0.1)

CASES = [
    ("MLPRegressor", {"hidden_layer_sizes": (8,), "random_state": 3, "max_iter": 40}, Y),
    ("MLPRegressor", {"hidden_layer_sizes": 5, "random_state": 3, "solver": "lbfgs", "max_iter": 30}, np.c_[Y, -Y]),
    ("MLPRegressor", {"random_state": 1, "early_stopping": True, "solver": "sgd"}, Y),
    ("MLPClassifier", {"hidden_layer_sizes": (8, 4), "random_state": 3, "max_iter": 40}, LABELS),
    ("MLPClassifier", {"random_state": 3, "max_iter": 20, "activation": "tanh"}, Y > 0),
    ("MLPClassifier", {"random_state": 3, "max_iter": 20}, np.c_[Y > 0, Y > 0.5, X[:, 0] > 0].astype(int)),
    ("GaussianProcessRegressor", {"kernel": KERNEL, "normalize_y": True}, Y),
    ("GaussianProcessRegressor", {"alpha": 0.01}, np.c_[Y, -Y]),
    ("LinearRegression", {}, Y),
    ("LinearRegression", {"fit_intercept": False}, np.c_[Y, -Y]),
    ("Ridge", {"alpha": 2.0}, Y),
    ("Ridge", {"alpha": [1.0, 5.0]}, np.c_[Y, -Y]),
    ("Ridge", {"alpha": [1.0, 5.0], "fit_intercept": False}, np.c_[Y, -Y]),
    ("LogisticRegression", {}, Y > 0),
    ("LogisticRegression", {"class_weight": {"rain": 3.0}, "C": 0.5, "max_iter": 500}, LABELS),
    ("StandardScaler", {}, None),
    ("StandardScaler", {"with_mean": False}, None),
    ("MinMaxScaler", {"feature_range": (-1, 2), "clip": True}, None),
    ("MaxAbsScaler", {}, None),
    ("RobustScaler", {"unit_variance": True, "quantile_range": (10.0, 80.0)}, None),
    ("QuantileTransformer", {"n_quantiles": 20, "output_distribution": "normal"}, None),
    ("PowerTransformer", {}, None),
    ("PolynomialFeatures", {"degree": (1, 3), "interaction_only": True}, None),
    ("SimpleImputer", {"strategy": "median", "add_indicator": True}, None),
    ("PCA", {"n_components": 2, "whiten": True}, None),
    ("PCA", {"n_components": 0.9}, None),
]
METHODS = ("predict", "predict_proba", "decision_function", "transform")


def fit(estimator, x, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(x) if y is None else estimator.fit(x, y)


def same(ours, theirs, rtol=1e-6, atol=1e-8):
    if isinstance(theirs, (list, tuple)):
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs):
            same(a, b, rtol, atol)
    elif isinstance(theirs, (np.ndarray, float, np.floating)) and np.asarray(theirs).dtype.kind in "fc":
        np.testing.assert_allclose(ours, theirs, rtol, atol)
    elif isinstance(theirs, (np.ndarray, str, int, np.integer, type(None))):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(("name", "parameters", "y"), CASES, ids=[case[0] for case in CASES])
def test_numbers_and_attributes_are_scikit_learns(name, parameters, y):
    x = np.where(random.random(X.shape) < 0.1, np.nan, X) if name == "SimpleImputer" else X
    ours = fit(getattr(tern.sklearn, name)(**parameters), x, y)
    theirs = fit(THEIRS[name](**parameters), x, y)
    loose = 1e-3 if name == "GaussianProcessRegressor" or parameters.get("solver") == "lbfgs" else 1e-6
    for method in METHODS:
        if hasattr(theirs, method):
            same(getattr(ours, method)(x), getattr(theirs, method)(x), loose, 1e-6)
    for attribute in sorted(vars(theirs)):
        if attribute.endswith("_") and not attribute.startswith("_") and attribute not in ("indicator_", "kernel_"):
            same(getattr(ours, attribute), getattr(theirs, attribute), loose, 1e-5)


@pytest.mark.parametrize(("name", "parameters", "y"), CASES, ids=[case[0] for case in CASES])
def test_copies_and_pickles_give_the_same_bits(name, parameters, y):
    ours = fit(getattr(tern.sklearn, name)(**parameters), X, y)
    for again in (pickle.loads(pickle.dumps(ours)), copy.deepcopy(ours)):
        for method in METHODS:
            if hasattr(ours, method):
                assert (getattr(again, method)(X) == getattr(ours, method)(X)).all()


@pytest.mark.parametrize("name", THEIRS)
def test_methods_and_their_arguments_are_scikit_learns(name):
    def signatures(kind):
        methods = [method for method in dir(kind) if not method.startswith("_") and callable(getattr(kind, method))]
        methods.append("__init__")
        arguments = {method: inspect.signature(getattr(kind, method)).parameters.values() for method in methods}
        return {method: [(a.name, a.kind, a.default) for a in arguments[method]] for method in methods}

    assert signatures(getattr(tern.sklearn, name)) == signatures(THEIRS[name])


@pytest.mark.parametrize("name", tern.sklearn.__all__)
def test_before_the_fit_it_says_so(name):
    estimator = getattr(tern.sklearn, name)()
    if name == "GaussianProcessRegressor":
        assert (estimator.predict(X) == 0).all()
        return
    with pytest.raises(NotFittedError):
        estimator.predict(X) if hasattr(estimator, "predict") else estimator.transform(X)


def test_attributes_that_are_replaced_are_taken_over():
    model = tern.sklearn.LinearRegression().fit(X, Y)
    with pytest.raises(ValueError, match="read-only"):
        model.coef_[0] = 0
    model.coef_, model.intercept_ = np.zeros(4), 7.0
    assert (model.predict(X) == 7).all()
    network = fit(tern.sklearn.MLPRegressor(hidden_layer_sizes=(3,), random_state=0, max_iter=2), X, Y)
    network.coefs_ = [np.zeros_like(coef) for coef in network.coefs_]
    network.intercepts_ = [np.zeros(3), np.full(1, 2.0)]
    assert (network.predict(X) == 2).all()


def test_networks_warn_as_scikit_learns_do():
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(3\)"):
        tern.sklearn.MLPRegressor(max_iter=3, random_state=0).fit(X, Y)
    with pytest.warns(ConvergenceWarning, match="lbfgs failed to converge"):
        tern.sklearn.MLPRegressor(max_iter=3, random_state=0, solver="lbfgs").fit(X, Y)
    with pytest.warns(UserWarning, match="batch_size"), pytest.warns(ConvergenceWarning):
        tern.sklearn.MLPRegressor(batch_size=100, max_iter=1, random_state=0).fit(X, Y)


def test_ctrl_c_keeps_what_a_network_has_learned(monkeypatch, capsys):
    def interrupt(self, progress):
        if progress.epoch == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(tern.sklearn.MLPRegressor, "_tell", interrupt)
    model = tern.sklearn.MLPRegressor(hidden_layer_sizes=(3,), random_state=0, verbose=True)
    with pytest.warns(UserWarning, match="interrupted by user"):
        model.fit(X, Y)
    assert model.n_iter_ == len(model.loss_curve_) == 3
    assert model.predict(X).shape == Y.shape


def test_verbose_tells_each_epoch(capsys):
    fit(tern.sklearn.MLPRegressor(hidden_layer_sizes=(3,), random_state=0, verbose=True, max_iter=2), X, Y)
    assert capsys.readouterr().out.startswith("Iteration 1, loss = ")


def test_seeds_come_from_streams_of_numpy():
    def coefs(state):
        return fit(tern.sklearn.MLPRegressor(hidden_layer_sizes=(3,), random_state=state, max_iter=1), X, Y).coefs_[0]

    assert (coefs(np.random.RandomState(5)) == coefs(np.random.RandomState(5))).all()
    np.random.seed(3)
    first, second = coefs(None), coefs(None)
    assert (first != second).any()
    np.random.seed(3)
    assert (coefs(None) == first).all()


def test_kernels_that_the_engine_does_not_know_are_named():
    from sklearn.gaussian_process.kernels import PairwiseKernel

    with pytest.raises(ValueError, match="PairwiseKernel"):
        tern.sklearn.GaussianProcessRegressor(PairwiseKernel()).fit(X, Y)


def test_the_likelihood_of_hyperparameters_is_scikit_learns():
    kernel = ConstantKernel(2.0) * RBF(1.5) + WhiteKernel(0.1)
    ours, theirs = (
        fit(module.GaussianProcessRegressor(kernel), X, Y) for module in (tern.sklearn, sklearn.gaussian_process)
    )
    theta = kernel.theta + 0.1
    same(ours.log_marginal_likelihood(theta, eval_gradient=True), theirs.log_marginal_likelihood(theta, True))
    same(ours.predict(X[:5] + 1, return_std=True), theirs.predict(X[:5] + 1, return_std=True), 1e-3)
    same(ours.predict(X[:5] + 1, return_cov=True), theirs.predict(X[:5] + 1, return_cov=True), 1e-3, 1e-5)


def test_they_work_in_pipelines_searches_and_with_set_output():
    pipeline = make_pipeline(tern.sklearn.StandardScaler(), tern.sklearn.Ridge())
    search = GridSearchCV(pipeline, {"ridge__alpha": [0.1, 10.0]}).fit(X, Y)
    assert clone(search.best_estimator_).get_params()["ridge__alpha"] in (0.1, 10.0)
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=list("abcd"))
    out = tern.sklearn.PCA(2).set_output(transform="pandas").fit_transform(frame)
    assert list(out.columns) == ["pca0", "pca1"]


def test_what_the_engine_lacks_is_refused_by_name():
    with pytest.raises(ValueError, match="liblinear"):
        tern.sklearn.LogisticRegression(solver="liblinear").fit(X, Y > 0)
    with pytest.raises(ValueError, match="positive"):
        tern.sklearn.LinearRegression(positive=True).fit(X, Y)


def _fitted_again(_):
    return float(fit(tern.sklearn.MLPRegressor(random_state=0, max_iter=2, verbose=True), X, Y).predict(X).sum())


def test_forked_processes_can_fit():
    expected = _fitted_again(0)
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.map_async(_fitted_again, [0]).get(timeout=60) == [expected]


def test_attributes_that_the_engine_cannot_take_over_are_not_overlooked():
    x = np.random.default_rng(0).normal(size=(20, 3))
    model = tern.sklearn.QuantileTransformer(n_quantiles=5).fit(x)
    model.transform(x)
    model.quantiles_ = model.quantiles_ * 2
    with pytest.raises(AttributeError, match="quantiles_ was replaced, but the engine predicts by its own; fit again"):
        model.transform(x)


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_seen_examples_are_counted_as_scikit_learn_counts_them(wanted, weighted, dtype):
    x = X.astype(dtype)
    weights = np.linspace(0.5, 2, len(x)) if weighted else None
    own, other = (
        module.StandardScaler(with_mean=wanted, with_std=wanted).fit(x, sample_weight=weights)
        for module in (tern.sklearn, sklearn.preprocessing)
    )
    assert own.n_samples_seen_.dtype == other.n_samples_seen_.dtype
    np.testing.assert_allclose(own.n_samples_seen_, other.n_samples_seen_, rtol=1e-6)


@pytest.mark.parametrize("strategy", ["mean", "median", "most_frequent"])
def test_statistics_are_of_scikit_learns_precision(strategy):
    x = X.astype("f4")
    x[0, 0] = np.nan
    own, other = (
        module.SimpleImputer(strategy=strategy, add_indicator=True).fit(x) for module in (tern.sklearn, sklearn.impute)
    )
    assert own.statistics_.dtype == other.statistics_.dtype
    np.testing.assert_allclose(own.statistics_, other.statistics_, rtol=1e-4)
