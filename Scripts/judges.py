#!/usr/bin/env python3
"""Lets scikit-learn's own tests judge tern.sklearn.

    pip install scikit-learn==1.9.1 pytest pandas
    TERN_LIBRARY=build/tern/lib/libtern.so.0 python Scripts/judges.py            # both
    TERN_LIBRARY=build/tern/lib/libtern.so.0 python Scripts/judges.py checks     # estimator_checks alone
    TERN_LIBRARY=build/tern/lib/libtern.so.0 python Scripts/judges.py mlp        # test_mlp.py alone

Of each estimator all checks of `sklearn.utils.estimator_checks`, by `parametrize_with_checks`; and scikit-learn's
`test_mlp.py` as it is installed, of which only the import is changed. What cannot pass stands in `judges.json` with its
reason. It ends with 1 where a test fails that is not listed there, or one passes that is.
"""

import argparse
import collections
import json
import os
import re
import sys
import tempfile
from pathlib import Path

# Without it scikit-learn skips a check.
os.environ.setdefault("SCIPY_ARRAY_API", "1")

HERE = Path(__file__).resolve().parent
if (HERE.parent / "python/src/tern").exists():
    sys.path.insert(0, str(HERE.parent / "python/src"))

import pytest  # noqa: E402

CHECKS = """
from sklearn.utils._test_common.instance_generator import PER_ESTIMATOR_CHECK_PARAMS as PARAMETERS
from sklearn.utils.estimator_checks import parametrize_with_checks
import tern.sklearn

# Parameters that scikit-learn gives to single checks of its class, such as add_indicator=True of SimpleImputer.
for name in {names}:
    kind = getattr(tern.sklearn, name)
    theirs = next(base for base in kind.__mro__ if base.__module__.startswith("sklearn."))
    if theirs in PARAMETERS:
        PARAMETERS[kind] = PARAMETERS[theirs]

# So that it takes a minute and not ten.
SHORT = {{"max_epochs": 30, "repeats": 1, "folds": 4}}

@parametrize_with_checks(
    [getattr(tern.sklearn, name)(**(SHORT if name.startswith("Tabular") else {{}})) for name in {names}]
)
def test_check(estimator, check):
    check(estimator)
"""

# What scikit-learn's conftest.py gives to its tests by default.
CONFTEST = """
import pytest

@pytest.fixture
def global_random_seed():
    return 42
"""


class Counts:
    """How each test ended: (group, name) to "passed", "failed" or "skipped", with the last line of its error."""

    def __init__(self):
        self.ends = {}

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed":
            self.ends[report.nodeid.partition("::")[2]] = (report.outcome, _reason(report))


def _reason(report):
    told = getattr(report, "longrepr", "") or ""
    # A skip is told as file, line and reason.
    text = told[2] if isinstance(told, tuple) else str(told)
    lines = [line[1:].strip() for line in text.splitlines() if line.startswith("E ")]
    return lines[0] if lines else text.strip().splitlines()[-1] if text.strip() else ""


def run(folder, name, text, arguments):
    path = folder / name
    path.write_text(text)
    (folder / "conftest.py").write_text(CONFTEST)
    counts = Counts()
    code = pytest.main(
        ["-q", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-W", "ignore", *arguments, str(path)],
        plugins=[counts],
    )
    if code not in (0, 1):
        sys.exit(f"{name}: pytest ended with {code}")
    return counts.ends


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", choices=["checks", "mlp"])
    parser.add_argument("--estimator", action="append", help="of estimators only these")
    parser.add_argument("-k", default="", help="only tests that pytest's -k selects; listed ones may then be missing")
    parser.add_argument("-v", action="store_true", help="show the whole of each error")
    options = parser.parse_args()
    arguments = (["-k", options.k] if options.k else []) + ([] if options.v else ["--tb=line"])
    import sklearn
    import tern.sklearn

    listed = json.loads((HERE / "judges.json").read_text())
    names = options.estimator or tern.sklearn.__all__
    groups = collections.defaultdict(dict)
    with tempfile.TemporaryDirectory() as folder:
        if options.part != "mlp":
            for test, end in run(Path(folder), "test_checks.py", CHECKS.format(names=names), arguments).items():
                estimator, given, check = re.fullmatch(r"test_check\[(\w+)\((.*?)\)-(\w+)(?:\(.*\))?\]", test).groups()
                given = "" if estimator.startswith("Tabular") else given
                groups[estimator][_unique(f"{check} of {given}" if given else check, groups[estimator])] = end
        if options.part != "checks":
            theirs = Path(sklearn.__file__).parent / "neural_network/tests/test_mlp.py"
            old = "from sklearn.neural_network import MLPClassifier, MLPRegressor"
            text = theirs.read_text()
            if old not in text:
                sys.exit(f"{theirs} does not import as it did in scikit-learn 1.9.1")
            new = "from tern.sklearn import MLPClassifier, MLPRegressor"
            groups["test_mlp.py"] = run(Path(folder), "test_mlp.py", text.replace(old, new), arguments)

    bad = 0
    print(f"\nscikit-learn {sklearn.__version__}, tern {tern.__version__}")
    for group, ends in groups.items():
        count = collections.Counter(outcome for outcome, _ in ends.values())
        reasons = listed.get(group, {})
        print(f"{group}: {count['passed']} of {len(ends)} pass", end="")
        print(f", {count['skipped']} skipped" if count["skipped"] else "")
        for test, (outcome, error) in ends.items():
            known = reasons.get(test) or reasons.get(test.partition("[")[0])
            if outcome == "failed" and known:
                print(f"  {test} cannot pass: {known}")
            elif outcome == "failed":
                print(f"  {test} FAILS: {error}")
                bad += 1
            elif outcome == "skipped":
                print(f"  {test} skipped: {error}")
        for test in reasons:
            found = [end for name, end in ends.items() if name == test or name.partition("[")[0] == test]
            if found and all(outcome == "passed" for outcome, _ in found):
                print(f"  {test} passes; take it out of judges.json")
                bad += 1
    total = [outcome for ends in groups.values() for outcome, _ in ends.values()]
    print(f"together: {total.count('passed')} of {len(total)} pass; {bad} against judges.json")
    sys.exit(1 if bad else 0)


def _unique(check, known):
    """A check that comes twice, with other arguments, has a number."""
    name, number = check, 2
    while name in known:
        name, number = f"{check} {number}", number + 1
    return name


if __name__ == "__main__":
    main()
