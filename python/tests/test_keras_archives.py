"""Archives of Keras with dicts of inputs and outputs, and with operations of keras.ops, open here and go back."""

import json
import zipfile

import numpy as np
import pytest

import tern
from tern import keras as ours

theirs = pytest.importorskip("keras")

random = np.random.default_rng(0)
A, B = random.normal(size=(2, 12, 4, 3)).astype("f4")
C = random.normal(size=(12, 3, 2)).astype("f4")
U, V = random.normal(size=(12, 1)).astype("f4"), random.normal(size=(12, 2)).astype("f4")


def by_name(keras):
    x = keras.Input((4, 3), name="x")
    flat = keras.layers.Flatten()(x)
    u, v = keras.layers.Dense(1, name="outu")(flat), keras.layers.Dense(2, name="outv")(flat)
    return keras.Model({"read": x}, {"z": u, "y": v})


COMPILED = {
    "one": {"loss": "mse"},
    "named": {"loss": {"z": "mse", "y": "mae"}, "loss_weights": {"y": 2.0, "z": 0.5}},
    "metrics": {"loss": {"z": "huber", "y": "mae"}, "metrics": {"y": ["mae"], "z": ["mse", "mae"]}},
    "weighted": {"loss": ["mse", "mae"], "weighted_metrics": {"y": ["mse"]}},
}


@pytest.mark.parametrize("name", COMPILED)
def test_compiled_models_with_dicts_go_both_ways(name):
    model = by_name(theirs)
    model.compile("adam", **COMPILED[name])
    model.fit({"read": A}, {"y": V, "z": U}, verbose=0)
    taken = ours.from_keras(model)
    back = ours.to_keras(taken)
    expected = model.predict({"read": A}, verbose=0)
    for one in (taken, back):
        found = one.predict({"read": A}, verbose=0)
        assert sorted(found) == sorted(expected)
        for key in expected:
            np.testing.assert_allclose(found[key], expected[key], rtol=1e-5, atol=1e-6)
    told = [
        one.fit({"read": A}, {"y": V, "z": U}, epochs=2, shuffle=False, verbose=0).history
        for one in (model, taken, back)
    ]
    for one in told[1:]:
        assert sorted(one) == sorted(told[0])
        for key, values in told[0].items():
            np.testing.assert_allclose(one[key], values, rtol=1e-4)


@pytest.mark.parametrize("form", ["one", "list of one", "list", "dict"])
def test_files_hold_the_forms_that_keras_writes(form, tmp_path):
    written = []
    for keras in (ours, theirs):
        x, z = keras.Input((3,), name="x"), keras.Input((2,), name="z")
        both = keras.layers.Concatenate(name="both")([x, z])
        u, v = keras.layers.Dense(1, name="u")(both), keras.layers.Dense(1, name="v")(both)
        outputs = {"one": u, "list of one": [u], "list": [u, v], "dict": {"second": v, "first": u}}[form]
        model = keras.Model({"z": z, "x": x}, outputs)
        model.compile("sgd", {"first": "mse", "second": "mae"} if form == "dict" else "mse")
        path = tmp_path / "m.keras"
        model.save(path)
        config = json.loads(zipfile.ZipFile(path).read("config.json"))
        ends = [config["config"][key] for key in ("input_layers", "output_layers")]
        written.append([json.dumps(ends), config["compile_config"]["loss"]])
        again = keras.models.load_model(path)
        assert type(again.output) is type(model.output)
    assert written[0] == written[1]


def test_models_within_that_go_by_name_open_and_go_back():
    p, q = theirs.Input((4, 3), name="q"), theirs.Input((4, 3), name="p")
    dense = theirs.layers.Dense
    inner = theirs.Model({"q": p, "p": q}, {"s": dense(1)(p), "r": dense(1)(q)}, name="inner")
    a, b = theirs.Input((4, 3)), theirs.Input((4, 3))
    made = inner({"p": a, "q": b})
    model = theirs.Model([a, b], [made["s"], made["r"]])
    taken = ours.from_keras(model)
    for one in (taken, ours.to_keras(taken)):
        for found, expected in zip(one.predict([A, B], verbose=0), model.predict([A, B], verbose=0)):
            np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    assert sorted(taken.get_layer("inner")({"p": A, "q": B})) == ["r", "s"]


def test_a_file_may_be_opened_without_its_compilation(tmp_path):
    model = by_name(theirs)
    model.compile("sgd", {"z": "mse"})
    model.save(tmp_path / "m.keras")
    with pytest.raises(OSError, match='the output "y" has no loss'):
        ours.models.load_model(tmp_path / "m.keras")
    assert not ours.models.load_model(tmp_path / "m.keras", compile=False).compiled


def test_metrics_of_several_numbers_are_refused_in_files(tmp_path):
    model = theirs.Sequential([theirs.Input((3,)), theirs.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=[theirs.metrics.Precision(thresholds=[0.3, 0.6])])
    model.save(tmp_path / "m.keras")
    with pytest.raises(OSError, match="a number for each of 2 thresholds"):
        ours.models.load_model(tmp_path / "m.keras")


def test_weights_of_labels_are_read_as_keras_writes_them(tmp_path):
    model = theirs.Sequential([theirs.Input((2,)), theirs.layers.Rescaling(1.0)])
    model.compile("sgd", "mse", metrics=[theirs.metrics.AUC(multi_label=True, label_weights=[1.0, 3.0])])
    x = np.array([[0.1, 0.6], [0.8, 0.4], [0.3, 0.5], [0.9, 0.7]], "f4")
    y = np.array([[0, 1], [1, 0], [1, 0], [0, 1]], "f4")
    expected = model.evaluate(x, y, verbose=0, return_dict=True)
    model.save(tmp_path / "m.keras")
    found = ours.models.load_model(tmp_path / "m.keras").evaluate(x, y, verbose=0, return_dict=True)
    assert found == pytest.approx(expected, rel=1e-6)


def test_short_integers_in_files_are_warned_of(tmp_path):
    x = theirs.Input((2,), dtype="uint8")
    theirs.Model(x, theirs.layers.Add()([x, x])).save(tmp_path / "m.keras")
    for read in (ours.models.load_model, tern.open):
        with pytest.warns(UserWarning, match="^m.keras: input .* of uint8 is computed with as int32"):
            read(tmp_path / "m.keras")


OPERATIONS = {
    "x + y": lambda o, x, y, c: x + y, "x * 2": lambda o, x, y, c: x * 2, "1 - x": lambda o, x, y, c: 1 - x,
    "x ** 2": lambda o, x, y, c: x**2, "abs": lambda o, x, y, c: abs(x), "-x / 4": lambda o, x, y, c: -x / 4,
    "x @ c": lambda o, x, y, c: x @ c, "mean": lambda o, x, y, c: o.mean(x, axis=-1, keepdims=True),
    "sum": lambda o, x, y, c: o.sum(x, axis=(1, 2)), "max": lambda o, x, y, c: o.max(x, axis=1, initial=0.0),
    "var": lambda o, x, y, c: o.var(x, axis=1), "relu": lambda o, x, y, c: o.relu(x),
    "concatenate": lambda o, x, y, c: o.concatenate([x, y], axis=-1), "x[:, 0]": lambda o, x, y, c: x[:, 0],
    "stack": lambda o, x, y, c: o.stack([x, y], axis=1), "x[..., 1:]": lambda o, x, y, c: x[..., 1:],
    "x[:, None]": lambda o, x, y, c: x[:, None], "reshape": lambda o, x, y, c: o.reshape(x, (-1, 12)),
    "maximum": lambda o, x, y, c: o.maximum(x, 0.3), "clip": lambda o, x, y, c: o.clip(x, -1, 1),
    "expand_dims": lambda o, x, y, c: o.expand_dims(x, 1), "minimum": lambda o, x, y, c: o.minimum(x, y),
    "squeeze": lambda o, x, y, c: o.squeeze(o.expand_dims(x, 2), 2), "exp": lambda o, x, y, c: o.exp(x),
    "transpose": lambda o, x, y, c: o.transpose(x, (0, 2, 1)), "square": lambda o, x, y, c: o.square(x),
    "swapaxes": lambda o, x, y, c: o.swapaxes(x, 1, 2), "tanh": lambda o, x, y, c: o.tanh(x),
    "gelu": lambda o, x, y, c: o.gelu(x, approximate=False), "softmax": lambda o, x, y, c: o.softmax(x),
    "scaled": lambda o, x, y, c: x * o.mean(x, axis=1, keepdims=True),
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_become_layers(name):
    x, y, c = theirs.Input((4, 3)), theirs.Input((4, 3)), theirs.Input((3, 2))
    model = theirs.Model([x, y, c], OPERATIONS[name](theirs.ops, x, y, c))
    expected = model.predict([A, B, C], verbose=0)
    taken = ours.from_keras(model)
    for one in (taken, ours.to_keras(taken)):
        found = one.predict([A, B, C], verbose=0)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize(
    ("name", "made"), [("sqrt", lambda o, x: o.sqrt(x)), ("where", lambda o, x: o.where(x > 0, x, x))]
)
def test_operations_that_no_layer_does_are_named(name, made):
    x = theirs.Input((3,))
    with pytest.raises(ValueError, match=f"the operation '({name}|greater)[_0-9]*' .* of keras.ops"):
        ours.from_keras(theirs.Model(x, made(theirs.ops, x)))


@pytest.mark.parametrize("order", range(3))
def test_weights_find_their_layers_beside_operations(order):
    # Layers that stand for operations make other chains longer, which Keras orders by length.
    x = theirs.Input((3,))
    dense = [theirs.layers.Dense(3) for _ in range(4)]
    one = abs(1 - dense[0](x) * 2)
    other = dense[1](abs(dense[2](x)) if order == 2 else dense[2](x))
    model = theirs.Model(x, dense[3](one + other if order else other + one))
    model.compile("adam", "mse")
    z = A[:, 0]
    model.fit(z, z, verbose=0)
    taken = ours.from_keras(model)
    back = ours.to_keras(taken)
    for found in (taken, back):
        np.testing.assert_allclose(found.predict(z, verbose=0), model.predict(z, verbose=0), rtol=1e-4, atol=1e-5)
    steps = [one.fit(z, z, epochs=3, shuffle=False, verbose=0).history["loss"] for one in (model, taken, back)]
    np.testing.assert_allclose(steps[1], steps[0], rtol=1e-4)
    np.testing.assert_allclose(steps[2], steps[0], rtol=1e-4)
