"""Times what other libraries take for the convolutional networks of `tern benchmark`, one JSON line a measurement.

    python peers_networks.py --case climate --threads 2 --repeats 5
    python peers_networks.py --case layers --threads 2 --repeats 5 --peers torch,jax

climate: the CNN-LSTM that emulates a climate model, (10, 96, 144, 4) in, (1, 96, 144) out; a training step and an
         inference of 16 samples.
sst:     a small CNN from sea-surface temperature (14, 19, 1) to one number; an epoch of 3,548 samples in batches of 128.
unet:    an encoder and decoder on 96 x 144 with 32, 64 and 128 channels; a training step of 8 samples.
layers:  single convolutions on (8, 48, 72, channels), forward, and forward with both gradients.

All in single precision, the loss the mean square error, the optimiser Adam. Peers: Keras on TensorFlow, JAX and
PyTorch (`keras-tensorflow`, `keras-jax`, `keras-torch`: fit and predict_on_batch as a user calls them), plain PyTorch
in both memory formats, plain JAX (layers only). `seconds` are the times of each repeat after one that is not counted;
imports, conversion of data and compilation are outside. Every peer runs in a process of its own, and one that is not
installed or fails gives a line with `error`.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import time

PEERS = ["keras-tensorflow", "keras-jax", "keras-torch", "torch", "torch-channels-last", "jax"]
NAMES = {"keras-tensorflow": "Keras on TensorFlow", "keras-jax": "Keras on JAX", "keras-torch": "Keras on PyTorch",
         "torch": "PyTorch", "torch-channels-last": "PyTorch, channels last", "jax": "JAX"}
# What each case is measured by; a peer that has none of its own is left out.
CASES = {"climate": PEERS[:5], "sst": PEERS[:4], "unet": PEERS[:5], "layers": PEERS[3:]}
STEPS = {"climate": 2, "unet": 2}
CHANNELS = [(1, 1), (1, 8), (4, 4), (4, 20), (16, 16), (32, 32), (64, 64), (128, 128)]


def measure(repeats, work):
    work()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def random(shape, seed=0):
    import numpy as np

    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


# Keras


def keras_model(case):
    import keras
    from keras import layers

    if case == "climate":
        return keras.Sequential([
            keras.Input((10, 96, 144, 4)),
            layers.TimeDistributed(layers.Conv2D(20, 3, padding="same", activation="relu")),
            layers.TimeDistributed(layers.AveragePooling2D(2)),
            layers.TimeDistributed(layers.GlobalAveragePooling2D()),
            layers.LSTM(25),
            layers.Dense(96 * 144),
            layers.Reshape((1, 96, 144)),
        ])
    if case == "sst":
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

    def block(x, layer):
        return layers.ReLU()(layers.BatchNormalization()(layer(x)))

    def conv(channels, stride=1):
        return layers.Conv2D(channels, 3, strides=stride, padding="same", use_bias=False)

    def up(channels):
        return layers.Conv2DTranspose(channels, 3, strides=2, padding="same", use_bias=False)

    x = keras.Input((96, 144, 4))
    a = block(x, conv(32))
    b = block(a, conv(64, 2))
    c = block(block(b, conv(128, 2)), conv(128))
    d = block(layers.Concatenate()([block(c, up(64)), b]), conv(64))
    e = block(layers.Concatenate()([block(d, up(32)), a]), conv(32))
    return keras.Model(x, layers.Conv2D(1, 1)(e))


def run_keras(case, arguments, _):
    import keras

    if keras.backend.backend() == "torch":
        import torch

        torch.set_num_threads(arguments.threads)
    if keras.backend.backend() == "tensorflow":
        import tensorflow

        tensorflow.config.threading.set_intra_op_parallelism_threads(arguments.threads)
        tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    model = keras_model(case)
    model.compile(optimizer="adam", loss="mse")
    batch = {"climate": 16, "sst": 128, "unet": 8}[case]
    count = 3548 if case == "sst" else batch * STEPS[case]
    x = random((count, *model.input_shape[1:]))
    y = random((count, *model.output_shape[1:]), 1)
    seconds = measure(arguments.repeats, lambda: model.fit(x, y, batch_size=batch, epochs=1, verbose=0))
    yield "training", [s / STEPS.get(case, 1) for s in seconds]
    first = x[:batch]
    yield "inference", measure(arguments.repeats, lambda: model.predict_on_batch(first))


# Plain PyTorch


def torch_model(case):
    import torch
    from torch import nn

    if case == "climate":
        class Climate(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv, self.lstm = nn.Conv2d(4, 20, 3, padding=1), nn.LSTM(20, 25, batch_first=True)
                self.dense = nn.Linear(25, 96 * 144)

            def forward(self, x):
                y = nn.functional.avg_pool2d(torch.relu(self.conv(x)), 2).mean((2, 3))
                return self.dense(self.lstm(y.reshape(-1, 10, 20))[0][:, -1])

        return Climate(), (160, 4, 96, 144), (16, 96 * 144)
    if case == "sst":
        return nn.Sequential(
            nn.Conv2d(1, 4, (3, 2)), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 8, (3, 2)), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 16), nn.ReLU(),
            nn.Linear(16, 1)), (3548, 1, 14, 19), (3548, 1)

    def conv(inputs, outputs, stride=1):
        return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs),
                             nn.ReLU(inplace=True))

    def up(inputs, outputs):
        return nn.Sequential(nn.ConvTranspose2d(inputs, outputs, 3, 2, 1, output_padding=1, bias=False),
                             nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c, self.d = conv(4, 32), conv(32, 64, 2), conv(64, 128, 2), conv(128, 128)
            self.up1, self.e, self.up2, self.f = up(128, 64), conv(128, 64), up(64, 32), conv(64, 32)
            self.out = nn.Conv2d(32, 1, 1)

        def forward(self, x):
            a = self.a(x)
            b = self.b(a)
            c = self.d(self.c(b))
            d = self.e(torch.cat([self.up1(c), b], 1))
            return self.out(self.f(torch.cat([self.up2(d), a], 1)))

    return Net(), (8, 4, 96, 144), (8, 1, 96, 144)


def run_torch(case, arguments, channels_last):
    import torch

    torch.set_num_threads(arguments.threads)
    form = torch.channels_last if channels_last else torch.contiguous_format
    if case == "layers":
        yield from torch_layers(arguments, form)
        return
    model, inputs, outputs = torch_model(case)
    model = model.to(memory_format=form)
    x, y = torch.from_numpy(random(inputs)).contiguous(memory_format=form), torch.from_numpy(random(outputs, 1))
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)

    def step(x, y):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(x), y).backward()
        optimizer.step()

    def epoch():
        for rows in torch.randperm(len(x)).split(128):
            step(x[rows], y[rows])

    yield "training", measure(arguments.repeats, epoch if case == "sst" else lambda: step(x, y))
    model.eval()
    first = x[:128] if case == "sst" else x
    with torch.inference_mode():
        yield "inference", measure(arguments.repeats, lambda: model(first))


def torch_layers(arguments, form):
    import torch

    for inputs, outputs in CHANNELS:
        for kernel in (1, 3, 5, 7):
            for stride in (1, 2):
                x = torch.randn(8, inputs, 48, 72).contiguous(memory_format=form).requires_grad_()
                w = torch.randn(outputs, inputs, kernel, kernel).contiguous(memory_format=form).requires_grad_()

                def forward():
                    with torch.inference_mode():
                        return torch.nn.functional.conv2d(x, w, stride=stride)

                shape = forward().shape
                slope = torch.randn(shape).contiguous(memory_format=form)

                def both():
                    x.grad = w.grad = None
                    torch.nn.functional.conv2d(x, w, stride=stride).backward(slope)

                yield f"{inputs} {outputs} {kernel} {stride} forward", measure(arguments.repeats, forward)
                yield f"{inputs} {outputs} {kernel} {stride} gradients", measure(arguments.repeats, both)


def run_jax(case, arguments, _):
    import jax

    for inputs, outputs in CHANNELS:
        for kernel in (1, 3, 5, 7):
            for stride in (1, 2):
                x, w = random((8, 48, 72, inputs)), random((kernel, kernel, inputs, outputs), 1)

                def conv(x, w):
                    return jax.lax.conv_general_dilated(
                        x, w, (stride, stride), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))

                forward = jax.jit(conv)
                x, w = jax.device_put(x), jax.device_put(w)
                slope = jax.device_put(random(forward(x, w).shape, 2))
                both = jax.jit(lambda x, w, slope: (lambda y, back: (y, back(slope)))(*jax.vjp(conv, x, w)))
                yield (f"{inputs} {outputs} {kernel} {stride} forward",
                       measure(arguments.repeats, lambda: jax.block_until_ready(forward(x, w))))
                yield (f"{inputs} {outputs} {kernel} {stride} gradients",
                       measure(arguments.repeats, lambda: jax.block_until_ready(both(x, w, slope))))


def inside(peer, arguments):
    runner = run_keras if peer.startswith("keras") else run_jax if peer == "jax" else run_torch
    module = sys.modules
    for what, seconds in runner(arguments.case, arguments, peer == "torch-channels-last"):
        version = (module.get("keras") or module[peer.split("-")[0]]).__version__
        print(json.dumps({"peer": NAMES[peer], "version": version, "what": what, "seconds": seconds}), flush=True)


def environment(peer, threads):
    """Libraries read the number of threads when they are loaded."""
    variables = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC", "TF_NUM_INTRAOP_THREADS"]
    flags = "" if threads > 1 else " --xla_cpu_multi_thread_eigen=false"
    own = {"KERAS_BACKEND": peer.split("-")[1]} if peer.startswith("keras") else {}
    return {**os.environ, **{name: str(threads) for name in variables}, **own, "JAX_PLATFORMS": "cpu",
            "TF_CPP_MIN_LOG_LEVEL": "3", "XLA_FLAGS": (os.environ.get("XLA_FLAGS", "") + flags).strip()}


def run_apart(peer, arguments):
    needs = peer.split("-") if peer.startswith("keras") else [peer.split("-")[0]]
    missing = [name for name in needs if importlib.util.find_spec(name) is None]
    if missing:
        print(json.dumps({"peer": NAMES[peer], "error": f"not installed: {', '.join(missing)}"}), flush=True)
        return
    command = [sys.executable, os.path.abspath(__file__), "--inside", peer, "--case", arguments.case, "--threads",
               str(arguments.threads), "--repeats", str(arguments.repeats)]
    result = subprocess.run(command, env=environment(peer, arguments.threads), stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
    print("\n".join(lines), flush=True)
    if result.returncode != 0 or not lines:
        complaints = result.stderr.strip().splitlines() or [f"ended with status {result.returncode}"]
        print(json.dumps({"peer": NAMES[peer], "error": complaints[-1]}), flush=True)


def main():
    parser = argparse.ArgumentParser(description="Times the convolutional networks of other libraries.")
    parser.add_argument("--case", choices=list(CASES), required=True)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers", help=f"any of {','.join(PEERS)}")
    parser.add_argument("--inside", choices=PEERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        inside(arguments.inside, arguments)
        return
    peers = arguments.peers.split(",") if arguments.peers else CASES[arguments.case]
    unknown = [peer for peer in peers if peer not in PEERS]
    if unknown:
        parser.error(f"no such peer: {', '.join(unknown)}")
    for peer in peers:
        if peer in CASES[arguments.case]:
            run_apart(peer, arguments)


if __name__ == "__main__":
    main()
