"""Messages that reach Python speak of what Python knows: no types, calls or parameters of Swift's."""

import re

import numpy as np
import pytest

import tern
from tern import keras

SWIFT = re.compile(
    r"Array<|Dictionary<|Optional\(|\.reshaped\(|\btry |\bnil\b|\b[a-z]+: \.[a-z]|\.[a-z]+[A-Z]\w*\("
    r"|\b[a-z]+[A-Z][a-z]+"
)
X, Y = np.arange(12.0).reshape(6, 2), np.arange(6.0)


def estimator(kind, x=X, y=Y, weights=None, **parameters):
    tern.make({"estimator": kind, "parameters": parameters}).fit(x, y, weights)


def network(**training):
    layers = [{"dense": {"units": 1}}]
    made = tern.make({"model": {"layers": layers}, "input": [2], "output": [1], "training": training})
    made.fit(X, np.full((6, 1), np.nan))


def compiled(**data):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model.fit(**({"x": X, "y": Y, "verbose": 0} | data))


WRONG = {
    "no list": lambda: estimator("MLPRegressor", hidden_layer_sizes={}),
    "no number": lambda: estimator("Ridge", alpha="big"),
    "no truth": lambda: estimator("Ridge", fit_intercept="yes"),
    "no word": lambda: estimator("MLPRegressor", learning_rate="fast"),
    "no parameter": lambda: estimator("MLPClassifier", class_weight="balanced"),
    "a vector": lambda: estimator("Ridge", x=Y),
    "weights": lambda: estimator("Ridge", weights=np.ones(3)),
    "no epochs": lambda: estimator("MLPRegressor", max_iter=0),
    "a batch of none": lambda: estimator("MLPRegressor", batch_size=0),
    "patience": lambda: estimator("MLPRegressor", n_iter_no_change=0),
    "a share": lambda: estimator("MLPRegressor", validation_fraction=2.0, early_stopping=True),
    "alpha by sample": lambda: estimator("GaussianProcessRegressor", alpha_by_sample=[1.0]),
    "box-cox": lambda: estimator("PowerTransformer", y=(), method="box-cox"),
    "quantiles": lambda: estimator("QuantileTransformer", y=(), n_quantiles=0),
    "range": lambda: estimator("MinMaxScaler", y=(), feature_range=[2, 1]),
    "gaps in a network": lambda: network(loss="mean_squared_error"),
    "no optimiser": lambda: network(optimizer="fast"),
    "gaps in targets": lambda: compiled(y=np.full(6, np.nan)),
    "a split": lambda: compiled(validation_split=2.0),
    "a batch": lambda: compiled(batch_size=0),
    "a layer": lambda: keras.layers.Conv2D(2, 5)(keras.Input((3, 3, 1))),
    "an axis": lambda: keras.layers.Dot(axes=7)([keras.Input((3,)), keras.Input((3,))]),
    "a loss": lambda: keras.losses.MeanSquaredError()(np.ones((2, 3)), np.ones((2, 2))),
    "a file": lambda: keras.models.load_model("/nowhere/model.keras"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_no_word_of_swift(wrong):
    with pytest.raises((ValueError, OSError, TypeError)) as caught:
        WRONG[wrong]()
    said = re.sub(r'".*?"', "", str(caught.value))
    assert not SWIFT.search(said), str(caught.value)
