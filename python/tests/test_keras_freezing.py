"""Layers that are frozen and thawed, and optimisers that go on, as in Keras 3.15.1."""

import numpy as np
import pytest

from tern import keras

random = np.random.default_rng(0)
X = random.normal(size=(40, 3)).astype("f4")
Y = random.normal(size=(40, 1)).astype("f4")
PLAIN = {"verbose": 0, "shuffle": False}


def network():
    model = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(5, activation="tanh", name="a"),
            keras.layers.Dense(4, activation="relu", name="b"),
            keras.layers.Dense(1, name="o"),
        ]
    )
    own = np.random.default_rng(1)
    model.set_weights([own.normal(size=w.shape) * 0.3 for w in model.get_weights()])
    return model


def moved(model, *trainings):
    """Which weights a training changes."""
    before = model.get_weights()
    for training in trainings or (lambda: model.fit(X, Y, **PLAIN),):
        training()
    return [bool((a != b).any()) for a, b in zip(model.get_weights(), before)]


def losses(model):
    return model.fit(X, Y, epochs=2, **PLAIN).history["loss"]


def test_a_frozen_base_stays_frozen_where_its_layers_go_on():
    x = keras.Input((3,))
    base = keras.Model(x, keras.layers.Dense(3)(keras.layers.BatchNormalization()(keras.layers.Dense(4)(x))))
    base.trainable = False
    model = keras.Model(base.input, keras.layers.Dense(1)(base.output))
    model.compile("adam", "mse")
    assert moved(model) == [False] * 8 + [True] * 2
    assert not any(layer.trainable for layer in base.layers)
    counts = [len(w) for w in (model.trainable_weights, model.non_trainable_weights, base.trainable_weights)]
    assert counts == [2, 8, 0]


def test_thawing_a_model_thaws_its_layers():
    model = network()
    for layer in model.layers:
        layer.trainable = False
    model.trainable = True
    model.compile("adam", "mse")
    assert all(moved(model))


def test_what_a_constructor_is_told_holds_for_a_model_alone():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)], trainable=False)
    assert (model.trainable, model.layers[0].trainable, len(model.trainable_weights)) == (False, True, 0)


def test_weights_of_frozen_layers_are_not_among_the_trainable():
    model = network()
    model.get_layer("b").trainable = False
    whole = keras.Sequential([keras.Input((3,)), model, keras.layers.Dense(2)])
    counts = [len(w) for m in (model, whole) for w in (m.trainable_weights, m.non_trainable_weights)]
    assert counts == [4, 2, 6, 2]
    again = keras.models.model_from_json(model.to_json())
    assert [layer.trainable for layer in again.layers] == [True, False, True]


@pytest.mark.parametrize("training", ["fit", "train_on_batch"])
def test_layers_frozen_after_compile_are_heeded_before_the_first_step_alone(training):
    model = network()
    model.compile("adam", "mse")
    model.optimizer.learning_rate = 0.01
    model.get_layer("b").trainable = False
    step = {
        "fit": lambda: model.fit(X, Y, **PLAIN),
        "train_on_batch": lambda: model.train_on_batch(X, Y),
    }[training]
    assert moved(model, step) == [True, True, False, False, True, True]
    assert float(model.optimizer.learning_rate) == pytest.approx(0.01)
    model.get_layer("b").trainable = True
    with pytest.raises(ValueError, match="frozen or thawed after it was trained; compile it again"):
        step()
    assert model.evaluate(X, Y, verbose=0) > 0
    model.compile("adam", "mse")
    assert all(moved(model, step))


def test_a_compile_that_is_refused_leaves_the_model_as_it_was():
    model = network()
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(X, Y, **PLAIN)
    model.get_layer("b").trainable = False
    before, optimizer, judged = model.get_weights(), model.optimizer, model.evaluate(X, Y, verbose=0)
    with pytest.raises(ValueError, match="zz"):
        model.compile("sgd", {"zz": "mse"})
    assert model.loss == "mse" and model.optimizer is optimizer and optimizer.iterations == 2
    assert model.evaluate(X, Y, verbose=0) == judged
    assert all((a == b).all() for a, b in zip(model.get_weights(), before))


def test_an_optimizer_that_is_given_again_goes_on():
    optimizer, model = keras.optimizers.Adam(0.05), network()
    model.compile(optimizer, "mse")
    losses(model)
    model.compile(optimizer, "mae")
    # Keras 3.15.1 on JAX, of the same calls.
    assert losses(model) == pytest.approx([0.7666, 0.7696], abs=1e-4)
    assert optimizer.iterations == 8
    momentum, model = keras.optimizers.SGD(0.05, momentum=0.9), network()
    model.compile(momentum, "mse")
    losses(model)
    momentum.learning_rate = 0.001
    model.compile(momentum, "mse")
    assert losses(model) == pytest.approx([0.9157, 1.0545], abs=1e-4)
    assert float(momentum.learning_rate) == pytest.approx(0.001)


def test_an_optimizer_does_not_go_on_with_other_weights():
    optimizer, model = keras.optimizers.Adam(0.05), network()
    model.compile(optimizer, "mse")
    model.get_layer("b").trainable = False
    model.compile(optimizer, "mse")
    assert moved(model) == [True, True, False, False, True, True]
    model.get_layer("b").trainable = True
    before = model.get_weights()
    with pytest.raises(ValueError, match="is for those of before; compile with a new one"):
        model.compile(optimizer, "mse")
    assert all((a == b).all() for a, b in zip(model.get_weights(), before))


def test_an_optimizer_does_not_go_on_with_layers_that_were_changed():
    optimizer, model = keras.optimizers.SGD(0.05, momentum=0.9), network()
    model.compile(optimizer, "mse")
    losses(model)
    model.get_layer("a").activation = keras.activations.get("relu")
    with pytest.raises(ValueError, match="frozen, thawed or changed since the optimizer began"):
        model.compile(optimizer, "mse")
    model.compile(keras.optimizers.SGD(0.05), "mse")
    assert all(moved(model))


@pytest.mark.parametrize("depth", [0, 1])
def test_layers_without_weights_are_frozen_without_effect(depth):
    layers = keras.layers
    plain = [layers.Dropout(0.0), layers.Activation("tanh"), layers.TimeDistributed(layers.Dropout(0.0))]
    normal = layers.Normalization(mean=np.zeros(3), variance=np.ones(3))
    inner = [keras.Sequential([keras.Input((4, 3)), *plain, normal, layers.Dense(2)])] if depth else [*plain, normal]
    optimizer, model = (
        keras.optimizers.SGD(0.05, momentum=0.9),
        keras.Sequential([keras.Input((4, 3)), *inner, layers.Flatten(), layers.Dense(1)]),
    )
    model.compile(optimizer, "mse")
    x, y = random.normal(size=(8, 4, 3)), random.normal(size=(8, 1))
    model.fit(x, y, **PLAIN)
    for layer in (*plain, normal, model.layers[-2]):
        layer.trainable = False
    model.fit(x, y, **PLAIN)
    model.compile(optimizer, "mse")
    model.fit(x, y, **PLAIN)
    assert optimizer.iterations == 3
    model.layers[-1].trainable = False
    with pytest.raises(ValueError, match="frozen or thawed after it was trained"):
        model.fit(x, y, **PLAIN)


def test_averages_count_as_what_is_trained():
    bare = keras.layers.BatchNormalization(center=False, scale=False)
    model = keras.Sequential([keras.Input((3,)), bare, keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, Y, **PLAIN)
    bare.trainable = False
    with pytest.raises(ValueError, match="frozen or thawed after it was trained"):
        model.fit(X, Y, **PLAIN)


def test_a_clone_is_compiled_as_the_model_is():
    model = network()
    assert not keras.models.clone_model(model).compiled
    model.compile(keras.optimizers.SGD(0.02), "mse", metrics=["mae"])
    clone = keras.models.clone_model(model)
    assert set(clone.fit(X, Y, **PLAIN).history) == {"loss", "mae"}
    assert float(clone.optimizer.learning_rate) == pytest.approx(0.02) and model.optimizer.iterations == 0


def test_states_are_no_weights():
    model = keras.Sequential(
        [keras.Input((6, 3), batch_size=16), keras.layers.LSTM(4, stateful=True), keras.layers.Dense(1)]
    )
    x = random.normal(size=(16, 6, 3)).astype("f4")
    first = model.predict(x, verbose=0)
    # Keras 3.15.1.
    assert (len(model.weights), len(model.get_layer(index=0).get_weights()), model.count_params()) == (5, 3, 133)
    assert model.non_trainable_weights == []
    second = model.predict(x, verbose=0)
    model.set_weights(model.get_weights())
    third = model.predict(x, verbose=0)
    assert (first != second).any() and (second != third).any() and (third != first).any()
