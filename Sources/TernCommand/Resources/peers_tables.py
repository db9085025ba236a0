"""Estimators on tables: lecture, table, classifier, chain and gp.

All networks start from the weights that scikit-learn draws and minimise what it minimises: half the mean square error
(or the log loss) plus an L2 penalty on the weights, by Adam. In double precision the lecture's loss is then the same
for all but PyTorch as users call it, whose Adam adds epsilon after the bias correction, not before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from peers import Setting

RATE, BETA_1, BETA_2, EPSILON, SEED = 1e-3, 0.9, 0.999, 1e-8, 42


@dataclass
class Task:
    """Examples and the network that learns them."""

    x: np.ndarray
    y: np.ndarray  # [examples, outputs], or labels
    sizes: tuple[int, ...]
    activation: str = "relu"
    alpha: float = 1e-4
    batch: int = 200
    steps: int = 0  # over all examples at once; 0: one epoch of shuffled batches

    @property
    def is_classifier(self) -> bool:
        return self.y.dtype.kind == "i"

    def start(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """What scikit-learn starts from with random_state SEED."""
        random = np.random.RandomState(SEED)
        weights = []
        for fan_in, fan_out in zip(self.sizes, self.sizes[1:]):
            bound = np.sqrt(6 / (fan_in + fan_out))
            weights.append((random.uniform(-bound, bound, (fan_in, fan_out)).astype(self.x.dtype),
                            random.uniform(-bound, bound, fan_out).astype(self.x.dtype)))
        return weights


def task(part: str, setting: Setting) -> Task:
    case = part if setting.case == "python" else setting.case
    dtype = "float64" if part == "float64" else "float32"
    random = np.random.default_rng(0)
    few = setting.quick
    if case == "lecture":
        x = np.random.RandomState(0).uniform(-4, 4, 8)[:, None]
        made = Task(x, np.sin(x), (1, 50, 50, 1), batch=8, steps=200)
    elif case == "chain":
        x = random.standard_normal((100 if few else 10_000, 4))
        made = Task(x, np.sin(x) + 0.1 * x.sum(1, keepdims=True), (4, 32, 16, 4), "tanh", 0, len(x), 100)
    elif case == "classifier":
        centres = random.standard_normal((10, 784))
        labels = np.arange(2000 if few else 60_000) % 10
        made = Task(0.1 * centres[labels] + random.standard_normal((len(labels), 784)), labels, (784, 100, 10))
    else:
        x = random.standard_normal((2000 if few else 100_000, 20))
        y = np.sin(2 * x[:, 0]) + x[:, 1] * x[:, 2] + np.tanh(x[:, 3] - x[:, 4]) + 0.5 * x[:, 5] ** 2 + 0.3 * x[:, 6]
        made = Task(x, (y + 0.1 * random.standard_normal(len(x)))[:, None], (20, 100, 100, 1))
    made.x = np.ascontiguousarray(made.x, dtype)
    made.y = made.y if made.is_classifier else np.ascontiguousarray(made.y, dtype)
    return made


def half_mean_square(prediction: np.ndarray, y: np.ndarray) -> float:
    return 0.5 * float(np.mean(np.square(prediction.reshape(y.shape).astype(float) - y)))


def log_loss(probabilities: np.ndarray, y: np.ndarray) -> float:
    return -float(np.mean(np.log(probabilities.astype(float)[np.arange(len(y)), y])))


def sklearn_network(part: str, setting: Setting):
    import warnings

    import sklearn
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    warnings.simplefilter("ignore")
    sklearn.set_config(assume_finite=True)
    if setting.case == "python" and part not in ("lecture", "table"):
        raise NotImplementedError("no convolutions")
    data = task(part, setting)
    options = {"max_iter": data.steps, "tol": 0, "n_iter_no_change": 10**9} if data.steps else {"max_iter": 1}
    kind = MLPClassifier if data.is_classifier else MLPRegressor
    model = kind(hidden_layer_sizes=data.sizes[1:-1], activation=data.activation, alpha=data.alpha,
                 learning_rate_init=RATE, batch_size=data.batch, random_state=SEED, shuffle=setting.case != "chain",
                 **options)
    y = data.y if data.is_classifier or data.y.shape[1] > 1 else data.y[:, 0]

    def value() -> float:
        if data.is_classifier:
            return log_loss(model.predict_proba(data.x), y)
        return half_mean_square(model.predict(data.x), data.y)

    return lambda: model.fit(data.x, y), value


def sklearn_process(part: str, setting: Setting):
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    random = np.random.default_rng(0)
    x = -3 + 6 * random.random((60 if setting.quick else 2000, 2))
    y = np.sin(2 * x[:, 0]) * np.cos(x[:, 1]) + 0.1 * random.standard_normal(len(x))
    model = GaussianProcessRegressor(ConstantKernel(1.0) * RBF([1.0, 1.0]) + WhiteKernel(0.1))
    return lambda: model.fit(x, y), lambda: -model.log_marginal_likelihood_value_


def torch_network(part: str, setting: Setting):
    import torch
    from torch import nn

    torch.set_num_threads(setting.threads)
    data = task(part, setting)
    x, y = torch.from_numpy(data.x), torch.from_numpy(data.y)
    activation = nn.Tanh if data.activation == "tanh" else nn.ReLU
    model: nn.Module = nn.Identity()

    def prepare():
        layers = []
        for weight, bias in data.start():
            linear = nn.Linear(*weight.shape, dtype=x.dtype)
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(weight.T))
                linear.bias.copy_(torch.from_numpy(bias))
            layers += [linear, activation()]
        groups = [{"params": [linear.weight for linear in layers[::2]], "weight_decay": data.alpha / data.batch},
                  {"params": [linear.bias for linear in layers[::2]]}]
        return (nn.Sequential(*layers[:-1]),
                torch.optim.Adam(groups, lr=RATE, betas=(BETA_1, BETA_2), eps=EPSILON, fused=True))

    def objective(prediction, y):
        if data.is_classifier:
            return nn.functional.cross_entropy(prediction, y)
        return 0.5 * nn.functional.mse_loss(prediction, y)

    def run():
        nonlocal model
        model, optimizer = prepare()

        def step(x, y):
            loss = objective(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        if data.steps:
            for _ in range(data.steps):
                step(x, y)
        else:
            for rows in torch.randperm(len(x)).split(data.batch):
                step(x.index_select(0, rows), y.index_select(0, rows))

    def value() -> float:
        with torch.no_grad():
            return float(objective(model(x), y))

    return run, value


def functional(data: Task, xp, tanh, relu, classified):
    """The objective as a function of a list of weights, and Adam's step, in JAX, MLX or PyTorch."""
    activation, is_classifier = tanh if data.activation == "tanh" else relu, data.is_classifier
    strength = 0.5 * data.alpha / data.batch

    def predict(weights, x):
        for i in range(0, len(weights) - 2, 2):
            x = activation(x @ weights[i] + weights[i + 1])
        return x @ weights[-2] + weights[-1]

    def objective(weights, x, y):
        prediction = predict(weights, x)
        return classified(prediction, y) if is_classifier else 0.5 * xp.mean(xp.square(prediction - y))

    def loss(weights, x, y):
        penalty = sum(xp.sum(weight * weight) for weight in weights[::2])
        return objective(weights, x, y) + strength * penalty

    def moved(weights, slopes, means, squares, rate):
        means = [BETA_1 * m + (1 - BETA_1) * g for m, g in zip(means, slopes)]
        squares = [BETA_2 * v + (1 - BETA_2) * g * g for v, g in zip(squares, slopes)]
        weights = [w - rate * m / (xp.sqrt(v) + EPSILON) for w, m, v in zip(weights, means, squares)]
        return weights, means, squares

    return objective, loss, moved


def rate(step: int) -> float:
    return RATE * (1 - BETA_2**step) ** 0.5 / (1 - BETA_1**step)


def torch_compiled(part: str, setting: Setting):
    """A whole step, forwards, backwards and Adam's update, compiled as one."""
    import torch

    torch.set_num_threads(setting.threads)
    data = task(part, setting)
    x, y = torch.from_numpy(data.x), torch.from_numpy(data.y)
    objective, loss, moved = functional(data, torch, torch.tanh, torch.relu, torch.nn.functional.cross_entropy)
    slopes = torch.func.grad(loss)
    start = [torch.from_numpy(array) for pair in data.start() for array in pair]
    rates = [torch.tensor(rate(i + 1), dtype=x.dtype) for i in range(data.steps or -(-len(x) // data.batch))]
    weights = start

    @torch.compile(fullgraph=True)
    def step(weights, means, squares, x, y, rate):
        return moved(weights, slopes(weights, x, y), means, squares, rate)

    def run():
        nonlocal weights
        means = [torch.zeros_like(weight) for weight in start]
        squares = [torch.zeros_like(weight) for weight in start]
        weights = start
        batches = [(x, y)] * data.steps if data.steps else (
            (x.index_select(0, rows), y.index_select(0, rows)) for rows in torch.randperm(len(x)).split(data.batch))
        for rate, batch in zip(rates, batches):
            weights, means, squares = step(weights, means, squares, *batch, rate)

    return run, lambda: objective(weights, x, y)


def jax_network(part: str, setting: Setting):
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", part == "float64")
    data = task(part, setting)
    x, y = jnp.asarray(data.x), jnp.asarray(data.y)
    objective, loss, moved = functional(
        data, jnp, jnp.tanh, jax.nn.relu,
        lambda prediction, y: -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(prediction), y[:, None], axis=1)))
    start = [jnp.asarray(array) for pair in data.start() for array in pair]
    weights = start

    def step(state, x, y):
        weights, means, squares, count = state
        count = count + 1
        rate = RATE * jnp.sqrt(1 - BETA_2**count) / (1 - BETA_1**count)
        return *moved(weights, jax.grad(loss)(weights, x, y), means, squares, rate), count

    def begun(weights):
        zeros = [jnp.zeros_like(weight) for weight in weights]
        return weights, zeros, zeros, jnp.zeros((), x.dtype)

    @jax.jit
    def steps(weights, x, y):
        return jax.lax.scan(lambda state, _: (step(state, x, y), None), begun(weights), length=data.steps)[0][0]

    @jax.jit
    def epoch(weights, x, y, order):
        return jax.lax.scan(lambda state, rows: (step(state, x[rows], y[rows]), None), begun(weights),
                            order.reshape(-1, data.batch))[0][0]

    random = np.random.default_rng(SEED)

    def run():
        nonlocal weights
        # NumPy's permutation takes a small part of the time of jax.random's.
        order = () if data.steps else (random.permutation(len(x)).astype(np.int32),)
        weights = jax.block_until_ready((steps if data.steps else epoch)(start, x, y, *order))

    return run, lambda: objective(weights, x, y)


def mlx_network(part: str, setting: Setting):
    import mlx.core as mx

    if part == "float64":
        raise NotImplementedError("double precision is not compiled")
    mx.set_default_device(mx.cpu)
    data = task(part, setting)
    x, y = mx.array(data.x), mx.array(data.y)
    objective, loss, moved = functional(data, mx, mx.tanh, lambda x: mx.maximum(x, 0), None)
    start = [mx.array(array) for pair in data.start() for array in pair]
    slopes = mx.grad(loss)
    weights = start

    @mx.compile
    def step(weights, means, squares, x, y, rate):
        return moved(weights, slopes(weights, x, y), means, squares, rate)

    random = np.random.default_rng(SEED)

    def run():
        nonlocal weights
        weights, means, squares = start, [mx.zeros_like(w) for w in start], [mx.zeros_like(w) for w in start]
        batches = [(x, y)] * data.steps if data.steps else (
            (x[rows], y[rows]) for rows in map(mx.array, random.permutation(len(x)).reshape(-1, data.batch)))
        for i, batch in enumerate(batches):
            weights, means, squares = step(weights, means, squares, *batch, mx.array(rate(i + 1)))
            mx.eval(weights, means, squares)

    return run, lambda: objective(weights, x, y).item()


WORK = {(case, "sklearn"): sklearn_network for case in ["lecture", "table", "classifier", "chain", "python"]}
WORK |= {("gp", "sklearn"): sklearn_process}
WORK |= {(case, peer): network for case in ["lecture", "table", "classifier", "chain"]
         for peer, network in {"torch": torch_network, "torch-compiled": torch_compiled, "jax": jax_network,
                               "mlx": mlx_network}.items()}
