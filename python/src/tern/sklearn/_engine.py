"""What the estimators have in common: a model of the engine's behind each."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Mapping
from functools import cache, wraps
from inspect import getattr_static, isfunction
from typing import Any, ClassVar

import numpy as np
from scipy import sparse
from sklearn.base import TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from .._arrays import usable
from .._handle import Handle, Listener, call, jsonable, restored

_NONE = object()
# The most that JSON's numbers hold exactly.
_MOST = 2**53
FLOATS = (np.float64, np.float32)
"""The types in which features are taken; all else becomes the first."""


class State:
    """The state of an estimator of the engine: its JSON, with arrays where the engine put them aside."""

    def __init__(self, handle: Handle):
        text, self._arrays = handle.archive()
        self._value = json.loads(text)["value"]

    def __getitem__(self, key: str) -> Any:
        return self._found(self._value[key])

    def get(self, key: str, default: Any = None) -> Any:
        """What stands under a key; the default where nothing does."""
        return self._found(self._value.get(key, default))

    def at(self, path: str) -> np.ndarray:
        """The array that the engine put aside under a path."""
        return self._arrays[f"value/{path}"]

    def numbers(self, key: str) -> np.ndarray:
        """A list of numbers as an array."""
        return np.array(self._value[key], dtype=np.float64)

    def _found(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._arrays.get(value, value)
        if isinstance(value, list) and value and isinstance(value[0], str) and value[0] in self._arrays:
            return [self._arrays[path] for path in value]
        return value


class EngineEstimator:
    """A mixin that goes before a class of scikit-learn's: what that class is, with the engine's numbers.

    Parameters, checks of data and parameters, tags and routing are those of scikit-learn's class. What was learned
    lies in the engine's model ``_engine`` and, to be read, in the attributes that scikit-learn documents. Arrays among
    them cannot be written to, but other ones can be put in their place: the engine then takes them over.
    """

    _kind: ClassVar[str]
    """The engine's name of the estimator."""
    _learned: ClassVar[Mapping[str, str]] = {}
    """Attributes that the engine takes over where they were replaced, with their keys in its state."""
    _of_optimizer: ClassVar[frozenset[str]] = frozenset()
    """Parameters that an optimiser is made with, and keeps through partial fits."""
    _read: ClassVar[tuple[str, ...]] = ()
    """Parameters that are read as they are when the estimator answers, not as they were at the fit."""
    _needing_a_fit: ClassVar[frozenset[str]] = frozenset()
    """Those among them whose change only another fit can follow."""

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        for name in ("fit", "partial_fit"):
            method = getattr_static(cls, name, None)
            function = getattr(method, "fn", method)
            if not isfunction(function) or hasattr(function, "is_whole"):
                continue
            kept: Any = _whole(function)
            if method is not function:
                # It is there only under a condition, as is scikit-learn's `partial_fit` of networks.
                kept = type(method)(kept, method.check, name)
            setattr(cls, name, kept)

    def _engine_parameters(self) -> dict[str, Any]:
        """The parameters as the engine names them."""
        raise NotImplementedError

    def _read_parameters(self) -> dict[str, Any]:
        """Those of ``_read`` as the engine names them."""
        return {name: getattr(self, name) for name in self._read}

    def _told_parameters(self, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The parameters, all or those given, as JSON has them, so that arrays among them can be compared."""
        defaults = _defaults()[self._kind]["parameters"]
        given = self._engine_parameters() if given is None else given
        return {name: jsonable(_number(value, defaults.get(name))) for name, value in given.items()}

    def _made(self) -> Handle:
        """A model of the engine that has learned nothing yet."""
        defaults, told = _defaults()[self._kind]["parameters"], self._told_parameters()
        changed = {name: value for name, value in told.items() if value != defaults.get(name)}
        made = Handle.make({"estimator": self._kind, "parameters": changed})
        made.parameters = told
        return made

    def _learn(
        self,
        function: str,
        arrays: Mapping[str, Any],
        *,
        more: bool = False,
        arguments: Mapping[str, Any] | None = None,
        listener: Listener | None = None,
    ) -> State:
        """Lets the engine learn; where `more`, from what it had learned.

        A listener is for what learns in epochs. An interrupt carries the model, as far as it came, as its ``handle``.
        """
        if more:
            parameters = self._told_parameters()
            handle = self._with_parameters(self._current(), parameters, keeps_optimizer=function == "partial_fit")
        else:
            handle = self._made()
        given = {name: array for name, array in arrays.items() if array is not None}
        try:
            handle.call(function, arguments, given, listener)
        except KeyboardInterrupt as interrupt:
            interrupt.handle = handle  # type: ignore[attr-defined]
            raise
        handle.lesson = object()  # type: ignore[attr-defined]
        self._engine = handle
        return State(handle)

    def _with_parameters(self, handle: Handle, parameters: dict[str, Any], *, keeps_optimizer: bool) -> Handle:
        """The model with other parameters, where they are other ones, and with what its optimiser has gathered.

        As in scikit-learn, an optimiser that partial fits go on with keeps the settings that it was made with.
        """
        if parameters == handle.parameters:
            return handle
        text, arrays = handle.archive()
        if keeps_optimizer and (json.loads(text)["value"].get("progress") or {}).get("slots"):
            kept = {name: value for name, value in handle.parameters.items() if name in self._of_optimizer}
            parameters = {**parameters, **kept}
        changed = {name: value for name, value in parameters.items() if value != handle.parameters.get(name, _NONE)}
        if not changed:
            return handle
        # A copy, so that a fit that fails leaves the model as it was.
        made = restored(text, arrays)
        made.call("set_parameters", {"parameters": changed})
        made.parameters = parameters
        return made

    def _remember(self) -> None:
        """Notes which objects the attributes hold, so that it is seen when they are replaced.

        Arrays among them cannot be written to, which would not be seen.
        """
        self._engine.attributes = {name: _parts(getattr(self, name, None)) for name in self._learned}
        self._engine.others = {
            name: _parts(value)
            for name, value in vars(self).items()
            if name.endswith("_") and name not in self._learned and self._is_of_answers(name, value)
        }
        several = [parts for name, parts in self._engine.others.items() if isinstance(getattr(self, name), list)]
        for parts in (*self._engine.attributes.values(), *several):
            for part in parts:
                if isinstance(part, np.ndarray):
                    part.flags.writeable = False

    def _is_of_answers(self, name: str, value: Any) -> bool:
        """Whether answers would be others by another value of an attribute that the engine does not take over."""
        return any(isinstance(part, np.ndarray) for part in _parts(value))

    def _current(self) -> Handle:
        """The engine's model, with attributes that were replaced taken over."""
        handle = self.__dict__.get("_engine")
        for name, parts in getattr(handle, "others", {}).items():
            if not _same(parts, _parts(vars(self).get(name))):
                raise AttributeError(
                    f"{type(self).__name__}.{name} was replaced, but the engine predicts by its own; "
                    + (f"replace one of {', '.join(self._learned)}, or fit again" if self._learned else "fit again")
                )
        if handle is None or not all(
            _same(parts, _parts(getattr(self, name, None))) for name, parts in handle.attributes.items()
        ):
            handle = self._rebuilt(handle)
            self._engine = handle
            self._remember()
        return handle

    def _rebuilt(self, handle: Handle | None) -> Handle:
        """A model with the state that the attributes tell."""
        before = handle or self._made()
        text, arrays = before.archive()
        archive, held = json.loads(text), dict(arrays)
        state, learned = archive["value"], self._learned.values()
        arrays = {path: array for path, array in held.items() if path.split("/")[1] not in learned}
        if handle is None:
            # It has learned nothing whose form counts.
            held = {}
        for name, key in self._learned.items():
            if hasattr(self, name):
                value, old = getattr(self, name), state.get(key)
                # What scikit-learn does not show stays as it is.
                if value is None and (handle is None or handle.attributes.get(name, (0,))[0] is None):
                    continue
                try:
                    state[key] = _laid_aside(value, old, f"value/{key}", held, arrays)
                except (TypeError, ValueError) as error:
                    raise ValueError(f"{type(self).__name__}.{name} cannot be replaced so: {error}") from None
        state.update(self._rebuilt_state())
        return restored(json.dumps(jsonable(archive)), arrays, before.parameters)

    def _rebuilt_state(self) -> dict[str, Any]:
        """Further entries of the state that attributes alone tell."""
        return {}

    def _ask(self, function: str, x: np.ndarray, **arguments: Any) -> np.ndarray:
        """What a function of the engine's makes of features, in memory of its own."""
        handle = self._answering()
        if function == "predict" and not arguments and handle.is_planned:
            return handle.predict([usable(x)])[0]
        if function == "predict_proba" and handle.is_planned:
            return handle.predict([usable(x)])[1]
        return handle.call(function, arguments, {"x": x}).arrays["result"].copy()

    def _answering(self) -> Handle:
        """The engine's model, with parameters that were set after the fit and are read when it answers.

        Raises
        ------
        ValueError
            Where only another fit can follow.
        """
        handle = self._current()
        if not self._read:
            return handle
        then = handle.parameters
        now = {name: value for name, value in self._read_parameters().items() if value != then.get(name, _NONE)}
        if now:
            # NaN, say, is a text there.
            now = {name: value for name, value in self._told_parameters(now).items() if value != then.get(name, _NONE)}
        if not now:
            return handle
        for name in now:
            if name in self._needing_a_fit or not self._has_learned_for(name):
                raise ValueError(f"{type(self).__name__}.{name} was set after the fit; fit again")
        self._engine = self._with_parameters(handle, {**then, **now}, keeps_optimizer=False)
        self._remember()
        return self._engine

    def _has_learned_for(self, parameter: str) -> bool:
        """Whether the fit has learned what the parameter asks for now."""
        return True

    def __getstate__(self) -> Any:
        if "_engine" in self.__dict__:
            # What was replaced goes along; a copy could not tell any more that it was.
            self._current()
        return super().__getstate__()  # type: ignore[misc]

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)  # type: ignore[misc]
        if "_engine" in self.__dict__:
            self._remember()

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.array_api_support = False
        return tags


class EngineTransformer(EngineEstimator, TransformerMixin):
    """Transformers: dense features in, dense features out; the memory that is given is never written to."""

    _floats: ClassVar[tuple[type, ...]] = (*FLOATS, np.float16)
    """The types of features that stay what they are; those of 16 bits are computed in 32."""

    def transform(self, X):
        """The new features.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Dense. What comes out is always new memory.

        Returns
        -------
        ndarray of shape (n_samples, n_features_out)
        """
        return self._transformed(X)

    def inverse_transform(self, X):
        """The features that `transform` would turn into these.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features_out)

        Returns
        -------
        ndarray of shape (n_samples, n_features)
        """
        return self._restored(X)

    def _transformed(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, dtype=self._floats, ensure_all_finite=self._finiteness(), reset=False)
        return self._like(X, self._ask("transform", X))

    def _restored(self, X):
        check_is_fitted(self)
        X = check_array(X, dtype=self._floats, ensure_all_finite=self._finiteness())
        return self._like(X, self._ask("inverse_transform", X))

    fit_transform = TransformerMixin.fit_transform

    def _finiteness(self) -> bool | str:
        return "allow-nan" if self.__sklearn_tags__().input_tags.allow_nan else True

    def _like(self, X: np.ndarray, result: np.ndarray) -> np.ndarray:
        """In the precision in which the features came."""
        return result.astype(X.dtype, copy=False)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = False
        return tags


class ClassProbabilities:
    """Predictions of classifiers whose classes the engine knows by their places in ``classes_``."""

    classes_: np.ndarray
    _asked: Callable[[str, Any], np.ndarray]
    """What a function of the engine's makes of features that are checked."""

    def predict(self, X):
        """The likeliest class of each example.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        return self.classes_[self._asked("predict", X).astype(np.int64)]

    def predict_proba(self, X):
        """The probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        return self._asked("predict_proba", X)

    def predict_log_proba(self, X):
        """The natural logarithm of the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))


def _whole(fit: Callable[..., Any]) -> Callable[..., Any]:
    """A fit after whose failure the estimator is what it was before."""

    @wraps(fit)
    def kept(self: Any, *arguments: Any, **named: Any) -> Any:
        before = vars(self).copy()
        engine = before.get("_engine")
        lesson = getattr(engine, "lesson", None)
        try:
            return fit(self, *arguments, **named)
        except BaseException as error:
            # As in scikit-learn, a warning that is raised at the end does not take back what was learned.
            learned = isinstance(error, Warning) and getattr(vars(self).get("_engine"), "lesson", None) is not lesson
            # Nor can a model be taken back that has gone on to learn.
            if not learned and getattr(engine, "lesson", None) is lesson:
                vars(self).clear()
                vars(self).update(before)
            raise

    kept.is_whole = True  # type: ignore[attr-defined]
    return kept


@cache
def _defaults() -> dict[str, Any]:
    """The engine's estimators, with the defaults of their parameters."""
    return call("estimators").value


def in_python(message: str, kind: str) -> str:
    """A warning of the engine's with parameters spelled as here."""
    names = {
        "".join(part.capitalize() if place else part for place, part in enumerate(name.split("_"))): name
        for name in _defaults()[kind]["parameters"]
    }
    return re.sub(r"\b[a-z]+[A-Z0-9]\w*\b", lambda found: names.get(found[0], found[0]), message)


def dense(X: Any) -> Any:
    """The array of a sparse one, which the engine does not know."""
    return X.toarray() if sparse.issparse(X) else X


def seed(random_state: Any) -> int:
    """A seed for the engine: an integer as it is, else one that is drawn from NumPy's stream."""
    if isinstance(random_state, (int, np.integer)):
        return int(random_state)
    return int(check_random_state(random_state).randint(0, 2**32, dtype=np.uint64))


def whole(sizes: Any) -> list[int]:
    """Whole numbers, one or several, as NumPy takes them for lengths: no fractions and no truths.

    Raises
    ------
    TypeError
        For others.
    """
    sizes = list(sizes) if hasattr(sizes, "__iter__") else [sizes]
    if any(isinstance(size, (bool, np.bool_)) for size in sizes):
        raise TypeError(f"an integer is required: {sizes}")
    return [operator.index(size) for size in sizes]


def _number(value: Any, default: Any) -> Any:
    """A parameter as the engine takes it: truths are 0 and 1 where a number is meant, as everywhere in Python."""
    if isinstance(value, bool) and not isinstance(default, bool):
        return int(value)
    if isinstance(value, (int, np.integer)) and isinstance(default, float):
        return float(value)
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        # Beyond them no number of examples, steps or categories lies.
        return max(-_MOST, min(_MOST, int(value)))
    return value


def _parts(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _same(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    return len(a) == len(b) and all(x is y for x, y in zip(a, b))


def _laid_aside(value: Any, old: Any, path: str, held: Mapping[str, np.ndarray], arrays: dict[str, np.ndarray]) -> Any:
    """The value in the form in which the engine's archive held another: arrays lie aside under their path.

    Parameters
    ----------
    value
        What stands in an attribute.
    old
        What the archive has in its place: a path, a list of paths, numbers, or nothing.
    held, arrays
        What lay aside, and what lies aside now.
    """
    if value is None:
        raise ValueError("it is None")
    if old == []:
        # Of what has learned nothing yet: arrays, or numbers.
        if not any(np.ndim(part) for part in value):
            return np.asarray(value, np.float64).tolist()
        old = None
    if isinstance(old, list) and isinstance(old[0], str) and old[0] in held:
        if len(value) != len(old):
            raise ValueError(f"there are {len(value)} arrays, and what was learned has {len(old)}")
        return [_laid_aside(part, name, name, held, arrays) for part, name in zip(value, old)]
    if isinstance(old, list):
        numbers = np.asarray(dense(value), np.float64)
        if numbers.ndim > 1 or numbers.size not in (1, len(old)):
            raise ValueError(f"it has the shape {numbers.shape}, and what was learned has {(len(old),)}")
        return np.broadcast_to(numbers, (len(old),)).tolist()
    if isinstance(value, list) and old is None:
        return [_laid_aside(part, None, f"{path}/{number}", held, arrays) for number, part in enumerate(value)]
    known = held.get(path)
    array = np.asarray(dense(value), np.float64 if known is None else known.dtype)
    if known is not None and array.shape != known.shape:
        if array.size != known.size or array.size != 1:
            raise ValueError(f"it has the shape {array.shape}, and what was learned has {known.shape}")
        array = array.reshape(known.shape)
    arrays[path] = array
    return path
