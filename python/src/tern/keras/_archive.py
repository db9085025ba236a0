"""``.keras`` archives: what the engine does not keep of their description, and what it does not read."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ._assignment import Outputs
from ._form import Form
from ._graph import holds_operations, places
from ._lengths import with_lengths
from ._masks import without_masks


def description(path: str) -> dict[str, Any]:
    """The description of the model in an archive.

    Raises
    ------
    OSError
        Where there is none.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read("config.json"))
    except (zipfile.BadZipFile, KeyError, ValueError):
        # The engine tells what it is instead.
        return {}


def rewritten(source: str, target: str, described: Mapping[str, Any]) -> None:
    """Copies an archive with another description."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.infolist():
            if member.filename == "config.json":
                new.writestr("config.json", json.dumps(described))
                continue
            with old.open(member) as reader, new.open(member.filename, "w", force_zip64=True) as writer:
                shutil.copyfileobj(reader, writer, 1 << 20)


def replaced(path: str, described: Mapping[str, Any]) -> None:
    """Gives an archive another description, at once or not at all."""
    handle, beside = tempfile.mkstemp(".keras", ".", os.path.dirname(os.path.abspath(path)))
    os.close(handle)
    try:
        rewritten(path, beside, described)
        shutil.copymode(path, beside)
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


# ---- Written


def formed(described: Mapping[str, Any], model: Any) -> dict[str, Any]:
    """The engine's description of a model, with the ends and the calls of models within in the forms that these have.

    Parameters
    ----------
    described : mapping
        Of the engine: inputs and outputs are lists.
    model : Model
    """
    config = dict(described["config"])
    for key, form in (("input_layers", model._input_form), ("output_layers", model._output_form)):
        if key in config:
            config[key] = form.packed(places(config[key]))
    within = {layer.name: layer for layer in model.layers if hasattr(layer, "_input_form")}
    layers = []
    for layer in config["layers"]:
        inner = within.get(layer.get("name") or layer["config"].get("name"))
        if inner is not None:
            layer = formed(layer, inner)
            if inner._input_form.kind == "dict":
                layer["inbound_nodes"] = [_by_name(call, inner._input_form) for call in layer["inbound_nodes"]]
        layers.append(layer)
    return {**described, "config": {**config, "layers": layers}}


def _by_name(call: Mapping[str, Any], form: Form) -> dict[str, Any]:
    first, *rest = call["args"]
    return {**call, "args": [form.packed(first if isinstance(first, list) else [first]), *rest]}


# ---- Read


def outputs_of(described: Mapping[str, Any]) -> Outputs:
    """The outputs of a model that is described."""
    config = described.get("config", {})
    if "output_layers" not in config:
        return Outputs(Form(), [config.get("name", "")], True)
    ends = config["output_layers"]
    form = Form.of(ends) if isinstance(ends, Mapping) or isinstance(ends[0], list) else Form()
    names = [name for name, _, _ in places(ends)]
    return Outputs(form, names, False)


def take_forms(model: Any, described: Mapping[str, Any]) -> None:
    """Gives a model, and those within, the forms of their inputs and outputs that an archive tells."""
    config = described.get("config", {})
    for key, attribute in (("input_layers", "_input_form"), ("output_layers", "_output_form")):
        ends = config.get(key)
        if isinstance(ends, Mapping) or ends and isinstance(ends[0], list):
            setattr(model, attribute, Form.of(ends))
    within = {layer.name: layer for layer in model.layers if hasattr(layer, "_input_form")}
    for layer in config.get("layers", []):
        name = layer.get("name") or layer.get("config", {}).get("name")
        if name in within:
            take_forms(within[name], layer)


@contextlib.contextmanager
def readable(
    path: str, described: Mapping[str, Any], compiles: bool, input_shapes: Any = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The path of an archive that the engine reads, the same or a copy with a plainer description, and that.

    Raises
    ------
    ValueError
        Where operations and losses are none that the engine has, and lengths stay open.
    """
    plain: Any = with_lengths(described, input_shapes)
    if not compiles:
        plain = {key: value for key, value in plain.items() if key != "compile_config"}
    if holds_operations(described.get("config", {})):
        from ._json import deserialize

        plain |= deserialize(plain)._described()
    else:
        plain = without_masks(plain)
    if plain == described or not described:
        yield path, plain
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / Path(path).name
        rewritten(path, str(copy), plain)
        try:
            yield str(copy), plain
        except (OSError, ValueError) as error:
            raise type(error)(str(error).replace(str(copy), path)) from None
