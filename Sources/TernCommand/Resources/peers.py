"""Times what other libraries take for the trainings of `tern benchmark`, one JSON line for each library.

    python peers.py --case lecture --dtype float32 --threads 2 --repeats 5
    python peers.py --case table --dtype float64 --threads 2 --repeats 5 --peers sklearn,jax --data table.npz

lecture: eight points of a sine, two hidden layers of 50, 200 steps of Adam over all points at once.
table: 100,000 rows of 20 features, two hidden layers of 100, one epoch of Adam in shuffled batches of 200.
classifier: 60,000 rows of 784 features in 10 classes, a hidden layer of 100, one epoch of Adam in shuffled batches of 200.
gp: a Gaussian process of 2,000 points of 2 features: a constant times RBF with two lengths, plus noise, all fitted.

All networks start from the same weights and minimise the same thing, the one scikit-learn minimises: half the mean
square error, or the log loss, plus an L2 penalty on the weights. `seconds` is the time of each repeat, after one that is
not counted; what is done once and for all (imports, conversion of the data, compilation) is outside. `loss` is what is
minimised, over all rows after the last step, without the penalty; in the lecture case it is the same for all in double
precision but for PyTorch, whose Adam adds epsilon after the bias correction, not before; of the process it is the
negative log marginal likelihood, and scikit-learn is the only peer. Every library runs in a process of its own.

A library that is not installed or fails gives a line with `error`. Needs numpy and any of scikit-learn, torch, jax;
measured with scikit-learn 1.9.1, torch 2.13.0 (CPU) and jax 0.10.2.
"""

import argparse
import json
import os
import subprocess
import sys
import time

NAMES = {"sklearn": "scikit-learn", "torch": "PyTorch", "jax": "JAX"}
RATE, BETA_1, BETA_2, EPSILON, ALPHA = 1e-3, 0.9, 0.999, 1e-8, 1e-4
STEPS, BATCH, SEED = 200, 200, 42


def lecture_data():
    import numpy as np

    np.random.seed(0)
    x = np.random.uniform(-4, 4, 8)
    return x[:, None], np.sin(x)


def table_data():
    import numpy as np

    random = np.random.default_rng(0)
    x = random.standard_normal((100_000, 20))
    y = np.sin(2 * x[:, 0]) + x[:, 1] * x[:, 2] + np.tanh(x[:, 3] - x[:, 4]) + 0.5 * x[:, 5] ** 2 + 0.3 * x[:, 6]
    return x, y + 0.1 * random.standard_normal(len(x))


def classifier_data():
    import numpy as np

    random = np.random.default_rng(0)
    centres = random.standard_normal((10, 784))
    labels = np.arange(60_000) % 10
    return 0.1 * centres[labels] + random.standard_normal((60_000, 784)), labels


def process_data():
    import numpy as np

    random = np.random.default_rng(0)
    x = -3 + 6 * random.random((2000, 2))
    return x, np.sin(2 * x[:, 0]) * np.cos(x[:, 1]) + 0.1 * random.standard_normal(2000)


# What each case learns from, its hidden layers and the number of outputs.
DATA = {"lecture": lecture_data, "table": table_data, "classifier": classifier_data, "gp": process_data}
HIDDEN = {"lecture": (50, 50), "table": (100, 100), "classifier": (100,), "gp": ()}
OUTPUTS = {"lecture": 1, "table": 1, "classifier": 10, "gp": 1}


def initial_weights(sizes, dtype):
    """What scikit-learn's MLPRegressor starts from with random_state SEED."""
    import numpy as np

    random = np.random.RandomState(SEED)
    weights = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        bound = np.sqrt(6 / (fan_in + fan_out))
        weights.append((random.uniform(-bound, bound, (fan_in, fan_out)).astype(dtype),
                        random.uniform(-bound, bound, fan_out).astype(dtype)))
    return weights


def half_mean_square(difference):
    import numpy as np

    return 0.5 * float(np.mean(np.square(np.asarray(difference, dtype=np.float64))))


def log_loss(probabilities, y):
    import numpy as np

    return -float(np.mean(np.log(np.asarray(probabilities, dtype=np.float64)[np.arange(len(y)), y])))


def measure(repeats, prepare, train):
    """The seconds of each training but the first, and what the last one learnt."""
    seconds = []
    for _ in range(repeats + 1):
        state = prepare()
        start = time.perf_counter()
        learnt = train(state)
        seconds.append(time.perf_counter() - start)
    return seconds[1:], learnt


def run_sklearn(case, hidden, x, y, repeats, threads):
    import warnings

    import sklearn
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    warnings.simplefilter("ignore")
    sklearn.set_config(assume_finite=True)
    options = {"max_iter": STEPS, "tol": 0, "n_iter_no_change": 10**9} if case == "lecture" else {"max_iter": 1}

    if case == "gp":
        return sklearn.__version__, *run_process(x, y, repeats)
    kind = MLPClassifier if case == "classifier" else MLPRegressor

    def prepare():
        return kind(hidden_layer_sizes=hidden, alpha=ALPHA, learning_rate_init=RATE,
                    batch_size=min(BATCH, len(x)), random_state=SEED, **options)

    seconds, model = measure(repeats, prepare, lambda model: model.fit(x, y))
    loss = log_loss(model.predict_proba(x), y) if case == "classifier" else half_mean_square(model.predict(x) - y)
    return sklearn.__version__, seconds, loss


def run_process(x, y, repeats):
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    kernel = ConstantKernel(1.0) * RBF([1.0, 1.0]) + WhiteKernel(0.1)
    seconds, model = measure(repeats, lambda: GaussianProcessRegressor(kernel), lambda model: model.fit(x, y))
    return seconds, -model.log_marginal_likelihood_value_


def run_torch(case, hidden, x, y, repeats, threads):
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    sizes = (x.shape[1], *hidden, OUTPUTS[case])
    start = initial_weights(sizes, x.dtype)
    batch = min(BATCH, len(x))
    x, y = torch.from_numpy(x), torch.from_numpy(y if case == "classifier" else y[:, None])

    def prepare():
        layers = []
        for weight, bias in start:
            linear = nn.Linear(*weight.shape, dtype=x.dtype)
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(weight.T))
                linear.bias.copy_(torch.from_numpy(bias))
            layers += [linear, nn.ReLU()]
        model = nn.Sequential(*layers[:-1])
        linears = layers[::2]
        groups = [{"params": [linear.weight for linear in linears], "weight_decay": ALPHA / batch},
                  {"params": [linear.bias for linear in linears]}]
        return model, torch.optim.Adam(groups, lr=RATE, betas=(BETA_1, BETA_2), eps=EPSILON, fused=True)

    def objective(prediction, y):
        if case == "classifier":
            return nn.functional.cross_entropy(prediction, y)
        return 0.5 * nn.functional.mse_loss(prediction, y)

    def step(model, optimizer, x, y):
        loss = objective(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def train(state):
        model, optimizer = state
        if case == "lecture":
            for _ in range(STEPS):
                step(model, optimizer, x, y)
        else:
            for rows in torch.randperm(len(x)).split(batch):
                step(model, optimizer, x.index_select(0, rows), y.index_select(0, rows))
        return model

    seconds, model = measure(repeats, prepare, train)
    with torch.no_grad():
        return torch.__version__, seconds, float(objective(model(x), y))


def run_jax(case, hidden, x, y, repeats, threads):
    import jax
    import jax.numpy as jnp
    import numpy as np

    sizes = (x.shape[1], *hidden, OUTPUTS[case])
    start = jax.tree.map(jnp.asarray, initial_weights(sizes, x.dtype))
    batch = min(BATCH, len(x))
    x, y = jnp.asarray(x), jnp.asarray(y if case == "classifier" else y[:, None])
    assert x.dtype == start[0][0].dtype and (case == "classifier" or y.dtype == x.dtype)

    def predict(weights, x):
        for weight, bias in weights[:-1]:
            x = jax.nn.relu(x @ weight + bias)
        weight, bias = weights[-1]
        return x @ weight + bias

    def objective(prediction, y):
        if case == "classifier":
            return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(prediction), y[:, None], axis=1))
        return 0.5 * jnp.mean(jnp.square(prediction - y))

    def loss(weights, x, y):
        penalty = sum(jnp.vdot(weight, weight) for weight, _ in weights)
        return objective(predict(weights, x), y) + 0.5 * ALPHA / batch * penalty

    def step(state, x, y):
        weights, means, squares, count = state
        slope = jax.grad(loss)(weights, x, y)
        count = count + 1
        means = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, means, slope)
        squares = jax.tree.map(lambda v, g: BETA_2 * v + (1 - BETA_2) * g * g, squares, slope)
        rate = RATE * jnp.sqrt(1 - BETA_2**count) / (1 - BETA_1**count)
        weights = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + EPSILON), weights, means, squares)
        return weights, means, squares, count

    def fresh(weights):
        zeros = jax.tree.map(jnp.zeros_like, weights)
        return weights, zeros, zeros, jnp.zeros((), x.dtype)

    @jax.jit
    def train_lecture(weights, x, y):
        state, _ = jax.lax.scan(lambda state, _: (step(state, x, y), None), fresh(weights), length=STEPS)
        return state[0]

    @jax.jit
    def train_table(weights, x, y, order):
        def body(state, rows):
            return step(state, x[rows], y[rows]), None

        state, _ = jax.lax.scan(body, fresh(weights), order.reshape(-1, batch))
        return state[0]

    random = np.random.default_rng(SEED)

    def train(weights):
        if case == "lecture":
            return jax.block_until_ready(train_lecture(weights, x, y))
        # NumPy's permutation takes a small part of the time of jax.random's.
        order = random.permutation(len(x)).astype(np.int32)[:len(x) // batch * batch]
        return jax.block_until_ready(train_table(weights, x, y, order))

    seconds, weights = measure(repeats, lambda: start, train)
    return jax.__version__, seconds, float(objective(predict(weights, x), y))


def run(peer, arguments):
    import numpy as np

    if arguments.data:
        with np.load(arguments.data) as file:
            x, y = file["x"], file["y"]
    else:
        x, y = DATA[arguments.case]()
    x = np.ascontiguousarray(x, dtype=arguments.dtype)
    kind = np.int64 if arguments.case == "classifier" else arguments.dtype
    y = np.ascontiguousarray(y, dtype=kind).reshape(-1)
    runner = {"sklearn": run_sklearn, "torch": run_torch, "jax": run_jax}[peer]
    version, seconds, loss = runner(arguments.case, HIDDEN[arguments.case], x, y, arguments.repeats, arguments.threads)
    return {"peer": NAMES[peer], "version": version, "case": arguments.case, "dtype": arguments.dtype,
            "threads": arguments.threads, "seconds": seconds, "loss": loss}


def environment(threads, dtype):
    """Libraries read the number of threads when they are loaded."""
    variables = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS",
                 "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS", "NPROC"]
    flags = "" if threads > 1 else " --xla_cpu_multi_thread_eigen=false"
    return {**os.environ, **{name: str(threads) for name in variables},
            "XLA_FLAGS": (os.environ.get("XLA_FLAGS", "") + flags).strip(),
            "JAX_PLATFORMS": "cpu", "JAX_ENABLE_X64": "1" if dtype == "float64" else "0"}


def run_apart(peer, arguments):
    """The peer's line, from a process of its own."""
    command = [sys.executable, os.path.abspath(__file__), "--inside", peer, "--case", arguments.case,
               "--dtype", arguments.dtype, "--threads", str(arguments.threads), "--repeats", str(arguments.repeats)]
    if arguments.data:
        command += ["--data", arguments.data]
    result = subprocess.run(command, env=environment(arguments.threads, arguments.dtype), stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines = result.stdout.strip().splitlines()
    if result.returncode == 0 and lines:
        return lines[-1]
    complaints = result.stderr.strip().splitlines() or [f"ended with status {result.returncode}"]
    return json.dumps({"peer": NAMES[peer], "error": complaints[-1]})


def main():
    parser = argparse.ArgumentParser(description="Times the trainings of other libraries.")
    parser.add_argument("--case", choices=list(DATA), required=True)
    parser.add_argument("--dtype", choices=["float32", "float64"], default="float32")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers", default="sklearn,torch,jax", help="any of sklearn,torch,jax")
    parser.add_argument("--data", metavar="FILE.npz", help="arrays x and y, instead of the data made here")
    parser.add_argument("--inside", choices=list(NAMES), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.threads < 1 or arguments.repeats < 1:
        parser.error("--threads and --repeats are at least 1")
    if arguments.inside:
        print(json.dumps(run(arguments.inside, arguments)))
        return
    peers = [peer.strip() for peer in arguments.peers.split(",") if peer.strip()]
    unknown = [peer for peer in peers if peer not in NAMES]
    if unknown:
        parser.error(f"no such peer: {', '.join(unknown)}")
    if arguments.case == "gp":
        peers = [peer for peer in peers if peer == "sklearn"]
    for peer in peers:
        print(run_apart(peer, arguments), flush=True)


if __name__ == "__main__":
    main()
