"""Predictions of scikit-learn's estimators with their defaults, on the folds of tables.py.

    python Scripts/tables/peers.py FOLDER

writes FOLDER/predictions/PEER/TABLE.csv, as `tern benchmark --case tables --tables FOLDER` does for Tern: the number of
the row and its prediction, or the probability of each class. Networks and linear models see features in standard
deviations; seeds are 0. What has been written before is not computed again.
"""
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    GradientBoostingClassifier, GradientBoostingRegressor, HistGradientBoostingClassifier,
    HistGradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler



def ScaledTargetMLP(**settings):
    """Beyond the defaults: the target in standard deviations too. Of classes it is the MLP."""
    return TransformedTargetRegressor(MLPRegressor(**settings), transformer=StandardScaler())


PEERS = {
    "linear": (Ridge, LogisticRegression, True),
    "MLP": (MLPRegressor, MLPClassifier, True),
    "MLP, scaled target": (ScaledTargetMLP, MLPClassifier, True),
    "random forest": (RandomForestRegressor, RandomForestClassifier, False),
    "gradient boosting": (GradientBoostingRegressor, GradientBoostingClassifier, False),
    "histogram boosting": (HistGradientBoostingRegressor, HistGradientBoostingClassifier, False),
}


def splits(table):
    """The rows to learn from and those to predict."""
    kind, number = table.columns[0], table.iloc[:, 0].to_numpy()
    for part in sorted(set(number) - {0}):
        yield np.flatnonzero(number < part if kind == "part" else number != part), np.flatnonzero(number == part)


def predictions(table, peer):
    regressor, classifier, is_scaled = PEERS[peer]
    is_class = table.columns[-1] == "class"
    kind = classifier if is_class else regressor
    x, y = table.iloc[:, 1:-1].to_numpy(), table.iloc[:, -1].to_numpy()
    count = int(y.max()) + 1 if is_class else 1
    rows, values = [], []
    for train, test in splits(table):
        seed = {} if peer == "linear" else {"random_state": 0}
        model = make_pipeline(StandardScaler(), kind(**seed)) if is_scaled else kind(**seed)
        model.fit(x[train], y[train])
        if is_class:
            out = np.zeros((len(test), count))
            out[:, model.classes_.astype(int)] = model.predict_proba(x[test])
        else:
            out = model.predict(x[test])[:, None]
        rows.append(test)
        values.append(out)
    result = pd.DataFrame(np.concatenate(values), columns=[f"p{i}" for i in range(count)])
    result.insert(0, "row", np.concatenate(rows))
    return result


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    warnings.filterwarnings("ignore")
    for path in sorted(Path(sys.argv[1]).glob("*.csv")):
        table = pd.read_csv(path)
        for peer in PEERS:
            target = path.parent / "predictions" / peer / path.name
            if target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            start = time.perf_counter()
            predictions(table, peer).to_csv(target, index=False)
            print(f"{path.stem}, {peer}: {time.perf_counter() - start:.1f} s", flush=True)
