"""Models of Keras's with masks open: the masks that Keras writes as operations travel by themselves."""

import numpy as np
import pytest

from tern import keras as ours

theirs = pytest.importorskip("keras")

random = np.random.default_rng(0)
A, B = random.normal(size=(2, 5, 6, 4)).astype("f4")
A[:, 4:], A[2, 1:], B[:, 5:] = 0, 0, 0
B[1, 2:] = 2
WORDS = random.integers(1, 7, (5, 6))
WORDS[:, 4:], WORDS[1, 1:] = 0, 0


def series(k):
    x = k.Input((6, 4))
    return x, k.layers.Masking()(x)


def words(k):
    x = k.Input((6,), dtype="int32")
    return x, k.layers.Embedding(7, 4, mask_zero=True)(x)


def two(k):
    x, z = k.Input((6, 4)), k.Input((6, 4))
    return [x, z], [k.layers.Masking()(x), k.layers.Masking(2.0)(z)]


def towers(k):
    x, z = k.Input((6,), dtype="int32"), k.Input((6,), dtype="int32")
    return [x, z], [k.layers.LSTM(3)(k.layers.Embedding(7, 4, mask_zero=True)(one)) for one in (x, z)]


def within(k):
    x = k.Input((6, 4))
    inner = k.Model(x, k.layers.LSTM(3)(k.layers.Masking()(x)))
    z = k.Input((6, 4))
    return z, inner(z)


ONE = {
    "LSTM": lambda k, m: k.layers.LSTM(3)(m), "GRU": lambda k, m: k.layers.GRU(3)(m),
    "SimpleRNN": lambda k, m: k.layers.SimpleRNN(3, return_sequences=True)(m),
    "two": lambda k, m: k.layers.LSTM(3)(k.layers.GRU(3, return_sequences=True)(m)),
    "Bidirectional": lambda k, m: k.layers.Bidirectional(k.layers.LSTM(3, return_sequences=True))(m),
    "MultiHeadAttention": lambda k, m: k.layers.MultiHeadAttention(2, 3)(m, m),
    "Attention": lambda k, m: k.layers.Attention()([m, m]),
    "pooling": lambda k, m: k.layers.GlobalAveragePooling1D()(m),
    "Dropout": lambda k, m: k.layers.LSTM(3)(k.layers.Dropout(0.5)(m)),
    "normalized": lambda k, m: k.layers.LSTM(3)(k.layers.LayerNormalization()(m)),
    "Dense": lambda k, m: k.layers.LSTM(3)(k.layers.Dense(5)(m)),
    "added to itself": lambda k, m: k.layers.LSTM(3)(k.layers.Add()([m, k.layers.Dense(4)(m)])),
    "TimeDistributed": lambda k, m: k.layers.LSTM(3)(k.layers.TimeDistributed(k.layers.Dense(3))(m)),
    "operation behind": lambda k, m: k.layers.LSTM(3)(m) * 2,
    "operation of steps": lambda k, m: k.layers.Dense(2)(k.layers.LSTM(3, return_sequences=True)(m)[:, -1]),
    "operation between": lambda k, m: k.layers.LSTM(3)(m * 2),
    "sum between": lambda k, m: k.layers.LSTM(3)(k.layers.Dense(3)(m) + k.layers.Dense(3)(m)),
    "activation between": lambda k, m: k.layers.LSTM(3)(k.ops.tanh(m)),
    "softmax between": lambda k, m: k.layers.LSTM(3)(k.ops.softmax(m)),
    "beside": lambda k, m: k.layers.LSTM(3)(m) + k.layers.GRU(3)(k.ops.exp(m)),
    "attention behind": lambda k, m: k.layers.MultiHeadAttention(2, 3)(m, k.ops.relu(m)),
}  # fmt: skip
TWO = {
    "Add": lambda k, m: k.layers.LSTM(3)(k.layers.Add()(m)),
    "Multiply": lambda k, m: k.layers.GRU(3)(k.layers.Multiply()(m)),
    "Maximum": lambda k, m: k.layers.GRU(3)(k.layers.Maximum()(m)),
    "Concatenate": lambda k, m: k.layers.LSTM(3)(k.layers.Concatenate()(m)),
    "Concatenate of steps": lambda k, m: k.layers.LSTM(3)(k.layers.Concatenate(axis=1)(m)),
    "attention": lambda k, m: k.layers.MultiHeadAttention(2, 3)(*m),
    "two ways": lambda k, m: k.layers.Concatenate()([k.layers.LSTM(3)(m[0]), k.layers.GRU(2)(m[1])]),
    "two outputs": lambda k, m: [k.layers.LSTM(3)(m[0]), k.layers.GRU(2)(m[1]) * 3],
    "operation": lambda k, m: k.layers.LSTM(3)(m[0] + m[1]),
    "Add and operation": lambda k, m: abs(k.layers.LSTM(3)(k.layers.Add()(m))),
    "Concatenate and operation": lambda k, m: k.layers.LSTM(3)(k.layers.Concatenate()(m))[:, 1:],
}  # fmt: skip
CASES = {
    **{f"Masking, {name}": (series, made, A) for name, made in ONE.items()},
    **{f"Embedding, {name}": (words, made, WORDS) for name, made in ONE.items()},
    **{f"two, {name}": (two, made, [A, B]) for name, made in TWO.items()},
    "towers": (towers, lambda k, m: k.layers.Dense(1)(k.layers.Concatenate()(m)), [WORDS, WORDS[::-1]]),
    "towers, operation": (towers, lambda k, m: k.layers.Dense(1)(m[0] - m[1]), [WORDS, WORDS[::-1]]),
    "within": (within, lambda k, m: k.layers.Dense(2)(m), A),
    "within, operation": (within, lambda k, m: abs(m), A),
}


@pytest.mark.parametrize("name", CASES)
def test_models_with_masks_open_and_answer_as_keras(name, tmp_path):
    begun, made, x = CASES[name]
    read, masked = begun(theirs)
    model = theirs.Model(read, made(theirs, masked))
    model.save(tmp_path / "m.keras")
    expected = model.predict(x, verbose=0)
    for taken in (ours.from_keras(model), ours.models.load_model(tmp_path / "m.keras")):
        found = taken.predict(x, verbose=0)
        for a, b in zip(found, expected) if isinstance(expected, list) else [(found, expected)]:
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=2e-6)


def test_a_mask_of_somebodys_own_is_refused_beside_operations():
    x = theirs.Input((6, 4))
    mask = theirs.ops.any(theirs.ops.not_equal(x, 1.0), axis=-1)
    with pytest.raises(ValueError, match="called with a mask"):
        ours.from_keras(theirs.Model(x, theirs.layers.LSTM(3)(x, mask=mask) * 2))


@pytest.mark.parametrize("name", [name for name in ONE if "between" in name or "behind" in name])
def test_masks_end_at_operations_of_models_that_are_made_here(name):
    made = []
    for keras in (ours, theirs):
        read, masked = series(keras)
        made.append(keras.Model(read, ONE[name](keras, masked)))
    made[0].set_weights(made[1].get_weights())
    np.testing.assert_allclose(*(one.predict(A, verbose=0) for one in made), rtol=1e-4, atol=2e-6)
