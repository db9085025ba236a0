"""Measures, losses, weights and ops are Keras's where shapes and orders make another number: Keras 3.15.1's on jax."""

import pickle

import numpy as np
import pytest

from tern import keras

Y, P = [[1.0, 2], [3, 4]], [[2.0, 2], [5, 7]]


def test_equal_values_are_sorted_in_their_order():
    x = np.array([3, 1, 2] * 8)
    wanted = [*range(1, 24, 3), *range(2, 24, 3), *range(0, 24, 3)]
    assert keras.ops.argsort(x).tolist() == wanted
    assert keras.ops.argsort(x.reshape(2, 12), axis=None).tolist() == wanted


WAVE = np.array([3, 1, 2, 1, 5], "u1")
SMALL, TRUE = np.array([100, 2, 3], "i1"), np.array([True, False, True])


@pytest.mark.parametrize(
    ("value", "dtype", "wanted"),
    [
        (lambda o: o.cumprod(SMALL), "int8", [100, -56, 88]),
        (lambda o: o.cumsum(np.array([200, 100], "u1")), "uint8", [200, 44]),
        (lambda o: o.mod(TRUE, np.ones(3, bool)), "int32", [0, 0, 0]),
        (lambda o: o.percentile(SMALL, 50, method="lower"), "float32", 3),
        (lambda o: o.quantile(TRUE, 0.5), "float32", 1),
        (lambda o: o.ldexp(np.array([1, 2], "u1"), np.array([3, 4], "i4")), "float32", [8, 32]),
        (lambda o: o.reciprocal(TRUE), "float32", [1, np.inf, 1]),
        (lambda o: o.ceil(TRUE), "float32", [1, 0, 1]),
        (lambda o: o.floor(TRUE), "float32", [1, 0, 1]),
        (lambda o: o.trapezoid(WAVE, x=WAVE), "float32", 8),
        (lambda o: o.trapezoid(WAVE.astype("i1"), x=WAVE.astype("f2")), "float16", 8),
        (lambda o: o.trapezoid(WAVE.astype("f2"), x=WAVE.astype("u2")), "float16", 8),
        (lambda o: o.trapezoid(TRUE), "float32", 1),
        (lambda o: o.trapezoid(TRUE, x=TRUE), "float32", 0),
        (lambda o: o.trapezoid(np.array([200, 100, 50], "u1"), dx=2), "float32", 450),
        (lambda o: o.trapezoid([3, 1, 2], x=[3, 1, 2]), "float32", -2.5),
        (lambda o: o.trapezoid(np.ones(3, "f2"), x=np.arange(3.0, dtype="f4")), "float32", 2),
    ],
)
def test_types_of_results_are_those_of_keras(value, dtype, wanted):
    found = np.asarray(value(keras.ops))
    assert found.dtype == dtype and found.tolist() == wanted


@pytest.mark.parametrize(
    ("metric", "updates", "wanted"),
    [
        (keras.metrics.PearsonCorrelation(), [([1.0, 3, 2], [1.0, 2, 5]), ([10.0, 12, 14], [13.0, 11, 9])], -0.3799038),
        (keras.metrics.MeanSquaredError(), [([0.0, 0, 0], [1.0, 1, 1]), ([0.0], [5.0])], 13),
        (keras.metrics.CosineSimilarity(axis=0), [(Y, [[1.0, 0], [2, 5]]), ([[1.0, 2]], [[3.0, -1]])], 0.4710942),
        # Weights of examples, of positions, of an update, and none.
        (
            keras.metrics.MeanSquaredError(),
            [
                (Y, P, [[1.0], [3]]),
                (np.array(Y)[..., None], np.array(P)[..., None], [[1.0, 0], [2, 3]]),
                (Y, P, 0.5),
                (Y, P),
            ],
            4.9210525,
        ),
    ],
)
def test_each_update_is_measured_by_itself(metric, updates, wanted):
    for update in updates:
        metric.update_state(*update)
    assert metric.result() == pytest.approx(wanted, rel=1e-5)


def gathered(name, *updates):
    metric = getattr(keras.metrics, name)()
    for values, weights in updates:
        metric.update_state(values, weights)
    return float(metric.result())


CUBE, SQUARE = np.arange(27.0).reshape(3, 3, 3), np.arange(9.0).reshape(3, 3)


# keras.metrics.Mean and Sum of the same updates.
@pytest.mark.parametrize(
    ("updates", "mean", "total"),
    [
        ([(CUBE, SQUARE)], 18, 1944),
        ([([[1.0, 2], [3, 4], [5, 6]], [1.0, 2, 3])], 4.1666665, 50),
        ([([1.0, 2], [0.0, 0])], 0, 0),
        ([([1.0, 2, 3], 0.5), ([7.0], 2.0)], 6, 17),
        ([(np.arange(6.0).reshape(2, 3), None), ([[9.0, 9, 9]], None), (4.0, None)], 4.5, 46),
        ([([[1.0], [2]], [3.0, 4])], 1.5714285, 11),
        ([([1.0, 2], [[3.0], [5]])], 1.625, 13),
    ],
)
def test_means_and_sums_are_weighed_as_keras_weighs_them(updates, mean, total):
    assert gathered("Mean", *updates) == pytest.approx(mean)
    assert gathered("Sum", *updates) == pytest.approx(total)


def test_losses_of_arrays_are_reduced_by_the_engine():
    # keras.losses.MeanSquaredError(reduction=...)(Y, P, sample_weight=...)
    for weight, total, mean in (([[1.0], [3]], 20, 10), ([1.0, 3], 20, 10), (2.0, 14, 7)):
        assert keras.losses.MeanSquaredError(reduction="sum")(Y, P, sample_weight=weight) == total
        assert keras.losses.MeanSquaredError()(Y, P, sample_weight=weight) == mean
    assert keras.losses.MeanSquaredError(reduction=None)(Y, P, sample_weight=[1.0, 3]).tolist() == [0.5, 19.5]
    dice = keras.losses.Dice()([[1.0, 0], [0, 1]], [[0.8, 0.3], [0.1, 0.6]], sample_weight=[1.0, 3])
    assert dice == pytest.approx(0.5263158)


def test_a_mean_with_weights_that_count_several_times_is_refused():
    loss = keras.losses.MeanSquaredError(reduction="mean_with_sample_weight")
    zeros, ones = np.zeros((2, 3, 1)), np.ones((2, 3, 1))
    assert loss(zeros, ones, sample_weight=[1.0, 3]) == 1
    # Keras divides by their sum as they are given: 6 and 3.
    for weight in (2.0, [[1.0], [3]]):
        with pytest.raises(ValueError, match="mean_with_sample_weight divides by their sum"):
            loss(zeros, ones, sample_weight=weight)
    model = keras.Sequential([keras.Input((3, 1)), keras.layers.Dense(1)])
    model.compile("sgd", loss)
    for shape in ((2, 1), (2, 1, 1)):
        with pytest.raises(ValueError, match="mean_with_sample_weight divides by their sum"):
            model.evaluate(zeros, ones, sample_weight=np.ones(shape), verbose=0)


def test_weights_of_examples_lie_along_images_of_as_many_rows():
    model = keras.Sequential([keras.Input((4, 3, 1)), keras.layers.Identity()])
    model.compile("sgd", "mse")
    y = np.arange(48.0).reshape(4, 4, 3, 1)
    found = {
        model.evaluate(np.zeros_like(y), y, sample_weight=np.arange(4.0).reshape(shape), verbose=0)
        for shape in ((4,), (4, 1), (4, 1, 1), (4, 1, 1, 1))
    }
    assert len(found) == 1


def test_a_normalisation_is_used_once_it_has_adapted():
    x = np.array([[1.0, 10], [2, 20], [3, 60]])
    layer = keras.layers.Normalization()
    layer.adapt(x)
    # The same calls of Keras's.
    np.testing.assert_allclose(layer(x[:1].astype("f4")), [[-1.2247448, -0.9258201]], rtol=1e-6)
    assert layer.get_config()["mean"] == [2, 30]
    given = keras.layers.Normalization(mean=np.array([1.0, 2]), variance=np.array([1.0, 4]))
    model = keras.Sequential([keras.Input((2,)), given])
    np.testing.assert_allclose(model.predict(x[:1], verbose=0), [[0, 4]])
    several = keras.layers.Normalization(axis=(1, 2))
    several.adapt(np.arange(24.0).reshape(6, 2, 2))
    np.testing.assert_allclose(
        several(np.zeros((1, 2, 2), "f4")), [[[-1.46385, -1.6102351], [-1.75662, -1.9030051]]], rtol=1e-6
    )
    with pytest.raises(ValueError, match="give axis=None for one mean of all"):
        keras.layers.Normalization().adapt(np.arange(5.0))


@pytest.mark.parametrize("inner", [keras.layers.Dense(3), keras.layers.Conv1D(2, 1)])
def test_a_spectral_normalisation_lists_the_kernel_first(inner):
    shape = (1,) if isinstance(inner, keras.layers.Dense) else (4, 1)
    model = keras.Sequential([keras.Input(shape), keras.layers.SpectralNormalization(inner)])
    names = [weight.path.rsplit("/", 1)[-1] for weight in model.weights]
    assert names == ["kernel", "vector_u", "bias"]


def test_no_further_cell_is_a_padding_of_outputs():
    layer = keras.layers.Conv1DTranspose(1, 3, strides=2, output_padding=0, padding="same", kernel_initializer="ones")
    x = np.arange(1.0, 4, dtype="f4").reshape(1, 3, 1)
    assert np.ravel(layer(x)).tolist() == [1, 3, 2, 5, 3]


@pytest.mark.parametrize(
    ("frequency", "wanted"),
    [(None, [1.005, 1.009, 1.012167, 1.014642]), (2, [1.005, 1.007, 1.010584, 1.011098])],
)
def test_batch_by_batch_an_average_takes_no_weights_place(frequency, wanted):
    # Keras puts the average in place at the end of `fit` alone.
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.01, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=frequency), "mse")
    x, y = np.array([[1.0], [2], [3], [4]]), np.array([[2.0], [1], [5], [3]])
    found = []
    for _ in range(4):
        model.train_on_batch(x, y)
        found.append(model.get_weights()[0].item())
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_a_network_with_one_mean_for_all_features_is_copied():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Normalization(mean=1.0, variance=4.0)])
    x = np.array([[1.0, 3, 5]])
    assert pickle.loads(pickle.dumps(model)).predict(x, verbose=0).tolist() == [[0, 1, 2]]
