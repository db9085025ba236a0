"""The functions that the lecture's notebook takes from TensorFlow, by real Keras: for where TensorFlow is missing."""

from types import SimpleNamespace

import numpy as np
from keras import activations, ops


class _Tensor(np.ndarray):
    def numpy(self):
        return np.asarray(self)


def _tensor(values):
    return np.asarray(values).view(_Tensor)


def constant(value, dtype="float32"):
    return _tensor(np.array(value, dtype))


def reshape(tensor, shape):
    return _tensor(np.reshape(tensor, shape))


nn = SimpleNamespace(
    conv2d=lambda x, kernel, strides, padding: _tensor(ops.conv(x, kernel, strides, padding.lower())),
    max_pool=lambda x, size, strides, padding: _tensor(ops.max_pool(x, size, strides, padding.lower())),
    avg_pool=lambda x, size, strides, padding: _tensor(ops.average_pool(x, size, strides, padding.lower())),
    relu=lambda x: _tensor(activations.relu(x)),
)
