"""Classes and functions with Keras's arguments, made of the table ``signatures.json``.

The table holds names, order and defaults as Keras 3.15 has them (Scripts/fixtures/keras_signatures.py writes it); what
the engine knows of it is asked of the engine. No list is kept by hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from inspect import BoundArguments, Parameter, Signature
from typing import Any

from .. import _handle

TABLE: dict[str, Any] = json.loads((resources.files(__package__) / "signatures.json").read_text("utf-8"))
"""By module, ``classes`` and ``functions`` by name."""


def engine_layers() -> dict[str, list[str]]:
    """The engine's layers by Keras's names, with the settings that each knows."""
    return {name: layer["settings"] for name, layer in _handle.call("keras_layers").value.items()}


def _frozen(value: Any) -> Any:
    """The default as Keras writes it: tuples where JSON has lists."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def signature(rows: Iterable[list[Any]]) -> Signature:
    """The signature that rows of the table describe."""
    parameters = []
    for row in rows:
        if row[0] == "**":
            parameters.append(Parameter("kwargs", Parameter.VAR_KEYWORD))
        elif row[0] == "*":
            parameters.append(Parameter(row[1], Parameter.VAR_POSITIONAL))
        else:
            default = _frozen(row[1]) if len(row) > 1 else Parameter.empty
            kind = Parameter.POSITIONAL_OR_KEYWORD
            if any(p.kind is Parameter.VAR_POSITIONAL for p in parameters):
                kind = Parameter.KEYWORD_ONLY
            parameters.append(Parameter(row[0], kind, default=default))
    return Signature(parameters)


def _documented(title: str, call: Signature, more: str) -> str:
    """A docstring in NumPy's style."""
    lines = [title, ""]
    named = [p for p in call.parameters.values() if p.kind is not Parameter.VAR_KEYWORD]
    if named:
        lines += ["Parameters", "----------"]
    for parameter in named:
        word = "required" if parameter.default is Parameter.empty else f"default {parameter.default!r}"
        lines.append(f"{parameter.name} : {word}")
    return "\n".join([*lines, *([""] if named else []), more])


def made(module: str, base: type, known: Mapping[str, Any] | None = None, title: str = "") -> dict[str, type]:
    """Classes of a module of Keras's by name, each extending `base`.

    Parameters
    ----------
    module : str
        Such as ``"layers"``.
    base : type
        What they extend.
    known : mapping, optional
        The classes that the engine has; all where it is not given.
    title : str
        What each is called in its first sentence.
    """
    classes: dict[str, type] = {}
    rows = TABLE[module]["classes"]
    for name, row in sorted(rows.items(), key=lambda item: item[0] != item[1]["class"]):
        own = row["class"]
        if known is not None and own not in known and name not in known:
            continue
        if own in classes:
            classes[name] = classes[own]
            continue
        call = signature(row["arguments"])
        page = f"Arguments as in Keras {TABLE['keras']}: ``help(keras.{module}.{own})`` explains them one by one."
        classes[own] = type(
            own,
            (base,),
            {
                "__module__": f"tern.keras.{module}",
                "__doc__": _documented(f"Keras's {title} {own}, computed by Tern's engine.", call, page),
                "__signature__": call,
                "_keras_module": f"keras.{module}",
            },
        )
        classes.setdefault(name, classes[own])
    return classes


def presented(function: Callable[..., Any], name: str, call: Signature, text: str) -> Callable[..., Any]:
    """A function that shows itself under a name, with a signature and a docstring."""
    function.__name__ = function.__qualname__ = name
    function.__signature__ = call  # type: ignore[attr-defined]
    function.__doc__ = text
    return function


def bound(call: Signature, name: str, args: Iterable[Any], kwargs: Mapping[str, Any]) -> BoundArguments:
    """Arguments by the names of a signature.

    Raises
    ------
    TypeError
        Where they do not fit, naming what was called.
    """
    try:
        return call.bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{name}: {error}") from None


class Configured:
    """What is made of arguments, keeps them as attributes, and is written as Keras's JSON.

    An argument is kept under its own name, in the form that Keras gives it.
    """

    __signature__: Signature
    _keras_module = "keras"

    def __init__(self, *args: Any, **kwargs: Any):
        given = bound(self.__signature__, type(self).__name__, args, kwargs)
        given.apply_defaults()
        values = dict(given.arguments)
        for name, value in self._surplus(values.pop("kwargs", {})).items():
            raise TypeError(f"{type(self).__name__} got an unexpected keyword argument {name!r} ({value!r})")
        self._arguments = [name for name in values if name not in self._unwritten()]
        for name, value in values.items():
            taken = self._taken(name, value)
            if name not in self._unwritten() or not hasattr(type(self), name):
                setattr(self, name, taken)

    def _surplus(self, given: dict[str, Any]) -> dict[str, Any]:
        """Takes keyword arguments that every object of the kind has; gives those that are not known."""
        return given

    def _unwritten(self) -> Iterable[str]:
        """Arguments that are no part of the configuration."""
        return ()

    def _taken(self, name: str, value: Any) -> Any:
        """An argument in the form in which it is kept."""
        return value

    def get_config(self) -> dict[str, Any]:
        """The arguments as Keras's JSON has them."""
        from ._json import encoded

        return {name: encoded(getattr(self, name), f"{type(self).__name__}'s {name}") for name in self._arguments}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Any:
        """An object of what `get_config` gave."""
        from ._json import decoded

        return cls(**{name: decoded(value) for name, value in config.items()})

    def __repr__(self) -> str:
        name = getattr(self, "name", None)
        return f"<{type(self).__name__}{f' name={name}' if name else ''}>"
