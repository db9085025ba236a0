"""The examples of the README and of docstrings."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import tern

README = Path(__file__).resolve().parents[1] / "README.md"
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def test_examples_of_the_readme(tmp_path, monkeypatch):
    pytest.importorskip("xarray")
    pytest.importorskip("sklearn")
    monkeypatch.chdir(tmp_path)
    parser = doctest.DocTestParser()
    # Without the fences, which would be taken for what an example prints.
    text = README.read_text().replace("```python", "").replace("```", "")
    test = parser.get_doctest(text, {}, "README.md", str(README), 0)
    assert test.examples
    results = doctest.DocTestRunner(optionflags=FLAGS).run(test)
    assert results.failed == 0


MODULES = ["tern"] + [f"tern.{module.name}" for module in pkgutil.iter_modules(tern.__path__)]
MODULES += ["tern.sklearn.kernels", "tern.sklearn._tabular", "tern.keras.activations", "tern.keras._models"]
MODULES += ["tern.keras._sequential"]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_docstrings(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if name == "tern" or name.startswith("tern.sklearn"):
        pytest.importorskip("sklearn")
    module = importlib.import_module(name)
    assert doctest.testmod(module, optionflags=FLAGS).failed == 0
