"""tern.keras beside Keras: arrays, weights, losses and metrics by the names of inputs and outputs."""

import functools

import closeness
import numpy as np
import pytest

from tern import keras as ours

theirs = pytest.importorskip("keras")
close = functools.partial(closeness.close, rtol=2e-4)

random = np.random.default_rng(0)
A, B, U, V = (random.normal(size=(20, n)).astype("f4") for n in (3, 2, 1, 2))
W, W2 = random.random((2, 20)).astype("f4")
LISTED, NAMED = ("a", "b"), ("z", "y")


def model(keras, outputs="list", inputs="list"):
    a, b = keras.Input((3,), name="ina"), keras.Input((2,), name="inb")
    h = keras.layers.Concatenate()([a, b])
    u, v = keras.layers.Dense(1, name="outu")(h), keras.layers.Dense(2, name="outv")(h)
    made = keras.Model(
        [a, b] if inputs == "list" else {"q": b, "p": a}, [u, v] if outputs == "list" else {"z": u, "y": v}
    )
    weights = np.random.default_rng(1)
    made.set_weights([weights.normal(size=w.shape).astype("f4") * 0.3 for w in made.get_weights()])
    return made


def report(keras, outputs, compiled, y, x=None, **data):
    """All numbers that a training gives."""
    x = [A, B] if x is None else x
    made = model(keras, outputs)
    made.compile("sgd", **compiled)
    # Batches of one size: Keras compiles anew for each.
    judged = made.evaluate(x, y, batch_size=10, verbose=0, return_dict=True, **data)
    held = (x, y, *data.values())
    history = made.fit(x, y, epochs=2, batch_size=10, shuffle=False, verbose=0, validation_data=held, **data).history
    return [judged, history]


@pytest.mark.parametrize("inputs", ["list", "named"])
def test_inputs_come_by_name(inputs):
    by_layer, by_key = {"ina": A, "inb": B}, {"p": A, "q": B}
    for x in [by_layer, [A, B]] if inputs == "list" else [by_key, by_layer]:
        close(model(ours, inputs=inputs).predict(x, verbose=0), model(theirs, inputs=inputs).predict(x, verbose=0))
    if inputs == "named":
        with pytest.raises(ValueError, match="its arrays go by name, p, q"):
            model(ours, inputs=inputs).predict([A, B])
    with pytest.raises(ValueError, match="is missing"):
        model(ours, inputs=inputs).predict({"ina": A})


def test_models_are_called_by_name():
    made, other = model(ours, "named", "named"), model(theirs, "named", "named")
    close(made({"q": B, "p": A}), {name: np.asarray(value) for name, value in other({"q": B, "p": A}).items()})
    p, q = ours.Input((3,)), ours.Input((2,))
    outer = ours.Model([p, q], made({"q": q, "p": p})["z"])
    close(outer.predict([A, B]), made.predict({"p": A, "q": B})["z"])


@pytest.mark.parametrize("outputs", ["list", "named"])
def test_outputs_come_by_name(outputs):
    close(model(ours, outputs).predict([A, B], verbose=0), model(theirs, outputs).predict([A, B], verbose=0))


@pytest.mark.parametrize("outputs", ["list", "named"])
@pytest.mark.parametrize("case", range(6))
def test_losses_and_metrics_go_by_name(outputs, case):
    first, second = ("outu", "outv") if outputs == "list" else ("z", "y")
    y = {first: U, second: V}

    def compiled(keras):
        return [
            {"loss": "mse"},
            {"loss": {first: "mse", second: "mae"}},
            {"loss": {first: "mse", second: keras.losses.Huber()}},
            {"loss": "mse", "metrics": {first: ["mae"], second: ["mse", keras.losses.Huber()]}},
            {"loss": "mse", "metrics": [["mae"], ["mse", "mae"]]},
            {"loss": "mse", "metrics": {first: ["mae"]}, "weighted_metrics": {first: ["mae"]}},
        ][case]

    close(report(ours, outputs, compiled(ours), y), report(theirs, outputs, compiled(theirs), y))


def test_weights_of_losses_go_by_name():
    # Keras wants losses in the same form.
    losses, weights = {"outu": "mse", "outv": "mae"}, {"outu": 0.5, "outv": 2.0}
    compiled = {"loss": losses, "loss_weights": weights}
    close(report(ours, "list", compiled, [U, V]), report(theirs, "list", compiled, [U, V]))
    with pytest.raises(ValueError, match="loss_weights: there is no output 'nix'; the model has outu, outv"):
        model(ours).compile("sgd", "mse", loss_weights={"nix": 1.0})


@pytest.mark.parametrize(
    "weights", [W, [W, W2], [W[:, None], W2[:, None]], [W, None]], ids=["one", "list", "columns", "first"]
)
def test_weights_of_examples_are_those_of_each_output(weights):
    close(*(report(keras, "list", {"loss": "mse"}, [U, V], sample_weight=weights) for keras in (ours, theirs)))


def test_weights_of_examples_go_by_name():
    named = report(ours, "named", {"loss": "mse"}, {"z": U, "y": V}, sample_weight={"z": W, "y": W2})
    close(named, report(theirs, "named", {"loss": "mse"}, {"z": U, "y": V}, sample_weight={"z": W, "y": W2}))
    for keras in (ours, theirs):
        with pytest.raises(ValueError, match="sample_weight"):
            report(keras, "list", {"loss": "mse"}, [U, V], sample_weight={"outu": W, "outv": W2})
    with pytest.raises(ValueError, match="the form of y, a dict of y, z"):
        report(ours, "named", {"loss": "mse"}, {"z": U, "y": V}, sample_weight={"nix": W})
    with pytest.raises(ValueError, match=r"sample_weight has the shape \(3,\); it must have 20 numbers"):
        report(ours, "list", {"loss": "mse"}, [U, V], sample_weight=W[:3])


@pytest.mark.parametrize("frequency", [1, 2, 3, [1, 3]])
def test_it_is_validated_now_and_then(frequency):
    histories = []
    for keras in (ours, theirs):
        made = model(keras)
        made.compile("sgd", "mse")
        data = {"validation_data": ([A, B], [U, V]), "validation_freq": frequency}
        histories.append(made.fit([A, B], [U, V], epochs=5, batch_size=8, shuffle=False, verbose=0, **data).history)
    close(*histories)


def test_a_frequency_that_is_none_is_told():
    made = model(ours)
    made.compile("sgd", "mse")
    with pytest.raises(ValueError, match="validation_freq is 0"):
        made.fit([A, B], [U, V], validation_data=([A, B], [U, V]), validation_freq=0, verbose=0)


@pytest.mark.parametrize("case", range(6))
def test_losses_stand_among_metrics(case):
    reports = []
    for keras in (ours, theirs):
        metrics = [
            ["mse", keras.losses.Huber()],
            [keras.losses.huber],
            [keras.losses.MeanSquaredError(reduction="sum"), "mse"],
            [keras.losses.Huber(delta=0.3), keras.losses.LogCosh()],
            [keras.metrics.MeanSquaredError(), keras.losses.mean_absolute_error],
            ["mae", "mae"],
        ][case]
        made = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        made.set_weights([np.full((3, 2), 0.3, "f4"), np.zeros(2, "f4")])
        made.compile("sgd", "mae", metrics=metrics)
        # The last batch is smaller, and counts as much where a loss is an object.
        history = made.fit(A, V, batch_size=8, epochs=2, shuffle=False, verbose=0).history
        reports.append([history, made.evaluate(A, V, batch_size=8, verbose=0, return_dict=True)])
    close(*reports)


def test_losses_among_metrics_are_written(tmp_path):
    made = ours.Sequential([ours.Input((3,)), ours.layers.Dense(2)])
    made.compile("sgd", "mae", metrics=[ours.losses.Huber(delta=0.5)])
    made.save(tmp_path / "m.keras")
    again, other = (keras.models.load_model(tmp_path / "m.keras") for keras in (ours, theirs))
    expected = made.evaluate(A, V, verbose=0, return_dict=True)["huber_loss"]
    for loaded in (again, other):
        assert list(loaded.evaluate(A, V, verbose=0, return_dict=True).values()).count(pytest.approx(expected)) == 1


def test_the_likeliest_classes():
    scores, labels = random.random((40, 6)).astype("f4"), random.integers(0, 6, 40)
    order = np.argsort(-scores, axis=1).astype("f4")
    for k in (1, 3, 6, 9):
        found = []
        for keras in (ours, theirs):
            m = keras.metrics
            found.append([
                m.TopKCategoricalAccuracy(k)(np.eye(6, dtype="f4")[labels], scores),
                m.SparseTopKCategoricalAccuracy(k)(labels, scores),
                m.SparseTopKCategoricalAccuracy(k, from_sorted_ids=True)(labels, order),
            ])  # fmt: skip
        close(*found)


def test_weights_of_classes_count_in_single_steps():
    steps = []
    for keras in (ours, theirs):
        made = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, "sigmoid")])
        made.set_weights([np.full((3, 1), 0.3, "f4"), np.zeros(1, "f4")])
        made.compile(keras.optimizers.SGD(0.5), "binary_crossentropy")
        labels = (A[:, :1] > 0).astype("f4")
        steps.append([float(made.train_on_batch(A, labels, class_weight={0: 1.0, 1: 5.0})) for _ in range(3)])
    close(*steps)


def test_without_a_loss_it_says_so_though_there_was_one():
    made = model(ours)
    made.compile("sgd", "mse")
    made.compile("sgd", loss=None)
    with pytest.raises(ValueError, match="No loss to compute"):
        made.evaluate([A, B], [U, V], verbose=0)


def test_a_rate_that_was_set_counts_in_single_steps():
    made = ours.Sequential([ours.Input((3,)), ours.layers.Dense(1)])
    made.compile(ours.optimizers.SGD(0.1), "mse")
    made.optimizer.learning_rate = 0.0
    before = made.get_weights()[0]
    made.train_on_batch(A, U)
    assert (made.get_weights()[0] == before).all()
