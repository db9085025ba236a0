"""MLX on the processor, a step compiled: sst and mnist."""

from __future__ import annotations

from functools import partial

import mlx.core as mx
import mlx.nn as nn
import mlx.optimizers as optimizers
import numpy as np

import peers_networks as networks
from peers import Setting


def sequential(case: str) -> nn.Module:
    layers: list = []
    for (_, _, channels), layer in networks.spaces(case):
        if layer[0] == networks.CONVOLUTION:
            layers += [nn.Conv2d(channels, layer[1], layer[2]), nn.ReLU()]
        elif layer[0] == networks.POOLING:
            layers.append(nn.MaxPool2d(2, 2))
        elif layer[0] == networks.FLATTEN:
            layers.append(partial(mx.flatten, start_axis=1))
        elif layer[0] == networks.DROPOUT:
            layers.append(nn.Dropout(layer[1]))
        else:
            layers += [nn.Linear(channels, layer[1]), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def train(part: str, setting: Setting):
    mx.set_default_device(mx.cpu)
    case, batch = setting.case, networks.BATCHES[setting.case]
    x, y = map(mx.array, networks.examples(case, setting))
    model, optimizer = sequential(case), optimizers.Adam(1e-3)

    def loss(x, y):
        if case == "mnist":
            return nn.losses.cross_entropy(model(x), y, reduction="mean")
        return nn.losses.mse_loss(model(x), y)

    slopes = nn.value_and_grad(model, loss)
    state = [model.state, optimizer.state, mx.random.state]

    @partial(mx.compile, inputs=state, outputs=state)
    def step(x, y):
        value, slope = slopes(x, y)
        optimizer.update(model, slope)
        return value

    random = np.random.default_rng(0)

    def epoch():
        order = random.permutation(len(x))
        for start in range(0, len(x), batch):
            rows = mx.array(order[start : start + batch])
            step(x[rows], y[rows])
            mx.eval(state)

    if part == "training":
        return epoch
    model.eval()
    asked, first = mx.compile(lambda x: model(x)), x[:batch]
    return lambda: mx.eval(asked(first))


WORK = {("sst", "mlx"): train, ("mnist", "mlx"): train}
