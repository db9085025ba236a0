"""What is given to fitted estimators, and what comes back: replaced attributes, types, weights."""

import copy
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
from sklearn.gaussian_process.kernels import RBF, ExpSineSquared, WhiteKernel

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


def test_variances_below_zero_are_told_of():
    # In two dimensions this kernel is no covariance; scikit-learn gives and says the same.
    x, z = [[0.29, 1.29], [0.62, 0.27], [-0.46, 0.88]], [[-0.5, 3.13], [3.71, -0.93], [2.33, 0.23], [0.54, 3.4]]
    model = tern.sklearn.GaussianProcessRegressor(ExpSineSquared(1.0, 2.0), optimizer=None).fit(x, [1.0, 2, 3])
    with pytest.warns(UserWarning, match="Predicted variances smaller than 0. Setting those variances to 0."):
        deviations = model.predict(z, return_std=True)[1]
    np.testing.assert_allclose(deviations, [0, 0.15436543, 0.45265706, 0.37011473], rtol=1e-6)


def test_patterns_none_one_and_too_many():
    ours, other = (module.PCA(n_components=0).fit(X) for module in (tern.sklearn, sklearn.decomposition))
    assert ours.transform(X).shape == other.transform(X).shape == (30, 0)
    assert ours.noise_variance_ == pytest.approx(other.noise_variance_)
    # Beside a pattern of much more variance, by which the sum of all would lose theirs.
    wide = X * np.array([1e6, 1, 1, 1][: X.shape[1]])
    for kept in range(X.shape[1]):
        ours, other = (
            module.PCA(kept, svd_solver="full").fit(wide) for module in (tern.sklearn, sklearn.decomposition)
        )
        assert ours.noise_variance_ == pytest.approx(other.noise_variance_, rel=1e-7)
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


@pytest.mark.parametrize("marker", [-999.9, np.float64(-999.9), np.float32(-999.9), 3.0])
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_missing_values_are_compared_in_the_type_of_the_features(marker, dtype):
    x = np.array([[marker], [2], [4]], dtype)
    results = [
        module.SimpleImputer(missing_values=marker, add_indicator=True).fit_transform(x)
        for module in (tern.sklearn, sklearn.impute)
    ]
    np.testing.assert_array_equal(*results)


@pytest.mark.parametrize("dtype", ["i8", "u8"])
@pytest.mark.parametrize("strategy", ["most_frequent", "constant"])
def test_integers_beyond_fractions_stay_what_they_are(strategy, dtype):
    x = np.array([[2**53 + 1, 1], [2**53 + 1, 999], [2**53 + 3, 3], [999, 3]], dtype)
    for fitted_to in (x, x // 2**40):
        results = [
            module.SimpleImputer(missing_values=999, strategy=strategy).fit(fitted_to).transform(x)
            for module in (tern.sklearn, sklearn.impute)
        ]
        np.testing.assert_array_equal(*results)
        assert results[0].dtype == results[1].dtype


@pytest.mark.parametrize("strategy", ["most_frequent", "constant"])
def test_numbers_among_objects_are_imputed_after_a_fit_on_numbers(strategy):
    number = [[1, 2], [3, -1], [5, 6]]
    for missing_values, x in (
        (np.nan, [[1, np.nan], [2**53 + 1, 4]]),
        (np.nan, [[1.5, 2], [3, 4]]),
        (-1, [[1, -1], [2**53 + 1, 4]]),
    ):
        results = [
            module.SimpleImputer(missing_values=missing_values, strategy=strategy)
            .fit(number)
            .transform(np.array(x, object))
            for module in (tern.sklearn, sklearn.impute)
        ]
        np.testing.assert_array_equal(*results)
        assert results[0].dtype == results[1].dtype == object
    # scikit-learn leaves None there.
    imputer = tern.sklearn.SimpleImputer(strategy=strategy, keep_empty_features=True).fit(number)
    filled = 0 if strategy == "constant" else -1
    assert imputer.transform(np.array([[1, None], [3, 4]], object)).tolist() == [[1, filled], [3, 4]]
    with pytest.raises(ValueError, match="'a'"):
        imputer.transform(np.array([[1, "a"]], object))


@pytest.mark.filterwarnings("error")
def test_integers_at_the_end_of_64_bits_stay_without_a_warning():
    for dtype, most in (("u8", 2**64 - 1), ("i8", 2**63 - 1)):
        imputer = tern.sklearn.SimpleImputer(missing_values=7, strategy="most_frequent", add_indicator=True)
        imputer.fit(np.array([[1, 2], [1, 7]], dtype))
        assert imputer.transform(np.array([[most, 7], [7, 3]], dtype)).tolist() == [[most, 2, 1], [1, 3, 0]]


def test_frames_of_sparse_columns_are_refused_as_sparse():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": pandas.arrays.SparseArray([0.0, 1.0], fill_value=0)})
    imputer = tern.sklearn.SimpleImputer()
    for call in (imputer.fit, imputer.fit([[1.0], [2.0]]).transform):
        with pytest.raises(TypeError, match="Sparse data was passed"):
            call(frame)


@pytest.mark.parametrize("again", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_copies_have_what_was_replaced(again):
    model = fitted(tern.sklearn.Ridge, {}, X, Y)
    model.coef_ = np.full(4, 5.0)
    np.testing.assert_allclose(again(model).predict(X), X.sum(axis=1) * 5 + model.intercept_)


def test_a_kernel_that_is_no_longer_the_fits_is_an_error():
    kernel = RBF() + WhiteKernel(0.1)
    model = fitted(tern.sklearn.GaussianProcessRegressor, {"kernel": kernel, "optimizer": None}, X, Y)
    theta, before = model.kernel_.theta.copy(), model.predict(X)
    likelihood = model.log_marginal_likelihood(theta + 0.1, clone_kernel=False)
    assert model.log_marginal_likelihood(theta + 0.1) == likelihood
    with pytest.raises(AttributeError, match="kernel_ was changed"):
        model.predict(X)
    model.kernel_.theta = theta
    np.testing.assert_array_equal(model.predict(X), before)
    model.kernel_ = RBF(2.0)
    for ask in (lambda: model.predict(X), lambda: model.log_marginal_likelihood([1.0])):
        with pytest.raises(AttributeError, match="kernel_ was changed"):
            ask()


def test_bounds_of_a_fitted_kernel_say_nothing_of_predictions():
    model = fitted(tern.sklearn.GaussianProcessRegressor, {"kernel": RBF() + WhiteKernel(0.1)}, X, Y)
    theta, before = model.kernel_.theta, model.predict(X)
    model.kernel_.k1.length_scale_bounds = (1e-3, 1e3)
    np.testing.assert_array_equal(model.predict(X), before)
    model.log_marginal_likelihood(theta)
    model.kernel_.k2.noise_level_bounds = "fixed"
    np.testing.assert_array_equal(model.predict(X), before)
    # The engine's hyperparameters would be others than those that are asked for.
    with pytest.raises(AttributeError, match="kernel_ was changed"):
        model.log_marginal_likelihood(theta[:1])


def test_lists_and_texts_that_the_engine_does_not_take_over_are_errors():
    encoder = tern.sklearn.OrdinalEncoder().fit([[0], [1], [2]])
    encoder.categories_ = [np.array([0, 1, 2, 3])]
    with pytest.raises(AttributeError, match="categories_ was replaced"):
        encoder.transform([[3]])
    network = fitted(tern.sklearn.MLPRegressor, NETWORK, X, Y)
    network.out_activation_ = "exp"
    with pytest.raises(AttributeError, match="out_activation_ was replaced"):
        network.predict(X)
