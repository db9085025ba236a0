"""Single convolutions, forwards and with both gradients, in JAX and in PyTorch with both memory formats."""

from __future__ import annotations

from peers import Setting


def shapes(part: str, setting: Setting):
    """Input and kernel (channels last), the stride, and whether gradients are asked for."""
    inputs, outputs, kernel, stride = map(int, part.split()[:4])
    place = (1, 8, 12) if setting.quick else (8, 48, 72)
    return (*place, inputs), (kernel, kernel, inputs, outputs), stride, part.endswith("gradients")


def torch_convolution(part: str, setting: Setting):
    import torch

    torch.set_num_threads(setting.threads)
    form = torch.channels_last if setting.peer == "torch-channels-last" else torch.contiguous_format
    (count, rows, columns, inputs), (kernel, _, _, outputs), stride, gradients = shapes(part, setting)
    x = torch.randn(count, inputs, rows, columns).contiguous(memory_format=form).requires_grad_(gradients)
    w = torch.randn(outputs, inputs, kernel, kernel).contiguous(memory_format=form).requires_grad_(gradients)
    slope = torch.randn_like(torch.nn.functional.conv2d(x.detach(), w.detach(), stride=stride))

    def forward():
        with torch.inference_mode():
            return torch.nn.functional.conv2d(x, w, stride=stride)

    def both():
        x.grad = w.grad = None
        torch.nn.functional.conv2d(x, w, stride=stride).backward(slope)

    return both if gradients else forward


def jax_convolution(part: str, setting: Setting):
    import jax

    from peers_networks import random

    input_shape, kernel_shape, stride, gradients = shapes(part, setting)
    x, w = jax.device_put(random(input_shape)), jax.device_put(random(kernel_shape, 1))

    def conv(x, w):
        return jax.lax.conv_general_dilated(x, w, (stride, stride), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))

    forward = jax.jit(conv)
    if not gradients:
        return lambda: jax.block_until_ready(forward(x, w))
    slope = jax.device_put(random(forward(x, w).shape, 2))

    @jax.jit
    def both(x, w, slope):
        y, back = jax.vjp(conv, x, w)
        return y, back(slope)

    return lambda: jax.block_until_ready(both(x, w, slope))


WORK = {("layers", "jax"): jax_convolution, ("layers", "torch"): torch_convolution,
        ("layers", "torch-channels-last"): torch_convolution}
