"""The lecture's notebook gives the same numbers with Tern and with scikit-learn, Keras and TensorFlow.

Only the import cell differs. Numbers that the cells print and return agree to 1 in 1000, or to 0.0002 where they are
small: they are printed with four or five digits, and networks are trained in single precision.
"""

import importlib.util
import os
import re
from pathlib import Path

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
for _peer in ("keras", "jax", "sklearn", "pandas", "matplotlib", "ipykernel"):
    # Not imported here: Keras asks for its backend when it is.
    if importlib.util.find_spec(_peer) is None:
        pytest.skip(f"{_peer} is missing", allow_module_level=True)

TESTS = Path(__file__).resolve().parent
NOTEBOOK = TESTS.parents[1] / "examples" / "notebooks" / "lecture.ipynb"
PEERS = """
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel
from sklearn.neural_network import MLPRegressor
import keras
try:
    import tensorflow as tf
except ImportError:
    import tensorflow_by_keras as tf
"""
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)")

pytestmark = pytest.mark.skipif(not NOTEBOOK.exists(), reason="the notebook is not beside the package")


def run(imports=None):
    """What each cell printed and returned, as texts."""
    notebook = nbformat.read(NOTEBOOK, 4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if imports:
        code[0].source = imports
    paths = [str(TESTS), str(TESTS.parent / "src"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "MPLBACKEND": "agg", "KERAS_BACKEND": "jax"}
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute(env=environment)
    return [
        "\n".join(
            output.get("text", "") or output.get("data", {}).get("text/plain", "")
            for output in cell.outputs
            if output.output_type in ("stream", "execute_result") and output.get("name") != "stderr"
        )
        for cell in code
    ]


def test_all_numbers_are_those_of_the_peers():
    ours, theirs = run(), run(PEERS)
    compared = 0
    for number, (mine, peer) in enumerate(zip(ours, theirs)):
        found, wanted = ([float(text) for text in NUMBER.findall(output)] for output in (mine, peer))
        assert found == pytest.approx(wanted, rel=1e-3, abs=2e-4), f"code cell {number}: {mine} and {peer}"
        compared += len(found)
    assert compared > 150
