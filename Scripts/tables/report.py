"""Compares predictions: the scores, ranks and bootstrap intervals of docs/TABLES.md.

    python Scripts/tables/report.py FOLDER [LABEL ...]

reads FOLDER/predictions/*/*.csv, of Tern under the name `tern` or those given, and prints Markdown. A table's score is
the root mean square error over all predicted rows, of classes the log loss (and the accuracy beside it). The interval is
of the difference to the best, by 2,000 bootstrap samples of rows, for series of blocks of neighbours as long as the root
of their number.
"""
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from peers import PEERS

SAMPLES = 2000


def losses(table, prediction):
    """The squared error or log loss of each predicted row, and for classes whether it is right."""
    prediction = prediction.sort_values("row")
    y = table.iloc[prediction.row.to_numpy(int), -1].to_numpy()
    values = prediction.drop(columns="row").to_numpy(float)
    if table.columns[-1] == "target":
        return (values[:, 0] - y) ** 2, None
    y = y.astype(int)
    # A probability of 0 would be an endless loss; scikit-learn's metrics clip too, at their type's rounding.
    p = np.clip(values, 1e-6, 1)
    p /= p.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(y)), y]), (values.argmax(axis=1) == y).astype(float)


def samples(table, count):
    """The rows of each bootstrap sample, [samples, count]."""
    random = np.random.default_rng(0)
    length = int(np.sqrt(count)) if table.columns[0] == "part" else 1
    starts = random.integers(0, count - length + 1, size=(SAMPLES, -(-count // length)))
    return (starts[:, :, None] + np.arange(length)).reshape(SAMPLES, -1)[:, :count]


def score(mean_loss, is_class):
    return mean_loss if is_class else np.sqrt(mean_loss)


def compare(folder, ours):
    names = ours + list(PEERS)
    rows, ranks, accuracy_ranks, lost = [], [], [], []
    for path in sorted(folder.glob("*.csv")):
        files = {name: folder / "predictions" / name / path.name for name in names}
        if not all(file.exists() for file in files.values()):
            print("incomplete:", path.stem, file=sys.stderr)
            continue
        table = pd.read_csv(path)
        is_class = table.columns[-1] == "class"
        found = {name: losses(table, pd.read_csv(file)) for name, file in files.items()}
        scores = {name: score(loss.mean(), is_class) for name, (loss, _) in found.items()}
        best = min(list(PEERS) + ours[:1], key=scores.get)
        chosen = samples(table, len(found[best][0]))
        differences = score(found[ours[0]][0][chosen].mean(1), is_class) - score(found[best][0][chosen].mean(1), is_class)
        low, high = np.percentile(differences, [2.5, 97.5])
        verdict = "best" if best == ours[0] else f"{low:+.3g} to {high:+.3g}"
        if low > 0:
            verdict += ", worse"
            lost.append(path.stem)
        rows.append([path.stem, "log loss" if is_class else "RMSE"] + [
            ("**%.4g**" if name == best else "%.4g") % scores[name]
            + (f" ({found[name][1].mean():.3f})" if is_class else "") for name in names] + [verdict])
        ranks.append(pd.Series([scores[name] for name in names]).rank().to_numpy())
        if is_class:
            accuracy_ranks.append(pd.Series([-found[name][1].mean() for name in names]).rank().to_numpy())
    print("| table | score | " + " | ".join(names) + f" | {ours[0]} less the best |")
    print("|---" * (len(names) + 3) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print("| mean rank | | " + " | ".join(f"{rank:.2f}" for rank in np.mean(ranks, axis=0)) + " | |")
    if accuracy_ranks:
        print("| by accuracy | | " + " | ".join(f"{rank:.2f}" for rank in np.mean(accuracy_ranks, axis=0)) + " | |")
    print(f"\nClearly worse than the best: {', '.join(lost) or 'nowhere'}.\n")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    compare(Path(sys.argv[1]), sys.argv[2:] or ["tern"])
