"""tern.keras gives Keras's numbers: layers, losses, metrics, trainings and files.

What is compared with was written by Keras itself (Scripts/fixtures/keras_python.py).
"""

import inspect
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from tern import keras, tf

FIXTURES = Path(__file__).resolve().parent / "fixtures"
TOLD = json.loads((FIXTURES / "keras.json").read_text())


@pytest.fixture(scope="module")
def arrays():
    with np.load(FIXTURES / "keras.npz") as file:
        return {name: file[name] for name in file.files}


def tupled(value):
    return tuple(tupled(item) for item in value) if isinstance(value, list) else value


@pytest.mark.parametrize("number", range(len(TOLD["layers"])), ids=lambda n: f"{TOLD['layers'][n]['layer']}-{n}")
def test_layer_gives_keras_numbers(arrays, number):
    case = TOLD["layers"][number]
    layer = getattr(keras.layers, case["layer"])(
        *map(tupled, case["args"]), **{k: tupled(v) for k, v in case["kwargs"].items()}
    )
    inputs = [keras.Input(tuple(shape)) for shape in case["shapes"]]
    model = keras.Model(inputs, layer(inputs) if case["listed"] else layer(*inputs))
    # Keras leaves open what EinsumDense does.
    told = [n if m is None else m for n, m in zip(model.output_shape, case["output_shape"])]
    assert list(model.output_shape) == told
    layer.set_weights([arrays[f"{number}/w{i}"] for i in range(case["weights"])])
    x = [arrays[f"{number}/x{i}"] for i in range(len(inputs))]
    y = model.predict(x if len(x) > 1 else x[0], verbose=0)
    np.testing.assert_allclose(y, arrays[f"{number}/y"], rtol=1e-5, atol=1e-5)
    again = keras.models.model_from_json(model.to_json())
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again.predict(x if len(x) > 1 else x[0], verbose=0), y)


def network(optimizer, arrays):
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(5, "tanh"), keras.layers.Dense(2, kernel_regularizer="l2")]
    )
    model.compile(optimizer, "mse", metrics=["mae"])
    model.set_weights([arrays[f"train/w{i}"] for i in range(4)])
    return model


@pytest.mark.parametrize("case", TOLD["trainings"], ids=lambda case: case["optimizer"])
def test_three_steps_are_those_of_keras(arrays, case):
    model = network(getattr(keras.optimizers, case["optimizer"])(*case["args"], **case["kwargs"]), arrays)
    losses = [model.train_on_batch(arrays["train/x"], arrays["train/y"], return_dict=True)["loss"] for _ in range(3)]
    assert losses == pytest.approx(case["losses"], rel=1e-4)
    for i, weight in enumerate(model.get_weights()):
        np.testing.assert_allclose(weight, arrays[f"{case['optimizer']}/w{i}"], rtol=1e-4, atol=1e-5)
    assert model.optimizer.iterations == 3


@pytest.mark.parametrize("case", TOLD["losses"], ids=lambda case: case["name"])
def test_loss_is_that_of_keras(arrays, case):
    value = getattr(keras.losses, case["name"])(**case["kwargs"])(arrays["loss/true"], arrays["loss/predicted"])
    assert float(value) == pytest.approx(case["value"], rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("case", TOLD["metrics"], ids=lambda case: case["name"])
def test_metric_is_that_of_keras(arrays, case):
    metric = getattr(keras.metrics, case["name"])(**case["kwargs"])
    for half in (slice(0, 4), slice(4, 8)):
        metric.update_state(arrays["loss/true"][half], arrays["loss/predicted"][half])
    np.testing.assert_allclose(metric.result(), case["value"], rtol=1e-5, atol=1e-6)


def test_archive_of_keras_opens_and_trains_on(arrays):
    model = keras.models.load_model(FIXTURES / "keras_model.keras")
    x, y = arrays["train/x"], arrays["train/y"]
    np.testing.assert_allclose(model.predict(x, verbose=0), arrays["file/y"], rtol=1e-5, atol=1e-5)
    history = model.fit(x, y, epochs=2, batch_size=3, shuffle=False, verbose=0).history
    assert sorted(history) == sorted(TOLD["continued"])
    for key, values in TOLD["continued"].items():
        assert history[key] == pytest.approx(values, rel=1e-4)


def test_saved_model_is_the_same(arrays, tmp_path):
    model = network("adam", arrays)
    model.fit(arrays["train/x"], arrays["train/y"], verbose=0)
    model.save(tmp_path / "m.keras")
    model.save_weights(tmp_path / "m.weights.h5")
    again, other = keras.models.load_model(tmp_path / "m.keras"), network("adam", arrays)
    other.load_weights(tmp_path / "m.weights.h5")
    for same in (again, other, pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(same.predict(arrays["train/x"]), model.predict(arrays["train/x"]))
    assert again.optimizer.iterations == 1


def test_signature_is_that_of_keras():
    call = inspect.signature(keras.layers.Conv2D)
    assert list(call.parameters)[:5] == ["filters", "kernel_size", "strides", "padding", "data_format"]
    assert call.parameters["strides"].default == (1, 1)
    assert "kernel_size : required" in keras.layers.Conv2D.__doc__
    with pytest.raises(TypeError, match="Dense.*unitz"):
        keras.layers.Dense(3, unitz=3)


def test_layers_that_models_share_have_the_same_weights():
    x = keras.Input((3,))
    hidden = keras.layers.Dense(4, name="hidden")
    whole = keras.Model(x, keras.layers.Dense(1)(hidden(x)))
    part = keras.Model(whole.input, hidden.output)
    before = part.predict(np.ones((1, 3)))
    whole.compile("sgd", "mse")
    whole.fit(np.ones((8, 3)), np.full(8, 5.0), verbose=0)
    after = part.predict(np.ones((1, 3)))
    assert not np.allclose(before, after)
    np.testing.assert_allclose(after, np.ones((1, 3)) @ hidden.kernel.numpy() + hidden.bias.numpy(), rtol=1e-5)


def test_shapes_that_do_not_fit_are_told_at_once():
    with pytest.raises(ValueError, match=r"Conv2D layer 'wide' called on \(None, 4\)"):
        keras.layers.Conv2D(2, 3, name="wide")(keras.Input((4,)))
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match=r"expected shape=\(None, 4\), found shape=\(2, 3\)"):
        model.predict(np.zeros((2, 3)))


def test_callbacks_stop_and_restore(arrays):
    model = network(keras.optimizers.SGD(5.0), arrays)
    seen = []
    stop = keras.callbacks.EarlyStopping("loss", patience=1, restore_best_weights=True)
    note = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append((epoch, sorted(logs))))
    before = model.get_weights()
    history = model.fit(arrays["train/x"], arrays["train/y"], epochs=20, verbose=0, callbacks=[stop, note])
    assert history.epoch == [0, 1] and seen == [(0, ["loss", "mae"]), (1, ["loss", "mae"])]
    assert not np.array_equal(before[0], model.get_weights()[0])
    np.testing.assert_array_equal(stop.best_weights[0], model.get_weights()[0])


def test_rate_is_set_between_epochs(arrays):
    model = network(keras.optimizers.SGD(0.1), arrays)
    rates = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    history = model.fit(arrays["train/x"], arrays["train/y"], epochs=3, verbose=0, callbacks=[rates])
    assert history.history["loss"][0] > history.history["loss"][2]
    assert float(model.optimizer.learning_rate) == pytest.approx(0.0125)


def test_python_code_of_ones_own_is_refused():
    class EachBatch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            pass

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    with pytest.raises(TypeError, match="Python code"):
        model.compile(loss=lambda y, p: p)
    model.compile(loss="mse")
    with pytest.raises(ValueError, match="EachBatch.on_train_batch_end"):
        model.fit(np.ones((2, 1)), np.ones(2), callbacks=[EachBatch()])
    with pytest.raises(TypeError, match="its activation is"):
        keras.layers.Dense(1, activation=lambda x: x).get_config()


def test_tensorflow_names():
    x = tf.constant([[1, 2], [3, 4]], dtype=tf.float32)
    assert tf.nn.max_pool(tf.reshape(x, (1, 2, 2, 1)), 2, 2, "VALID").numpy().item() == 4
    found = tf.nn.conv2d(tf.reshape(x, (1, 2, 2, 1)), np.ones((2, 2, 1, 1)), 1, "SAME").numpy()
    assert found.ravel().tolist() == [10, 6, 7, 4]


def test_schedules_fall():
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 100)
    assert [float(schedule(step)) for step in (0, 50, 100)] == pytest.approx([0.1, 0.05, 0], abs=1e-8)


def test_the_loss_comes_first_and_metrics_as_compile_was_given_them():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae", "accuracy"])
    x = np.zeros((4, 3), "f4")
    found = model.evaluate(x, np.ones((4, 1), "f4"), verbose=0)
    assert model.metrics_names == ["loss", "mae", "accuracy"]
    assert found == [1.0, 1.0, 0.0] and all(isinstance(value, float) for value in found)


def test_weights_of_classes_that_mean_nothing_are_refused():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x, y = np.zeros((4, 3), "f4"), np.ones((4, 1), "f4")
    with pytest.raises(ValueError, match="numbers of classes"):
        model.fit(x, y, class_weight={"0": 1.0}, verbose=0)
    with pytest.raises(ValueError, match="at the same time"):
        model.fit(x, y, class_weight={0: 1.0}, sample_weight=np.ones(4), verbose=0)


def test_metrics_are_reported_as_compile_was_given_them():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy", metrics=["AUC", "Precision", "TruePositives"])
    model.evaluate(np.ones((4, 3), "f4"), np.array([[0], [1], [0], [1]], "f4"), verbose=0)
    assert model.metrics_names == ["loss", "AUC", "Precision", "TruePositives"]
