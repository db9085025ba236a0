"""Operators and `ops` of symbols are Keras's, where layers of the engine's do them, and are refused elsewhere."""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")

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
    "gelu": lambda o, x, z, c: o.gelu(x, approximate=False),
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
    "gelu": (lambda o, x: o.gelu(x), "approximate=False"), "if x": (lambda o, x: bool(x), "neither true nor false"),
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


def test_models_of_operators_go_to_keras():
    x = ours.Input((4, 3))
    made = ours.Model(x, ours.layers.Dense(2)(abs(1 - x)[:, 0] * 2))
    np.testing.assert_allclose(ours.to_keras(made).predict(A, verbose=0), made.predict(A), rtol=1e-5, atol=1e-6)


def test_of_arrays_they_are_numpys():
    for name, args in {"sum": (A, 1), "sqrt": (abs(A),), "where": (A > 0, A, B), "concatenate": ([A, B], -1)}.items():
        np.testing.assert_array_equal(getattr(ours.ops, name)(*args), getattr(np, name)(*args))
    np.testing.assert_allclose(ours.ops.relu(A).numpy(), np.maximum(A, 0))
    with pytest.raises(AttributeError):
        getattr(ours.ops, "no_such_function")  # noqa: B009
