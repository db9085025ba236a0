"""The networks that several libraries build: sst and mnist, layer by layer, and the shapes of all."""

from __future__ import annotations

import numpy as np

from peers import Setting

CONVOLUTION, POOLING, FLATTEN, DENSE, DROPOUT = "convolution", "pooling", "flatten", "dense", "dropout"

# Channels last; all but the last dense layer are followed by relu.
LAYERS = {
    "sst": [(CONVOLUTION, 4, (3, 2)), (POOLING,), (CONVOLUTION, 8, (3, 2)), (POOLING,), (FLATTEN,), (DENSE, 32),
            (DROPOUT, 0.1), (DENSE, 16), (DENSE, 1)],
    "mnist": [(CONVOLUTION, 6, (5, 5)), (POOLING,), (CONVOLUTION, 16, (5, 5)), (POOLING,), (FLATTEN,), (DENSE, 120),
              (DENSE, 84), (DENSE, 10)],
}
# Rows, columns and channels of an example.
INPUTS = {"sst": (14, 19, 1), "mnist": (28, 28, 1), "unet": (96, 144, 4)}
BATCHES = {"sst": 128, "mnist": 128, "climate": 16, "unet": 8, "lstm": 64}


def random(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


def grid(setting: Setting) -> tuple[int, int]:
    return (8, 12) if setting.quick else (96, 144)


def series(setting: Setting) -> tuple[int, int, int]:
    """Examples, steps and features of lstm."""
    return 640, 4 if setting.quick else 60, 64


def examples(case: str, setting: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets of sst or mnist."""
    count = 256 if setting.quick else {"sst": 3548, "mnist": 60_000}[case]
    y = np.arange(count) % 10 if case == "mnist" else random((count, 1), 1)
    return random((count, *INPUTS[case])), y


def spaces(case: str) -> list[tuple[tuple[int, int, int], tuple]]:
    """Each layer with its input's rows, columns and channels; of dense layers the last alone counts."""
    shape, found = INPUTS[case], []
    for layer in LAYERS[case]:
        found.append((shape, layer))
        rows, columns, channels = shape
        if layer[0] == CONVOLUTION:
            shape = (rows - layer[2][0] + 1, columns - layer[2][1] + 1, layer[1])
        elif layer[0] == POOLING:
            shape = (rows // 2, columns // 2, channels)
        elif layer[0] == FLATTEN:
            shape = (1, 1, rows * columns * channels)
        elif layer[0] == DENSE:
            shape = (1, 1, layer[1])
    return found
