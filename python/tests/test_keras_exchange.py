"""Models go from real Keras to tern.keras and back, with weights and what optimisers gathered."""

import numpy as np
import pytest

from tern import keras

real = pytest.importorskip("keras")


def branching(keras):
    """Two inputs, a model within, a layer that is called twice, two outputs."""
    layers = keras.layers
    inner_in = keras.Input((6,), name="inner_in")
    within = layers.Dense(4, "relu", name="within")(inner_in)
    inner = keras.Model(
        inner_in, layers.Add(name="both")([within, layers.Dense(4, name="beside")(inner_in)]), name="inner"
    )
    series, table = keras.Input((5, 3), name="series"), keras.Input((6,), name="table")
    states, last, _ = layers.LSTM(4, return_sequences=True, return_state=True, name="lstm")(series)
    seen = layers.MultiHeadAttention(2, 3, name="attention")(states, states)
    joined = layers.Concatenate(name="joined")([layers.Flatten(name="flat")(seen), last, inner(table)])
    normal = layers.BatchNormalization(name="normal")(layers.Dense(6, "tanh", name="middle")(joined))
    twice = inner(normal)
    outputs = [layers.Dense(1, name="rain")(twice), layers.Dense(2, "sigmoid", name="wet")(normal)]
    model = keras.Model([series, table], outputs, name="branching")
    model.compile("adam", ["mse", "binary_crossentropy"], metrics=[["mae"], ["accuracy"]], loss_weights=[1.0, 0.5])
    return model


@pytest.fixture
def data():
    random = np.random.default_rng(4)
    x = [random.normal(size=(12, 5, 3)).astype("f4"), random.normal(size=(12, 6)).astype("f4")]
    return x, [random.normal(size=(12, 1)).astype("f4"), random.integers(0, 2, (12, 2)).astype("f4")]


def test_model_of_keras_trains_here_and_goes_back(data):
    x, y = data
    theirs = branching(real)
    theirs.fit(x, y, batch_size=4, shuffle=False, verbose=0)
    ours = keras.from_keras(theirs)
    for a, b in zip(ours.predict(x), theirs.predict(x, verbose=0)):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
    assert [weight.shape for weight in ours.get_weights()] == [weight.shape for weight in theirs.get_weights()]
    mine = ours.fit(x, y, epochs=2, batch_size=4, shuffle=False, verbose=0).history
    peer = theirs.fit(x, y, epochs=2, batch_size=4, shuffle=False, verbose=0).history
    assert sorted(mine) == sorted(peer)
    for key, values in peer.items():
        assert mine[key] == pytest.approx(values, rel=1e-3), key
    back = keras.to_keras(ours)
    for a, b in zip(back.predict(x, verbose=0), ours.predict(x)):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
    assert int(back.optimizer.iterations) == ours.optimizer.iterations == 9


def test_functional_chain_within_a_model_opens():
    inner_in, x = real.Input((3,)), real.Input((3,))
    inner = real.Model(inner_in, real.layers.Dense(2)(inner_in))
    theirs = real.Model(x, real.layers.Dense(1)(inner(x)))
    ones = np.ones((2, 3), "f4")
    np.testing.assert_allclose(keras.from_keras(theirs).predict(ones), theirs.predict(ones, verbose=0), rtol=1e-5)


def test_description_goes_both_ways(data):
    x, _ = data
    ours = branching(keras)
    theirs = real.models.model_from_json(ours.to_json())
    assert [layer.name for layer in theirs.layers] == [layer.name for layer in ours.layers]
    theirs.set_weights(ours.get_weights())
    again = keras.models.model_from_json(theirs.to_json())
    again.set_weights(theirs.get_weights())
    for a, b, c in zip(ours.predict(x), theirs.predict(x, verbose=0), again.predict(x)):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(a, c, rtol=1e-6, atol=1e-6)


def test_all_configurations_are_read_by_keras():
    plain = [name for name in dir(keras.layers) if name[0].isupper()]
    read = 0
    for name in plain:
        made = getattr(keras.layers, name)
        call = getattr(made, "__signature__", None)
        if call is None or any(
            p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD for p in call.parameters.values()
        ):
            continue
        if name in ("Layer", "InputLayer"):
            continue
        config = made().get_config()
        assert getattr(real.layers, name).from_config(config).name == config["name"]
        read += 1
    assert read > 50


def test_checkpoints_and_tables_are_written(data, tmp_path):
    x, y = data
    model = branching(keras)
    written = [
        keras.callbacks.ModelCheckpoint(tmp_path / "best-{epoch:02d}.keras", monitor="loss"),
        keras.callbacks.ModelCheckpoint(tmp_path / "w.weights.h5", save_weights_only=True, monitor="loss"),
        keras.callbacks.CSVLogger(tmp_path / "log.csv"),
    ]
    model.fit(x, y, epochs=2, verbose=0, callbacks=written)
    again = keras.models.load_model(tmp_path / "best-02.keras")
    for a, b in zip(again.predict(x), model.predict(x)):
        np.testing.assert_array_equal(a, b)
    theirs = branching(real)
    theirs.load_weights(tmp_path / "w.weights.h5")
    for a, b in zip(theirs.predict(x, verbose=0), model.predict(x)):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
    assert (tmp_path / "log.csv").read_text().splitlines()[0].startswith("epoch,")


@pytest.mark.parametrize("is_both_ways", [False, True])
def test_predictions_of_stateful_layers_go_by_batches(is_both_ways):
    x = real.Input(batch_shape=(4, 6, 3))
    layer = real.layers.LSTM(3, stateful=True)
    layer = real.layers.Bidirectional(layer) if is_both_ways else layer
    model = real.Model(x, real.layers.Dense(2)(layer(x)))
    given = np.random.default_rng(0).normal(size=(8, 6, 3)).astype("f4")
    taken = keras.from_keras(model)
    expected = np.concatenate([np.asarray(model(given[:4])), np.asarray(model(given[4:]))])
    np.testing.assert_allclose(taken.predict(given, batch_size=4, verbose=0), expected, rtol=1e-4, atol=1e-6)
    with pytest.raises(ValueError, match="batch_size is 0"):
        taken.predict(given, batch_size=0)


@pytest.mark.parametrize("form", ["chain", "one", "list", "dict", "operation"])
def test_models_with_open_lengths_open_by_shapes(form, tmp_path):
    layers = real.layers
    x, z = real.Input((None, 3), name="x"), real.Input((None, 3), name="z")
    last, other = layers.LSTM(2)(x), layers.GRU(2)(z)
    model, shapes = {
        "chain": lambda: (real.Sequential([real.Input((None, 3)), layers.GRU(2), layers.Dense(1)]), (6, 3)),
        "one": lambda: (real.Model(x, last), [(6, 3)]),
        "list": lambda: (real.Model([x, z], [last, other]), [(6, 3), [4, 3]]),
        "dict": lambda: (real.Model({"p": z, "q": x}, [last, other]), {"q": (6, 3), "p": (4, 3)}),
        "operation": lambda: (real.Model(x, last * 2), (6, 3)),
    }[form]()
    random = np.random.default_rng(0)
    six, four = random.normal(size=(5, 6, 3)).astype("f4"), random.normal(size=(5, 4, 3)).astype("f4")
    given = {"list": [six, four], "dict": {"q": six, "p": four}}.get(form, six)
    model.save(tmp_path / "m.keras")
    path, expected = tmp_path / "m.keras", model.predict(given, verbose=0)
    for taken in (keras.from_keras(model, input_shapes=shapes), keras.models.load_model(path, input_shapes=shapes)):
        found = taken.predict(given, verbose=0)
        for a, b in zip(found, expected) if isinstance(expected, list) else [(found, expected)]:
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)
    with pytest.raises(ValueError, match=r"leaves a length open.*say them: input_shapes=\[\(24, 3\)\]"):
        keras.from_keras(model)
    with pytest.raises(ValueError, match="input_shapes: "):
        keras.from_keras(model, input_shapes=[(6, 4)])
