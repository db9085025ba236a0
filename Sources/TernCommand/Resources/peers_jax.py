"""Plain JAX, whole epochs in one compiled loop: sst, mnist, lstm, inference of sst."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

import peers_networks as networks
from peers import Setting
from peers_tables import BETA_1, BETA_2, EPSILON, RATE


def weights(case: str) -> list[jax.Array]:
    random, found = np.random.default_rng(0), []
    for (_, _, channels), layer in networks.spaces(case):
        if layer[0] in (networks.CONVOLUTION, networks.DENSE):
            shape = ((*layer[2], channels, layer[1]) if layer[0] == networks.CONVOLUTION else (channels, layer[1]))
            spread = np.sqrt(2 / np.prod(shape[:-1]))
            found += [jnp.asarray(spread * random.standard_normal(shape), jnp.float32), jnp.zeros(layer[1])]
    return found


def predict(case: str, weights: list[jax.Array], x: jax.Array, key: jax.Array | None) -> jax.Array:
    """With a key, as in training: values drop out."""
    left = iter(weights)
    layers = networks.LAYERS[case]
    for i, layer in enumerate(layers):
        if layer[0] == networks.CONVOLUTION:
            x = jax.lax.conv_general_dilated(x, next(left), (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
            x = jax.nn.relu(x + next(left))
        elif layer[0] == networks.POOLING:
            x = jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        elif layer[0] == networks.FLATTEN:
            x = x.reshape(len(x), -1)
        elif layer[0] == networks.DROPOUT and key is not None:
            x = jnp.where(jax.random.bernoulli(key, 1 - layer[1], x.shape), x / (1 - layer[1]), 0)
        elif layer[0] == networks.DENSE:
            x = x @ next(left) + next(left)
            x = x if i == len(layers) - 1 else jax.nn.relu(x)
    return x


def adam(state, slopes):
    weights, means, squares, count = state
    count = count + 1
    rate = RATE * jnp.sqrt(1 - BETA_2**count) / (1 - BETA_1**count)
    means = [BETA_1 * m + (1 - BETA_1) * g for m, g in zip(means, slopes)]
    squares = [BETA_2 * v + (1 - BETA_2) * g * g for v, g in zip(squares, slopes)]
    weights = [w - rate * m / (jnp.sqrt(v) + EPSILON) for w, m, v in zip(weights, means, squares)]
    return weights, means, squares, count


def train(part: str, setting: Setting):
    case, batch = setting.case, networks.BATCHES[setting.case]
    x, y = map(jnp.asarray, networks.examples(case, setting))

    def loss(weights, x, y, key):
        prediction = predict(case, weights, x, key)
        if case == "mnist":
            return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(prediction), y[:, None], axis=1))
        return jnp.mean(jnp.square(prediction - y))

    start = weights(case)
    if part == "inference":
        asked, first = jax.jit(lambda weights, x: predict(case, weights, x, None)), x[:batch]
        return lambda: jax.block_until_ready(asked(start, first))

    def step(state, rows):
        key = jax.random.fold_in(jax.random.key(0, impl="rbg"), state[3].astype(int))
        return adam(state, jax.grad(loss)(state[0], x[rows], y[rows], key)), None

    @jax.jit
    def epoch(state, order):
        full = len(x) // batch * batch
        state, _ = jax.lax.scan(step, state, order[:full].reshape(-1, batch))
        return step(state, order[full:])[0] if full < len(x) else state

    zeros = [jnp.zeros_like(weight) for weight in start]
    state, random = (start, zeros, zeros, jnp.zeros(())), np.random.default_rng(0)

    def run():
        nonlocal state
        state = jax.block_until_ready(epoch(state, random.permutation(len(x)).astype(np.int32)))

    return run


def recurrent(part: str, setting: Setting):
    shape = networks.series(setting)
    x, y = jnp.asarray(networks.random(shape)), jnp.asarray(networks.random((shape[0], 64)))
    state = [jnp.asarray(0.1 * networks.random((64, 256), seed)) for seed in (0, 1)] + [jnp.zeros(256)]

    def loss(weights, x, y):
        kernel, recurrent, bias = weights
        # The inputs' share of all steps at once, as layers of libraries do.
        gates = (x @ kernel + bias).transpose(1, 0, 2)

        def step(carried, gates):
            h, c = carried
            i, f, g, o = jnp.split(gates + h @ recurrent, 4, axis=1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), None

        zeros = jnp.zeros((len(x), 64))
        (h, _), _ = jax.lax.scan(step, (zeros, zeros), gates)
        return jnp.mean(jnp.square(h - y))

    @jax.jit
    def epoch(state, order):
        def step(state, rows):
            slopes = jax.grad(loss)(state, x[rows], y[rows])
            return [weight - 0.01 * slope for weight, slope in zip(state, slopes)], None

        return jax.lax.scan(step, state, order.reshape(-1, 64))[0]

    random = np.random.default_rng(0)

    def run():
        nonlocal state
        state = jax.block_until_ready(epoch(state, random.permutation(len(x)).astype(np.int32)))

    return run


def one_sample(part: str, setting: Setting):
    if part != "sst":
        raise NotImplementedError("sst alone")
    start, sample = weights(part), jnp.asarray(networks.random((1, *networks.INPUTS[part])))
    asked = jax.jit(lambda weights, x: predict(part, weights, x, None))
    return lambda: jax.block_until_ready(asked(start, sample))


WORK = {("sst", "jax"): train, ("mnist", "jax"): train, ("lstm", "jax"): recurrent, ("inference", "jax"): one_sample}
