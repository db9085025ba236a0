"""Tern from Python, through libtern: fits of lecture, table and sst, and a prediction of one sample."""

from __future__ import annotations

import os

import numpy as np

import peers_networks as networks
import peers_tables
import tern
from peers import Setting
from tern import keras
from tern.keras import layers
from tern.sklearn import MLPRegressor


def network() -> keras.Sequential:
    return keras.Sequential([
        keras.Input((14, 19, 1)),
        layers.Conv2D(4, (3, 2), activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(8, (3, 2), activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(32, activation="relu"),
        layers.Dropout(0.1),
        layers.Dense(16, activation="relu"),
        layers.Dense(1),
    ])


def fit(part: str, setting: Setting):
    if part == "predict":
        model = tern.open(os.path.join(setting.folder, "sst.safetensors"))
        sample = networks.random((1, 14, 19, 1))
        return lambda: model.predict(sample)
    if part == "sst":
        x, y = networks.examples("sst", setting)
        model = network()
        model.compile(optimizer="adam", loss="mse")
        return lambda: model.fit(x, y, batch_size=128, epochs=1, verbose=0)
    data = peers_tables.task(part, setting)
    options = {"max_iter": data.steps, "tol": 0, "n_iter_no_change": 10**9} if data.steps else {"max_iter": 1}
    model = MLPRegressor(hidden_layer_sizes=data.sizes[1:-1], batch_size=data.batch, random_state=42, **options)
    y = np.ascontiguousarray(data.y[:, 0])
    return lambda: model.fit(data.x, y), lambda: peers_tables.half_mean_square(model.predict(data.x), data.y)


WORK = {("python", "tern-python"): fit}
