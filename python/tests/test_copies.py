"""Copies and pickles of networks: the same answers, and the same steps from there."""

import copy
import io
import pickle

import numpy as np
import pytest

import tern
from tern import keras

random = np.random.default_rng(0)
X, Y = random.normal(size=(40, 3)).astype("f4"), random.normal(size=(40, 2)).astype("f4")


def by_joblib(model):
    joblib = pytest.importorskip("joblib")
    memory = io.BytesIO()
    joblib.dump(model, memory)
    memory.seek(0)
    return joblib.load(memory)


def losses_of(model):
    losses = []
    model.fit(X, Y, progress=lambda news: losses.append(news.loss))
    return losses


WAYS = pytest.mark.parametrize(
    "again", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy, by_joblib], ids=["pickle", "deepcopy", "joblib"]
)


@WAYS
@pytest.mark.parametrize("epochs", [0, 2])
@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: "adam",
        lambda: keras.optimizers.AdamW(0.01, weight_decay=0.1),
        lambda: keras.optimizers.SGD(0.1, momentum=0.9),
        lambda: keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.5)),
    ],
    ids=["adam", "adamw", "momentum", "schedule"],
)
def test_networks_of_keras_go_on_from_where_they_were(again, epochs, optimizer):
    model = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(4, "relu"), keras.layers.BatchNormalization(), keras.layers.Dense(2)]
    )
    model.compile(optimizer(), "mse", metrics=["mae", keras.losses.Huber()])
    model.fit(X, Y, epochs=epochs, verbose=0)
    other = again(model)
    np.testing.assert_array_equal(other.predict(X), model.predict(X))
    steps = [[one.train_on_batch(X, Y, return_dict=True) for _ in range(3)] for one in (model, other)]
    assert steps[0] == steps[1] and sorted(steps[0][0]) == ["huber_loss", "loss", "mae"]
    assert model.optimizer.iterations == other.optimizer.iterations == 3 + 2 * epochs
    np.testing.assert_array_equal(other.predict(X), model.predict(X))


@WAYS
def test_a_rate_that_was_set_stays(again):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    model.optimizer.learning_rate = 0.05
    assert float(again(model).optimizer.learning_rate) == pytest.approx(0.05)
    assert float(again(model.optimizer).learning_rate) == pytest.approx(0.05)


@WAYS
def test_networks_that_wait_for_data_are_copied(again):
    model = again(keras.Sequential([keras.layers.Dense(2)]))
    model.compile("sgd", "mse")
    model = again(model)
    model.fit(X, Y, verbose=0)
    series = keras.Input((None, 3))
    by_name = keras.Model({"in": series}, {"out": keras.layers.LSTM(2)(series)})
    before = again(by_name)
    assert before.predict(np.ones((2, 5, 3)), verbose=0)["out"].shape == (2, 2)
    answer = by_name.predict(np.ones((2, 5, 3)), verbose=0)["out"]
    np.testing.assert_array_equal(again(by_name).predict({"in": np.ones((2, 5, 3))}, verbose=0)["out"], answer)


@WAYS
def test_networks_of_make_go_on_from_where_they_were(again):
    layers = [{"dense": {"units": 8, "activation": "tanh"}}, {"dense": {"units": 2}}]
    training = {"optimizer": "adam", "learning_rate": 0.01, "loss": "mean_squared_error", "epochs": 3}
    model = tern.make({"model": {"layers": layers}, "input": [3], "output": [2], "training": training, "seed": 1})
    for _ in range(2):
        other = again(model)
        np.testing.assert_array_equal(other.predict(X), model.predict(X))
        told = [losses_of(one) for one in (model, other)]
        assert len(told[0]) == 3 and told[0] == told[1]
        np.testing.assert_array_equal(other.predict(X), model.predict(X))


@WAYS
@pytest.mark.parametrize(
    "made",
    [lambda: keras.losses.Huber(0.3), lambda: keras.metrics.AUC(), lambda: keras.optimizers.Nadam(0.1)],
    ids=["loss", "metric", "optimizer"],
)
def test_parts_are_copied(again, made):
    part = made()
    assert again(part).get_config() == part.get_config()
