"""ONNX Runtime, asked for one sample by networks that PyTorch has written."""

from __future__ import annotations

import os

import onnxruntime
import torch

import peers_torch
from peers import Setting


def one_sample(part: str, setting: Setting):
    model, x, _ = peers_torch.network(part, setting)
    model.eval()
    path = os.path.join(setting.folder, f"{part}.onnx")
    torch.onnx.export(model, (torch.from_numpy(x[:1].copy()),), path, dynamo=True, verbose=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = setting.threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    sample = {session.get_inputs()[0].name: x[:1]}
    return lambda: session.run(None, sample)


WORK = {("inference", "onnxruntime"): one_sample}
