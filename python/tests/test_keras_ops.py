"""Operators and `ops` of symbols are Keras's, where layers of the engine's do them, and are refused elsewhere."""

import inspect

import numpy as np
import pytest

from tern import keras as ours

theirs = pytest.importorskip("keras")

random = np.random.default_rng(0)
A, B = random.normal(size=(2, 5, 4, 3)).astype("f4")
C = random.normal(size=(5, 3, 2)).astype("f4")

MADE = {
    "-x": lambda o, x, z, c: -x, "abs": lambda o, x, z, c: abs(x), "x + z": lambda o, x, z, c: x + z,
    "x + 2.5": lambda o, x, z, c: x + 2.5, "2 + x": lambda o, x, z, c: 2 + x, "x - z": lambda o, x, z, c: x - z,
    "1 - x": lambda o, x, z, c: 1 - x, "x * z * 2": lambda o, x, z, c: x * z * 2, "x / 4": lambda o, x, z, c: x / 4,
    "x ** 3": lambda o, x, z, c: x**3, "square": lambda o, x, z, c: o.square(x), "x @ c": lambda o, x, z, c: x @ c,
    "maximum 0": lambda o, x, z, c: o.maximum(x, 0.0), "maximum": lambda o, x, z, c: o.maximum(x, z),
    "maximum 0.3": lambda o, x, z, c: o.maximum(x, 0.3), "minimum": lambda o, x, z, c: o.minimum(x, -0.2),
    "clip 0 1": lambda o, x, z, c: o.clip(x, 0, 1), "clip": lambda o, x, z, c: o.clip(x, -0.5, 0.7),
    "x[:, 0]": lambda o, x, z, c: x[:, 0], "x[..., 1:]": lambda o, x, z, c: x[..., 1:],
    "x[:, None, :2]": lambda o, x, z, c: x[:, None, :2], "x[:, -1, :2]": lambda o, x, z, c: x[:, -1, :2],
    "x[:, 1:-1, 1]": lambda o, x, z, c: x[:, 1:-1, 1], "x[..., None]": lambda o, x, z, c: x[..., None],
    "mean": lambda o, x, z, c: o.mean(x, axis=-1), "mean kept": lambda o, x, z, c: o.mean(x, axis=1, keepdims=True),
    "sum": lambda o, x, z, c: o.sum(x, axis=(1, 2)), "max": lambda o, x, z, c: o.max(x, axis=1),
    "min": lambda o, x, z, c: o.min(x, axis=-1), "var": lambda o, x, z, c: o.var(x, axis=1),
    "concatenate": lambda o, x, z, c: o.concatenate([x, z], 1), "stack": lambda o, x, z, c: o.stack([x, z], 1),
    "reshape": lambda o, x, z, c: o.reshape(x, (-1, 2, 6)), "expand_dims": lambda o, x, z, c: o.expand_dims(x, 1),
    "squeeze": lambda o, x, z, c: o.squeeze(o.expand_dims(x, 2), 2), "swapaxes": lambda o, x, z, c: o.swapaxes(x, 1, 2),
    "transpose": lambda o, x, z, c: o.transpose(x, (0, 2, 1)), "cast": lambda o, x, z, c: o.cast(x, "float32"),
    "gelu": lambda o, x, z, c: o.gelu(x, approximate=False), "gelu about": lambda o, x, z, c: o.gelu(x),
    "softmax 1": lambda o, x, z, c: o.softmax(x, 1), "log_softmax 1": lambda o, x, z, c: o.log_softmax(x, axis=-2),
    "elu 0.3": lambda o, x, z, c: o.elu(x, 0.3), "leaky 0.4": lambda o, x, z, c: o.leaky_relu(x, 0.4),
    "celu 0.4": lambda o, x, z, c: o.celu(x, 0.4), "mean [1]": lambda o, x, z, c: o.mean(x, axis=[1]),
    **{
        name: lambda o, x, z, c, name=name: getattr(o, name)(x)
        for name in "exp relu softmax sigmoid tanh silu softplus log_softmax elu leaky_relu selu hard_sigmoid".split()
    },
}  # fmt: skip

REFUSED = {
    "x / z": (lambda o, x: x / x, "divides by a symbol"), "1 / x": (lambda o, x: 1 / x, "divides by a symbol"),
    "x > 0": (lambda o, x: x > 0, "> of symbols"), "x // 2": (lambda o, x: x // 2, "// of symbols"),
    "x % 2": (lambda o, x: x % 2, "% of symbols"), "sqrt": (lambda o, x: o.sqrt(x), "keras.ops.sqrt of symbols"),
    "x[:, ::2]": (lambda o, x: x[:, ::2], "a step of 2"), "x[0]": (lambda o, x: x[0], "all examples are taken"),
    "x ** 0.5": (lambda o, x: x**0.5, "whole numbers from 1"), "mean": (lambda o, x: o.mean(x), "name the axes"),
    "array": (lambda o, x: np.ones(3) + x, "a number is wanted"),
    "where": (lambda o, x: o.where(x, x, x), "keras.ops.where of symbols"),
    "softmax": (lambda o, x: o.softmax(x, axis=0), "none of the examples"),
    "if x": (lambda o, x: bool(x), "neither true nor false"),
    "reshape": (lambda o, x: o.reshape(x, (2, -1)), "the first length is -1"),
    "x[:, 7]": (lambda o, x: x[:, 7], "7 is beyond axis 1"), "iter": (lambda o, x: list(x), "told by slices"),
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_symbols_become_what_keras_makes_of_them(name):
    answers = []
    for keras in (ours, theirs):
        x, z, c = keras.Input((4, 3)), keras.Input((4, 3)), keras.Input((3, 2))
        answers.append(keras.Model([x, z, c], MADE[name](keras.ops, x, z, c)).predict([A, B, C], verbose=0))
    assert answers[0].shape == answers[1].shape
    np.testing.assert_allclose(*answers, rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_layer_does_is_told(name):
    made, said = REFUSED[name]
    with pytest.raises((ValueError, TypeError, IndexError), match=said.replace("*", r"\*")):
        made(ours.ops, ours.Input((4, 3)))


@pytest.mark.parametrize("made", ["maximum(x, -1e9)", "maximum(x, 0.3)", "minimum(x, 1e9)", "clip(x, -1e9, 1e9)"])
def test_bounds_leave_what_is_within_as_it_is(made):
    x = np.array([[0.3, 5, -np.inf], [np.inf, -1e-3, np.nan]], "f4")
    answers = []
    for package in (ours, theirs):
        symbol = package.Input((3,))
        answers.append(package.Model(symbol, eval(f"o.{made}", {"o": package.ops, "x": symbol})).predict(x, verbose=0))
    np.testing.assert_array_equal(*answers)


def test_models_of_operators_go_to_keras():
    x = ours.Input((4, 3))
    made = ours.Model(x, ours.layers.Dense(2)(abs(1 - x)[:, 0] * 2))
    np.testing.assert_allclose(ours.to_keras(made).predict(A, verbose=0), made.predict(A), rtol=1e-5, atol=1e-6)


WHOLE = np.arange(-6, 6, dtype="i4").reshape(3, 4)
ODD = np.array([[np.nan, np.inf, -np.inf, 0.0], [1.0, -2.0, 7.0, -0.5]], "f4")
OF_ARRAYS = {
    "elu": lambda o, x: o.elu(x, 0.3), "leaky_relu": lambda o, x: o.leaky_relu(x, 0.4),
    "celu": lambda o, x: o.celu(x, 0.4),
    "selu": lambda o, x: o.selu(x), "gelu": lambda o, x: o.gelu(x), "gelu exact": lambda o, x: o.gelu(x, False),
    "softmax": lambda o, x: o.softmax(x, 0), "softmax all": lambda o, x: o.softmax(x, axis=None),
    "softmax both": lambda o, x: o.softmax(x, axis=(0, 1)), "log_softmax": lambda o, x: o.log_softmax(x, axis=0),
    "mean": lambda o, x: o.mean(x, axis=[0]), "sum": lambda o, x: o.sum(x, [0, 1]),
    "var": lambda o, x: o.var(x, [1], True),
    "max": lambda o, x: o.max(x, 1, False, 3), "get_item": lambda o, x: o.get_item(x, (slice(None), -1)),
    "x + 2.5": lambda o, x: o.add(x, 2.5), "x / 2": lambda o, x: o.divide(x, 2), "x ** 2": lambda o, x: o.power(x, 2),
    "square": lambda o, x: o.square(x), "clip": lambda o, x: o.clip(x, -1, 2.5), "exp": lambda o, x: o.exp(x),
    "reshape": lambda o, x: o.reshape(x, [-1]), "transpose": lambda o, x: o.transpose(x, [1, 0]),
    "concatenate": lambda o, x: o.concatenate([x, x], -1), "stack": lambda o, x: o.stack([x, x], 1),
    "sqrt": lambda o, x: o.sqrt(x), "std": lambda o, x: o.std(x, 0, True),
    "argmax": lambda o, x: o.argmax(x, 0, True),
    "round": lambda o, x: o.round(x, 1), "where": lambda o, x: o.where(x > 0, x, 0.5),
    "cumsum": lambda o, x: o.cumsum(x, 1),
    "arange": lambda o, x: o.arange(3), "linspace": lambda o, x: o.linspace(0, 1, 5),
    "full": lambda o, x: o.full((2,), 1.5, "float16"), "ones": lambda o, x: o.ones((2, 3)),
    "zeros_like": lambda o, x: o.zeros_like(x), "prod": lambda o, x: o.prod(x, 0),
    "numbers": lambda o, x: o.mean([1, 2, 4]),
    **{
        name: lambda o, x, name=name: getattr(o, name)(x)
        for name in (
            "relu relu6 sigmoid silu tanh softplus softsign log_sigmoid hard_sigmoid hard_silu hard_tanh tanh_shrink "
            "sparsemax abs negative"
        ).split()
    },
}  # fmt: skip


@pytest.mark.parametrize("name", OF_ARRAYS)
def test_of_arrays_they_give_keras_numbers_in_its_types(name):
    halves = A[0].astype("f2")
    for x in (A[0], ODD, WHOLE, halves):
        if x is WHOLE and name in ("sigmoid", "silu", "log_sigmoid", "x ** 2") or x is ODD and name == "sparsemax":
            continue
        found, expected = OF_ARRAYS[name](ours.ops, x), np.asarray(OF_ARRAYS[name](theirs.ops, x))
        assert found.shape == expected.shape and found.dtype == expected.dtype, x.dtype
        loose = {"rtol": 1e-2, "atol": 5e-3} if x is halves else {"rtol": 1e-5, "atol": 1e-6}
        np.testing.assert_allclose(found, expected, **loose)


def test_arguments_are_those_of_keras():
    own = {name for name in dir(ours.ops) if not name.startswith("_")} & set(dir(theirs.ops))
    differing = {
        name
        for name in own
        if inspect.isfunction(getattr(theirs.ops, name))
        and list(inspect.signature(getattr(ours.ops, name)).parameters)
        != list(inspect.signature(getattr(theirs.ops, name)).parameters)
    }
    assert len(own) > 50 and not differing


def test_of_arrays_they_are_numpys():
    for name, args in {"sum": (A, 1), "sqrt": (abs(A),), "where": (A > 0, A, B), "concatenate": ([A, B], -1)}.items():
        np.testing.assert_array_equal(getattr(ours.ops, name)(*args), getattr(np, name)(*args))
    np.testing.assert_allclose(ours.ops.relu(A).numpy(), np.maximum(A, 0))
    with pytest.raises(AttributeError):
        getattr(ours.ops, "no_such_function")  # noqa: B009
