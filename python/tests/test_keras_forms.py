"""The forms of inputs, targets, losses, metrics and weights: what Keras takes gives its numbers, what it refuses is
refused. Calls are drawn from a seed; what Keras only warns of, and outputs without a loss, may be refused."""

import functools
import random
import warnings

import closeness
import numpy as np
import pytest

from tern import keras as ours

theirs = pytest.importorskip("keras")
close = functools.partial(closeness.close, rtol=1e-3)

numbers = np.random.default_rng(0)
A, B = (numbers.normal(size=(12, n)).astype("f4") for n in (3, 2))
U, V = (numbers.random((12, 1)) > 0.5).astype("f4"), numbers.normal(size=(12, 2)).astype("f4")
W, W2 = numbers.random((2, 12)).astype("f4")
KEYS = {"named one": ("z",), "named": ("outu", "outv"), "renamed": ("y", "z"), "turned": ("z", "y")}
MAY_BE_REFUSED = ("has none; the engine wants one", "are given for", "do not fit predictions", "there is no output")


def model(keras, outputs="one", inputs="one"):
    a, b = keras.Input((3,), name="ina"), keras.Input((2,), name="inb")
    h = a if inputs == "one" else keras.layers.Concatenate()([a, b])
    u, v = keras.layers.Dense(1, "sigmoid", name="outu")(h), keras.layers.Dense(2, name="outv")(h)
    given = {"one": u, "one listed": [u], "list": [u, v], "tuple": (u, v)}.get(outputs)
    read = {"one": a, "list": [a, b], "named": {"ina": a, "inb": b}, "turned": {"q": b, "p": a}}[inputs]
    made = keras.Model(read, dict(zip(KEYS[outputs], (u, v))) if given is None else given)
    weights = np.random.default_rng(1)
    made.set_weights([weights.normal(size=w.shape).astype("f4") * 0.3 for w in made.get_weights()])
    return made


def tried(call, keras):
    """What a call gives, and the error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return call(keras), None
        except Exception as error:  # Keras raises whatever it stumbles over.
            return None, error


def drawn(seed):
    """How a model is made, compiled and called."""
    r = random.Random(seed)
    outputs = r.choice(["one", "one listed", "named one", "list", "list", "tuple", "named", "renamed", "turned"])
    names = KEYS.get(outputs, ("outu", "outv"))[: 1 if "one" in outputs else 2]
    count, layers = len(names), ("outu", "outv")

    def form(values, odds=(3, 2, 3, 1, 1)):
        values = list(values)[:count]
        by_name = dict(zip(names if r.random() < 0.9 else layers, values))
        odd = [values[:1], values * 2, {names[-1]: values[-1]}, by_name | {"nix": values[0]}, [None, *values[1:]]]
        return r.choices([values, tuple(values), by_name, values[0], r.choice(odd)], odds)[0]

    targets = (V, U) if outputs == "turned" and r.random() < 0.5 else (U, V)
    y = form(targets, (4, 2, 4, 3 if count == 1 else 0.5, 0.5))
    made = {"loss": r.choice(["mse", "mae", *(form([r.choice(["mse", "mae", "huber"]) for _ in names]),) * 3])}
    if r.random() < 0.4:
        made["loss_weights"] = r.choice([form((0.5, 2.0)), form((0.5, 2.0)), 0.5])
    for name in ("metrics", "weighted_metrics"):
        if r.random() < 0.4:
            each = [r.choice([["mae"], ["mse", "mae"], "mae", [], None, ("mse",)]) for _ in names]
            made[name] = r.choice([["mae"], ["mae", "mse"], "mae", form(each), form(each)])
    data = {"sample_weight": r.choice([W, form((W, W2)), form((W, W2))])} if r.random() < 0.4 else {}
    how = r.choice(["fit", "evaluate", "train_on_batch", "test_on_batch"])
    if how in ("fit", "train_on_batch") and r.random() < 0.15:
        data["class_weight"] = {0: 1.0, 1: 3.0}

    def call(keras):
        m = model(keras, outputs)
        m.compile(keras.optimizers.SGD(0.1), **made, **({"run_eagerly": True} if keras is theirs else {}))
        if how == "fit":
            return m.fit(A, y, batch_size=6, epochs=2, shuffle=False, verbose=0, **data).history
        given = {"batch_size": 6, "verbose": 0} if how == "evaluate" else {}
        return [getattr(m, how)(A, y, return_dict=bool(seed % 2), **given, **data), m.get_weights()]

    return call, (outputs, how, {"y": y, **made, **data})


@pytest.mark.parametrize("start", range(0, 160, 20))
def test_calls_are_answered_or_refused_as_by_keras(start):
    answered = 0
    for seed in range(start, start + 20):
        call, told = drawn(seed)
        (found, error), (expected, complaint) = tried(call, ours), tried(call, theirs)
        assert error is not None or complaint is None, (seed, told, complaint)
        if error is None:
            close(found, expected)
            answered += 1
        elif complaint is None:
            assert any(words in str(error) for words in MAY_BE_REFUSED), (seed, told, error)
    assert answered > 2


INPUTS = {
    "list": [A, B], "tuple": (A, B), "by layer": {"ina": A, "inb": B}, "by key": {"p": A, "q": B}, "first": {"ina": A},
    "more": {"ina": A, "inb": B, "nix": B}, "more before": {"aaa": B, "ina": A, "inb": B}, "one": [A], "array": A,
}  # fmt: skip


# Of these Keras warns, and takes them by number.
WARNED = ("more", "more before", "by key", "by layer", "tuple", "list")


@pytest.mark.parametrize("inputs", ["one", "list", "named", "turned"])
@pytest.mark.parametrize("form", INPUTS)
@pytest.mark.parametrize("is_call", [False, True])
def test_inputs_are_taken_or_refused_as_by_keras(inputs, form, is_call):
    def call(keras):
        made = model(keras, inputs=inputs)
        return np.asarray(made(INPUTS[form]) if is_call else made.predict(INPUTS[form], verbose=0))

    (found, error), (expected, complaint) = tried(call, ours), tried(call, theirs)
    assert error is not None or complaint is None
    if error is None:
        close(found, expected)
    assert complaint is not None or error is None or form in WARNED


@pytest.mark.parametrize("outputs", ["one", "one listed", "named one", "list", "tuple", "named", "renamed", "turned"])
def test_outputs_come_in_the_form_of_keras(outputs):
    made, other = model(ours, outputs), model(theirs, outputs)
    close(made.predict(A), other.predict(A, verbose=0))
    found, expected = made(A), other(A)
    assert type(found) is type(expected) or not isinstance(expected, (list, dict))
    assert not isinstance(found, dict) or list(found) == list(expected)
    assert type(made.output) is type(other.output) or outputs in ("one", "tuple")


def test_lists_of_numbers_are_refused():
    made = model(ours)
    with pytest.raises(ValueError, match="is list, and no array; make one of it by np.array first"):
        made.predict([[[1.0, 2.0, 3.0]]])


def test_metrics_without_a_name_are_reported_as_by_keras():
    told = []
    for keras in (ours, theirs):
        keras.utils.clear_session()
        made = model(keras)
        made.compile("sgd", "mse", metrics=[keras.metrics.Recall(), keras.metrics.AUC(), keras.metrics.Recall()])
        told.append(made.evaluate(A, U, verbose=0, return_dict=True))
    close(*told)


@pytest.mark.parametrize("kind", ["EarlyStopping", "ReduceLROnPlateau"])
@pytest.mark.parametrize("monitor", ["loss", "val_loss", "mae", "TruePositives", "nix"])
def test_what_is_watched_is_known_to_rise_or_fall(kind, monitor):
    def call(keras):
        made = model(keras)
        made.compile("sgd", "mse", metrics=["mae", "TruePositives"])
        watch = getattr(keras.callbacks, kind)(monitor, patience=1)
        return made.fit(A, U, epochs=3, shuffle=False, verbose=0, callbacks=[watch], validation_split=0.25).history

    (found, error), (expected, complaint) = tried(call, ours), tried(call, theirs)
    assert (error is None) == (complaint is None)
    if error is None:
        close(found, expected)


def test_metrics_of_each_class_are_refused_among_those_of_compile():
    x = ours.Input((3,))
    made = ours.Model(x, ours.layers.Dense(3, "softmax")(x))
    for metric in ("F1Score", ours.metrics.FBetaScore(), ours.metrics.R2Score(None)):
        with pytest.raises(ValueError, match="gives a number for each of 3; say"):
            made.compile("sgd", "mse", metrics=[metric])
    for kind in (ours.metrics.Precision, ours.metrics.TruePositives):
        with pytest.raises(ValueError, match="gives a number for each of 2 thresholds"):
            made.compile("sgd", "mse", metrics=[kind(thresholds=[0.2, 0.5])])
    made.compile("sgd", "mse", metrics=[ours.metrics.F1Score(average="macro"), ours.metrics.R2Score()])


def test_predictions_by_name_come_in_the_order_of_keras():
    made, other = model(ours, "turned"), model(theirs, "turned")
    assert list(made.predict(A, verbose=0)) == list(other.predict(A, verbose=0)) == ["y", "z"]
    assert list(made(A)) == list(other(A)) == ["z", "y"]
