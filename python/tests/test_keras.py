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


@pytest.mark.parametrize("made", [tf.constant, keras.ops.convert_to_tensor, keras.ops.sum])
def test_integers_beyond_their_type_are_told(made):
    with pytest.raises(OverflowError, match=f"{2**31} is no integer of 32 bits"):
        made([1, 2**31])
    assert made(np.array([2**31])).max() == 2**31


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


@pytest.mark.parametrize("name", ["accuracy", "Accuracy", "ACC"])
def test_accuracy_is_chosen_by_its_name_in_any_case(name):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Rescaling(1.0)])
    model.compile("sgd", "mse", metrics=[name])
    x, y = np.array([[0.2], [0.7], [0.9], [0.4]], "f4"), np.array([[0], [1], [0], [1]], "f4")
    assert model.evaluate(x, y, verbose=0, return_dict=True)[name] == 0.5


def test_crossentropy_is_chosen_as_a_loss():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Rescaling(1.0)])
    x, y = np.array([[0.2], [0.7]], "f4"), np.array([[0], [1]], "f4")
    found = []
    for loss in ("binary_crossentropy", "crossentropy", "CE"):
        model.compile("sgd", loss)
        found.append(model.evaluate(x, y, verbose=0))
    assert found[0] == found[1] == found[2]
    with pytest.raises(ValueError, match="metric identifier: crossentropy"):
        model.compile("sgd", "mse", metrics=["crossentropy"])
    with pytest.raises(ValueError, match="of 3 classes by the targets"):
        keras.Sequential([keras.Input((1,)), keras.layers.Dense(3)]).compile("sgd", "crossentropy")


def test_short_integers_are_warned_of():
    x = keras.Input((2,), dtype="uint8")
    with pytest.warns(UserWarning, match="of uint8 is computed with as int32"):
        keras.Model(x, keras.layers.Add()([x, x])).summary(print_fn=str)


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


@pytest.mark.parametrize("more", [{"use_bais": False}, {"use_bais": None}, {"batch_shape": None}, {"unroll": False}])
def test_arguments_that_are_off_are_known_too(more):
    with pytest.raises((TypeError, ValueError), match=next(iter(more))):
        keras.layers.Dense(3, **more)
    assert keras.layers.Dense(3, activity_regularizer=None, autocast=False, trainable=False).units == 3


def test_each_call_goes_by_what_it_is_told():
    layer, x = keras.layers.MultiHeadAttention(2, 4), np.random.default_rng(0).normal(size=(2, 3, 4)).astype("f4")
    causal, whole = layer(x, x, use_causal_mask=True), layer(x, x, use_causal_mask=False)
    assert not np.allclose(causal, whole)
    np.testing.assert_array_equal(layer(x, x, use_causal_mask=True), causal)


def test_calls_in_training_read_what_others_read():
    layer = keras.layers.MultiHeadAttention(2, 4)
    q, k, v = np.random.default_rng(0).normal(size=(3, 2, 3, 4)).astype("f4")
    for told in ({}, {"use_causal_mask": True}):
        found = layer(q, key=k, value=v, training=True, **told)
        np.testing.assert_allclose(found, layer(q, key=k, value=v, **told), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("training", [False, True])
def test_attention_gives_its_scores(training):
    x = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("f4")
    values, scores = keras.layers.MultiHeadAttention(2, 4)(x, x, return_attention_scores=True, training=training)
    assert values.shape == (2, 3, 4)
    np.testing.assert_allclose(scores.sum(-1), np.ones((2, 2, 3)), rtol=1e-5)


def test_calls_in_training_move_the_statistics_of_batches():
    layer, x = keras.layers.BatchNormalization(), np.arange(12, dtype="f4").reshape(4, 3)
    layer(x, training=True)
    # Keras's: 0.99 of what it was, 0.01 of the batch's.
    np.testing.assert_allclose(layer.moving_mean.numpy(), 0.01 * x.mean(0), rtol=1e-6)
    np.testing.assert_allclose(layer.moving_variance.numpy(), 0.99 + 0.01 * x.var(0), rtol=1e-6)
    layer(x)
    layer.trainable = False
    layer(x, training=True)
    np.testing.assert_allclose(layer.moving_mean.numpy(), 0.01 * x.mean(0), rtol=1e-6)


@pytest.mark.parametrize(
    "made",
    [
        lambda: keras.metrics.Precision(class_id="1"),
        lambda: keras.metrics.BinaryAccuracy(threshold="x"),
        lambda: keras.metrics.AUC(from_logits="no"),
        lambda: keras.metrics.F1Score(threshold="x"),
    ],
)
def test_settings_of_another_kind_are_told(made):
    with pytest.raises((TypeError, ValueError)):
        made()(np.array([[0.0, 1.0]], "f4"), np.array([[0.2, 0.7]], "f4"))


def test_one_is_true_as_in_python():
    y, z = np.array([[0.0], [1.0]], "f4"), np.array([[-3.0], [2.0]], "f4")
    found = [keras.metrics.BinaryCrossentropy(from_logits=flag)(y, z) for flag in (1, True, 0)]
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize(
    "told",
    [
        {"epochs": 2.5}, {"epochs": "2"}, {"batch_size": "8"}, {"batch_size": 16.5}, {"validation_split": "0.5"},
        {"initial_epoch": 0.5}, {"validation_freq": [1.5]},
        {"validation_batch_size": 2.5, "validation_split": 0.5}, {"validation_batch_size": 0, "validation_split": 0.5},
    ],
    ids=str,
)  # fmt: skip
def test_numbers_of_a_fit_are_whole(told):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    before = model.get_weights()
    with pytest.raises((TypeError, ValueError), match=next(iter(told))):
        model.fit(np.ones((20, 2), "f4"), np.ones((20, 1), "f4"), verbose=0, **told)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])


def test_it_is_validated_in_batches_of_their_own_size():
    x, y = np.arange(10, dtype="f4").reshape(10, 1), np.arange(10, dtype="f4").reshape(10, 1) ** 2
    measured = []
    for size in (None, 1, 10):
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
        # A loss among metrics is the mean over batches, by which their size is seen.
        model.compile(keras.optimizers.SGD(0.0), "mse", metrics=[keras.losses.MeanSquaredError()])
        told = model.fit(x, y, 4, verbose=0, validation_data=(x, y), validation_batch_size=size).history
        measured.append(told["val_mean_squared_error"][0])
    errors = (x - y)[:, 0] ** 2
    wanted = [np.mean([errors[:4].mean(), errors[4:8].mean(), errors[8:].mean()]), errors.mean(), errors.mean()]
    np.testing.assert_allclose(measured, wanted, rtol=1e-5)


@pytest.mark.parametrize(
    "made",
    [
        lambda flag: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=flag),
        lambda flag: keras.optimizers.Adam(0.1, amsgrad=flag),
        lambda flag: keras.optimizers.RMSprop(0.1, centered=flag),
    ],
)
def test_optimisers_take_one_for_true(arrays, made):
    x, y = np.random.default_rng(0).normal(size=(8, 4)).astype("f4"), np.ones((8, 2), "f4")
    found = []
    for flag in (1, True, 0):
        model = network(made(flag), arrays)
        model.fit(x, y, epochs=4, verbose=0, shuffle=False)
        found.append(model.get_weights()[0])
    np.testing.assert_array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_folders_and_arguments_that_are_not_known_are_refused(tmp_path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="zipped=False"):
        model.save(tmp_path / "m.keras", zipped=False)
    with pytest.raises(ValueError, match="max_shard_size=1"):
        keras.saving.save_weights(model, tmp_path / "m.weights.h5", max_shard_size=1)
    with pytest.raises(ValueError, match="by_name=True"):
        keras.saving.load_weights(model, tmp_path / "m.weights.h5", by_name=True)


class Asking(keras.callbacks.Callback):
    """Does something after each epoch."""

    def __init__(self, ask):
        super().__init__()
        self.ask, self.told = ask, []

    def on_epoch_end(self, epoch, logs=None):
        self.told.append(self.ask(self.model))


def compiled_line():
    x = np.random.default_rng(0).normal(size=(16, 2)).astype("f4")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model, x, x.sum(1, keepdims=True)


def test_a_callback_predicts_by_the_weights_of_its_epoch():
    model, x, y = compiled_line()
    model.predict(x, verbose=0)

    def off(model):
        kernel, bias = model.get_weights()
        return np.abs(model.predict(x, verbose=0) - (x @ kernel + bias)).max()

    asking = Asking(off)
    model.fit(x, y, epochs=3, verbose=0, callbacks=[asking])
    assert len(asking.told) == 3 and max(asking.told) < 1e-5


@pytest.mark.parametrize("name", ["fit", "train_on_batch"])
def test_a_callback_begins_no_other_training(name):
    model, x, y = compiled_line()
    asking = Asking(lambda model: getattr(model, name)(x, y))
    with pytest.raises(ValueError, match="the model is being trained"):
        model.fit(x, y, verbose=0, callbacks=[asking])
    model.fit(x, y, verbose=0)


def test_what_keras_takes_for_all_axes_is_refused():
    softmax, norm = keras.layers.Softmax(axis=(1, 2)), keras.constraints.MaxNorm(0.1, axis=None)
    for told, words in (({"activation": softmax}, "axis is"), ({"kernel_constraint": norm}, "over all axes")):
        with pytest.raises(ValueError, match=words):
            model = keras.Sequential([keras.Input((3, 4)), keras.layers.Dense(2, **told)])
            model.predict(np.ones((1, 3, 4)), verbose=0)


def test_names_of_layers_hold_no_slash():
    with pytest.raises(ValueError, match="cannot contain character `/`"):
        keras.layers.Dense(1, name="a/b")


def test_a_call_in_training_within_a_graph_is_told_of():
    x = keras.Input((3,))
    with pytest.warns(UserWarning, match="'drop' is called with training=True"):
        keras.layers.Dropout(0.5, name="drop")(x, training=True)


def test_a_loss_that_is_not_reduced_is_not_trained():
    model, x, y = compiled_line()
    for reduction in (None, "none"):
        model.compile("sgd", keras.losses.MeanSquaredError(reduction=reduction))
        with pytest.raises(ValueError, match="of the reduction none gives a number for each example"):
            model.fit(x, y, verbose=0)


def test_integers_beyond_the_type_of_an_input_are_told():
    model = keras.Sequential([keras.Input((1,), dtype="int32"), keras.layers.Flatten()])
    with pytest.raises(ValueError, match="holds 1099511627776"):
        model.predict(np.array([[2**40]]), verbose=0)


def test_paths_of_weights_hold_no_nul(tmp_path):
    model, _, _ = compiled_line()
    with pytest.raises(ValueError, match="holds a NUL"):
        model.save_weights(f"{tmp_path}/line\0.weights.h5")
    assert not list(tmp_path.iterdir())
