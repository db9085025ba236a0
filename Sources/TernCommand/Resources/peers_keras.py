"""Keras as a user calls it, on any backend: sst, mnist, climate, unet, lstm, inference, fold, python."""

from __future__ import annotations

import os

import keras
import numpy as np
from keras import layers

import peers_networks as networks
from peers import Setting


def sequential(case: str) -> keras.Model:
    found = []
    for layer in networks.LAYERS[case]:
        if layer[0] == networks.CONVOLUTION:
            found.append(layers.Conv2D(layer[1], layer[2], activation="relu"))
        elif layer[0] == networks.POOLING:
            found.append(layers.MaxPooling2D(2))
        elif layer[0] == networks.FLATTEN:
            found.append(layers.Flatten())
        elif layer[0] == networks.DROPOUT:
            found.append(layers.Dropout(layer[1]))
        else:
            is_last = layer is networks.LAYERS[case][-1]
            found.append(layers.Dense(layer[1], activation=None if is_last else "relu"))
    return keras.Sequential([keras.Input(networks.INPUTS[case]), *found])


def climate(rows: int, columns: int) -> keras.Model:
    return keras.Sequential([
        keras.Input((10, rows, columns, 4)),
        layers.TimeDistributed(layers.Conv2D(20, 3, padding="same", activation="relu")),
        layers.TimeDistributed(layers.AveragePooling2D(2)),
        layers.TimeDistributed(layers.GlobalAveragePooling2D()),
        layers.LSTM(25),
        layers.Dense(rows * columns),
        layers.Reshape((1, rows, columns)),
    ])


def unet(rows: int, columns: int) -> keras.Model:
    def block(x, layer):
        return layers.ReLU()(layers.BatchNormalization()(layer(x)))

    def conv(channels, stride=1):
        return layers.Conv2D(channels, 3, strides=stride, padding="same", use_bias=False)

    def up(channels):
        return layers.Conv2DTranspose(channels, 3, strides=2, padding="same", use_bias=False)

    x = keras.Input((rows, columns, 4))
    a = block(x, conv(32))
    b = block(a, conv(64, 2))
    c = block(block(b, conv(128, 2)), conv(128))
    d = block(layers.Concatenate()([block(c, up(64)), b]), conv(64))
    e = block(layers.Concatenate()([block(d, up(32)), a]), conv(32))
    return keras.Model(x, layers.Conv2D(1, 1)(e))


def set_threads(threads: int) -> None:
    if keras.backend.backend() == "torch":
        import torch

        torch.set_num_threads(threads)
    if keras.backend.backend() == "tensorflow":
        import tensorflow

        tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
        tensorflow.config.threading.set_inter_op_parallelism_threads(1)


def network(case: str, setting: Setting) -> keras.Model:
    if case in ("climate", "unet"):
        return (climate if case == "climate" else unet)(*networks.grid(setting))
    if case == "lstm":
        return keras.Sequential([keras.Input(networks.series(setting)[1:]), layers.LSTM(64)])
    return sequential(case)


def train(part: str, setting: Setting):
    set_threads(setting.threads)
    case = "sst" if setting.case == "python" else setting.case
    if part in ("lecture", "table"):
        return estimator(part, setting)
    if part == "predict":
        return one_sample("sst", setting)
    model, batch = network(case, setting), networks.BATCHES[case]
    if case in ("sst", "mnist"):
        x, y = networks.examples(case, setting)
    else:
        count = networks.series(setting)[0] if case == "lstm" else batch
        x = networks.random((count, *model.input_shape[1:]))
        y = networks.random((count, *model.output_shape[1:]), 1)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True) if case == "mnist" else "mse"
    model.compile(optimizer="sgd" if case == "lstm" else "adam", loss=loss)
    if part == "inference":
        return lambda: model.predict_on_batch(x[:batch])
    return lambda: model.fit(x, y, batch_size=batch, epochs=1, verbose=0)


def estimator(part: str, setting: Setting):
    """The lecture's or the table's network."""
    import peers_tables

    data = peers_tables.task(part, setting)

    def run():
        model = keras.Sequential(
            [keras.Input(data.x.shape[1:]), *[layers.Dense(n, "relu") for n in data.sizes[1:-1]], layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(data.x, data.y, batch_size=data.batch, epochs=data.steps or 1, verbose=0)

    return run


def one_sample(part: str, setting: Setting):
    set_threads(setting.threads)
    model = network(part, setting)
    sample = networks.random((1, *model.input_shape[1:]))
    return lambda: model.predict_on_batch(sample)


def folds(part: str, setting: Setting):
    """Read, scaled, a ridge regression on 20 leading patterns and the network in each of five folds, scores."""
    import xarray as xr

    set_threads(setting.threads)

    def score(prediction, truth):
        return float(np.sqrt(np.mean((prediction - truth) ** 2))), float(np.corrcoef(prediction, truth)[0, 1])

    def run():
        with xr.open_dataset(os.path.join(setting.folder, "sst_precipitation.nc")) as file:
            x, y = file["sst"].values[..., None].astype("float32"), file["precipitation"].values.ravel()
        scores = []
        for test in np.array_split(np.arange(len(x)), 5):
            kept = np.setdiff1d(np.arange(len(x)), np.arange(test[0] - 6, test[-1] + 7))
            mean, spread, centre, width = x[kept].mean(), x[kept].std(), y[kept].mean(), y[kept].std()
            inputs, targets = (x - mean) / spread, (y - centre) / width
            flat = inputs.reshape(len(x), -1) - inputs[kept].reshape(len(kept), -1).mean(0)
            patterns = np.linalg.svd(flat[kept], full_matrices=False)[2][:20].T
            amplitudes = flat @ patterns
            seen = amplitudes[kept]
            line = np.linalg.solve(seen.T @ seen + np.eye(20), seen.T @ targets[kept])
            model = sequential("sst")
            model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
            model.fit(inputs[kept], targets[kept], batch_size=128, epochs=1 if setting.quick else 30, verbose=0)
            prediction = model.predict(inputs[test], batch_size=128, verbose=0)[:, 0] * width + centre
            scores.append((score(prediction, y[test]), score(amplitudes[test] @ line * width + centre, y[test])))

    return run


WORK = {(case, f"keras-{backend}"): train for case in ["sst", "mnist", "climate", "unet", "lstm", "python"]
        for backend in ["jax", "tensorflow", "torch"]}
WORK |= {("inference", f"keras-{backend}"): one_sample for backend in ["jax", "tensorflow", "torch"]}
WORK |= {("fold", f"keras-{backend}"): folds for backend in ["jax", "tensorflow", "torch"]}
