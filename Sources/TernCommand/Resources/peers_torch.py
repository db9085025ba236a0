"""Plain PyTorch, in both memory formats and compiled: sst, mnist, climate, unet, lstm, inference."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

import peers_networks as networks
from peers import Setting


def sequential(case: str) -> nn.Module:
    layers: list[nn.Module] = []
    dense = [layer for layer in networks.LAYERS[case] if layer[0] == networks.DENSE]
    for (_, _, channels), layer in networks.spaces(case):
        if layer[0] == networks.CONVOLUTION:
            layers += [nn.Conv2d(channels, layer[1], layer[2]), nn.ReLU()]
        elif layer[0] == networks.POOLING:
            layers.append(nn.MaxPool2d(2))
        elif layer[0] == networks.FLATTEN:
            layers.append(nn.Flatten())
        elif layer[0] == networks.DROPOUT:
            layers.append(nn.Dropout(layer[1]))
        else:
            layers += [nn.Linear(channels, layer[1])] + ([] if layer is dense[-1] else [nn.ReLU()])
    return nn.Sequential(*layers)


class Climate(nn.Module):
    def __init__(self, places: int):
        super().__init__()
        self.conv, self.lstm = nn.Conv2d(4, 20, 3, padding=1), nn.LSTM(20, 25, batch_first=True)
        self.dense = nn.Linear(25, places)

    def forward(self, x):
        y = nn.functional.avg_pool2d(torch.relu(self.conv(x)), 2).mean((2, 3))
        return self.dense(self.lstm(y.reshape(-1, 10, 20))[0][:, -1])


class UNet(nn.Module):
    def __init__(self):
        super().__init__()

        def block(layer, channels):
            return nn.Sequential(layer, nn.BatchNorm2d(channels), nn.ReLU(inplace=True))

        def conv(inputs, outputs, stride=1):
            return block(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), outputs)

        def up(inputs, outputs):
            return block(nn.ConvTranspose2d(inputs, outputs, 3, 2, 1, output_padding=1, bias=False), outputs)

        self.a, self.b, self.c, self.d = conv(4, 32), conv(32, 64, 2), conv(64, 128, 2), conv(128, 128)
        self.up1, self.e, self.up2, self.f = up(128, 64), conv(128, 64), up(64, 32), conv(64, 32)
        self.out = nn.Conv2d(32, 1, 1)

    def forward(self, x):
        a = self.a(x)
        b = self.b(a)
        c = self.d(self.c(b))
        d = self.e(torch.cat([self.up1(c), b], 1))
        return self.out(self.f(torch.cat([self.up2(d), a], 1)))


class LastState(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(64, 64, batch_first=True)

    def forward(self, x):
        return self.lstm(x)[0][:, -1]


def network(case: str, setting: Setting, seed: int = 0) -> tuple[nn.Module, np.ndarray, np.ndarray]:
    """The model, all inputs and all targets; images have their channels first."""
    torch.manual_seed(seed)
    rows, columns = networks.grid(setting)
    if case == "climate":
        return Climate(rows * columns), networks.random((160, 4, rows, columns)), networks.random((16, rows * columns))
    if case == "unet":
        return UNet(), networks.random((8, 4, rows, columns)), networks.random((8, 1, rows, columns))
    if case == "lstm":
        shape = networks.series(setting)
        return LastState(), networks.random(shape), networks.random((shape[0], 64))
    x, y = networks.examples(case, setting)
    return sequential(case), np.ascontiguousarray(x.transpose(0, 3, 1, 2)), y


def train(part: str, setting: Setting):
    torch.set_num_threads(setting.threads)
    case = setting.case
    model, x, y = network(case, setting)
    form = torch.channels_last if setting.peer == "torch-channels-last" else torch.contiguous_format
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    if x.dim() == 4:
        model, x = model.to(memory_format=form), x.contiguous(memory_format=form)
    call = torch.compile(model) if setting.peer == "torch-compiled" else model
    objective = nn.functional.cross_entropy if case == "mnist" else nn.functional.mse_loss
    rule = torch.optim.SGD if case == "lstm" else torch.optim.Adam
    optimizer = rule(model.parameters(), 1e-3, fused=True)
    batch = networks.BATCHES[case]

    def step(x, y):
        optimizer.zero_grad()
        objective(call(x), y).backward()
        optimizer.step()

    def epoch():
        if case in ("climate", "unet"):
            step(x, y)
            return
        for rows in torch.randperm(len(x)).split(batch):
            step(x.index_select(0, rows), y.index_select(0, rows))

    if part == "training":
        return epoch
    model.eval()
    first = x if case in ("climate", "unet") else x[:batch]

    def predict():
        with torch.inference_mode():
            return call(first)

    return predict


def one_sample(part: str, setting: Setting):
    torch.set_num_threads(setting.threads)
    model, x, _ = network(part, setting)
    model.eval()
    sample = torch.from_numpy(x[:1].copy())
    call = torch.compile(model) if setting.peer == "torch-compiled" else model

    def predict():
        with torch.inference_mode():
            return call(sample)

    return predict


def update(part: str, setting: Setting):
    rules = {"SGD": torch.optim.SGD, "SGD, momentum": lambda p, lr, **k: torch.optim.SGD(p, lr, 0.9, **k),
             "Adam": torch.optim.Adam, "AdamW": torch.optim.AdamW}
    torch.set_num_threads(setting.threads)
    parameter = nn.Parameter(torch.ones(10_000 if setting.quick else 10_000_000))
    parameter.grad = torch.full_like(parameter, 0.5)
    if part == "RMSprop":
        return torch.optim.RMSprop([parameter], 1e-3, foreach=True).step
    if part not in rules:
        raise NotImplementedError(f"there is no {part}")
    return rules[part]([parameter], 1e-3, fused=True).step


WORK = {(case, peer): train for case in ["sst", "mnist", "climate", "unet", "lstm"]
        for peer in ["torch", "torch-channels-last", "torch-compiled"]}
WORK |= {("inference", peer): one_sample for peer in ["torch", "torch-compiled"]}
WORK |= {("optimizer", "torch"): update}
