"""Learning rates that change from step to step."""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

from .._json import encoded, found
from .._table import Configured, made


class LearningRateSchedule(Configured):
    """What all schedules are: a rate for each step, from 0."""

    def __call__(self, step: int) -> np.float32:
        """The rate of a step, as the engine's schedule of the same name has it."""
        return np.float32(_RATES[type(self).__name__](self, float(step)))


def _exponential(s: Any, step: float) -> float:
    power = step / s.decay_steps
    return s.initial_learning_rate * s.decay_rate ** (math.floor(power) if s.staircase else power)


def _inverse_time(s: Any, step: float) -> float:
    power = step / s.decay_steps
    return s.initial_learning_rate / (1 + s.decay_rate * (math.floor(power) if s.staircase else power))


def _piecewise(s: Any, step: float) -> float:
    return s.values[sum(step > boundary for boundary in s.boundaries)]


def _polynomial(s: Any, step: float) -> float:
    steps = s.decay_steps
    if s.cycle:
        steps *= max(1, math.ceil(step / steps))
    share = 1 - min(step, steps) / steps
    return (s.initial_learning_rate - s.end_learning_rate) * share**s.power + s.end_learning_rate


def _cosine(s: Any, step: float) -> float:
    begin = s.initial_learning_rate
    if s.warmup_target is not None:
        if step < s.warmup_steps:
            return begin + (s.warmup_target - begin) * step / s.warmup_steps
        step, begin = step - s.warmup_steps, s.warmup_target
    share = 0.5 * (1 + math.cos(math.pi * min(step, s.decay_steps) / s.decay_steps))
    return begin * ((1 - s.alpha) * share + s.alpha)


def _restarts(s: Any, step: float) -> float:
    done = step / s.first_decay_steps
    if s.t_mul == 1:
        cycle = math.floor(done)
        done -= cycle
    else:
        cycle = math.floor(math.log(1 - done * (1 - s.t_mul)) / math.log(s.t_mul))
        done = (done - (1 - s.t_mul**cycle) / (1 - s.t_mul)) / s.t_mul**cycle
    share = 0.5 * s.m_mul**cycle * (1 + math.cos(math.pi * done))
    return s.initial_learning_rate * ((1 - s.alpha) * share + s.alpha)


_RATES = {
    "ExponentialDecay": _exponential,
    "InverseTimeDecay": _inverse_time,
    "PiecewiseConstantDecay": _piecewise,
    "PolynomialDecay": _polynomial,
    "CosineDecay": _cosine,
    "CosineDecayRestarts": _restarts,
}

globals().update(made("optimizers.schedules", LearningRateSchedule, known=_RATES, title="schedule"))


def get(identifier: Any) -> Any:
    """The schedule of a description, or as it is."""
    return found(sys.modules[__name__], identifier, "schedule")


def serialize(value: Any) -> Any:
    """The schedule as Keras's JSON."""
    return encoded(value, "schedule")


deserialize = get
