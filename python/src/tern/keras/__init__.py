"""Keras's names over Tern's engine: models, layers, losses, metrics, optimisers and callbacks.

>>> from tern import keras
>>> keras.utils.set_random_seed(1)
>>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)])
>>> model.compile(optimizer="adam", loss="mse")
>>> model.count_params()
33

Arguments, their order and defaults are those of Keras 3.15; configurations are Keras's JSON; ``.keras`` archives go
both ways. What would be Python code of one's own within a model (layers with ``call``, losses as functions, callbacks
of batches) is not run, but refused by name. `from_keras` and `to_keras` exchange models with Keras itself.
"""

from __future__ import annotations

from . import (
    activations,
    callbacks,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    models,
    ops,
    optimizers,
    regularizers,
    saving,
    utils,
)
from ._exchange import from_keras, to_keras
from ._layer import Layer
from ._models import Input, InputLayer, Model
from ._sequential import Sequential
from ._tensor import KerasTensor

__all__ = [
    "Input", "InputLayer", "KerasTensor", "Layer", "Model", "Sequential", "activations", "callbacks", "constraints",
    "from_keras", "initializers", "layers", "losses", "metrics", "models", "ops", "optimizers", "regularizers",
    "saving", "to_keras", "utils",
]  # fmt: skip
