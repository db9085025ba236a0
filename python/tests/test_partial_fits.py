"""Partial fits go on with what the optimiser has gathered, as in scikit-learn: in copies, and after set_params."""

import copy
import pickle

import numpy as np
import pytest

pytest.importorskip("sklearn")

import sklearn.neural_network as theirs

import tern.sklearn as ours

random = np.random.default_rng(0)
X = random.normal(size=(60, 3))
Y = X[:, 0] * X[:, 1]
TARGETS = {"MLPRegressor": Y, "MLPClassifier": np.digitize(Y, [-0.3, 0.3])}

pytestmark = pytest.mark.filterwarnings("ignore:Stochastic Optimizer")


def fitted(module, kind, **parameters):
    given = {"hidden_layer_sizes": (5,), "max_iter": 5, "random_state": 1, **parameters}
    return getattr(module, kind)(**given).fit(X, TARGETS[kind])


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("solver", ["sgd", "adam"])
@pytest.mark.parametrize("again", [lambda one: pickle.loads(pickle.dumps(one)), copy.deepcopy])
def test_copies_take_the_same_steps(kind, solver, again):
    model = fitted(ours, kind, solver=solver)
    other = again(again(model))
    for one in (model, other):
        one.partial_fit(X, TARGETS[kind])
    for a, b in zip(model.coefs_, other.coefs_):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("solver", ["sgd", "adam"])
@pytest.mark.parametrize(
    "changed",
    [
        {"tol": 1e-3}, {"alpha": 0.1}, {"batch_size": 10}, {"random_state": 3}, {"learning_rate_init": 0.1},
        {"momentum": 0.5}, {"beta_1": 0.5}, {"learning_rate": "invscaling"},
    ],
    ids=lambda changed: next(iter(changed)),
)  # fmt: skip
def test_parameters_between_partial_fits_do_what_they_do_there(solver, changed):
    made = []
    for module in (ours, theirs):
        model = fitted(module, "MLPRegressor", solver=solver).set_params(**changed)
        made.append(model.partial_fit(X, Y).partial_fit(X, Y))
    for a, b in zip(made[0].coefs_, made[1].coefs_):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_seeds_that_are_drawn_do_not_end_the_momentum():
    made = [fitted(module, "MLPRegressor", solver="sgd", shuffle=False) for module in (ours, theirs)]
    for model in made:
        model.set_params(random_state=None).partial_fit(X, Y).partial_fit(X, Y)
    for a, b in zip(made[0].coefs_, made[1].coefs_):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_another_fit_takes_the_parameters_that_partial_fits_did_not():
    made = []
    for module in (ours, theirs):
        model = fitted(module, "MLPRegressor", solver="sgd", warm_start=True).set_params(learning_rate_init=0.05)
        made.append(model.partial_fit(X, Y).fit(X, Y))
    for a, b in zip(made[0].coefs_, made[1].coefs_):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)
