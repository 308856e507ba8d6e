"""scripts/bench/quality, after the set-up: every contestant learns from the same rows and is scored by the same lines of code."""
import argparse
import math
import os
import tempfile
import time
import warnings
from importlib.metadata import version
from pathlib import Path
from statistics import mean

import pandas
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import root_mean_squared_error, roc_auc_score
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from contest import HERE, MDL, cpu, run, say

DATA = HERE.parent.parent / "data"
# Table, target, the class whose probability is ranked; none: a number.
TABLES = [("breast_cancer", "diagnosis", "malignant"), ("credit", "Status", "bad"), ("telescope", "class", "h"), ("clothing", "recommended", "0"), ("credit", "Price", None)]
SHIFT = 0.01


def read(table, target):
    frame = pandas.read_csv(DATA / f"{table}.csv", dtype={target: str}, keep_default_na=False, na_values=[""])
    return frame.dropna(subset=[target]).reset_index(drop=True)


def mdl(train, test, target, positive, folder, settings):
    """Answers, and the seconds of the training command."""
    train.to_csv(folder / "train.csv", index=False)
    test.drop(columns=target).to_csv(folder / "test.csv", index=False)
    command = [MDL, "train", folder / "train.csv", "--target", target, "--output", folder / "run", "--force", "--quiet"]
    seconds = run(command + [word for value in settings for word in ("--set", value)])[1]
    run([MDL, "predict", folder / "run" / "model.safetensors", folder / "test.csv", "--only", "--output", folder / "answers.csv"])
    answers = pandas.read_csv(folder / "answers.csv")
    return answers["prediction" if positive is None else f"p_{positive}"].to_numpy(), seconds


def trees(name, classify):
    if name == "LightGBM":
        import lightgbm
        return (lightgbm.LGBMClassifier if classify else lightgbm.LGBMRegressor)(verbose=-1)
    if name == "XGBoost":
        import xgboost
        return (xgboost.XGBClassifier if classify else xgboost.XGBRegressor)(enable_categorical=True)
    import catboost
    return (catboost.CatBoostClassifier if classify else catboost.CatBoostRegressor)(verbose=0, allow_writing_files=False)


def network(classify):
    """As its users do: mean for what is missing, standardised numbers, one-hot categories."""
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    inputs = make_column_transformer((numbers, make_column_selector(dtype_include="number")),
                                     (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")))
    return make_pipeline(inputs, (MLPClassifier if classify else MLPRegressor)(random_state=0))


def peer(name, train, test, target, positive):
    classify = positive is not None
    y = (train[target] == positive).astype(int) if classify else train[target].astype(float)
    rows = [frame.drop(columns=target).copy() for frame in (train, test)]
    texts = list(rows[0].select_dtypes(exclude="number"))
    for column in texts:
        kind = pandas.CategoricalDtype(sorted(rows[0][column].dropna().unique()))
        for frame in rows:
            if name == "CatBoost":
                frame[column] = frame[column].fillna("missing")
            elif name != "scikit-learn MLP":
                frame[column] = frame[column].astype(kind)
    model = network(classify) if name == "scikit-learn MLP" else trees(name, classify)
    options = {"cat_features": texts} if name == "CatBoost" else {}
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(rows[0], y, **options)
        answers = model.predict_proba(rows[1])[:, 1] if classify else model.predict(rows[1])
    return answers, time.perf_counter() - start


def error_of(truth, answers, positive):
    if positive is not None:
        return 1 - roc_auc_score(truth == positive, answers)
    truth = truth.astype(float)
    return root_mean_squared_error(truth, answers) / truth.std(ddof=0)


def main():
    options = argparse.ArgumentParser(prog="scripts/bench/quality")
    options.add_argument("--only", action="append", choices=sorted({table for table, _, _ in TABLES}), help="this table; can be repeated")
    options.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting for mdl train; can be repeated")
    options.add_argument("--folds", type=int, default=5, help="each learns from all but one of them and is scored on that one; default: 5")
    options = options.parse_args()
    peers = ["CatBoost", "LightGBM", "scikit-learn MLP", "XGBoost"]
    lines, ratios, times = [], {name: [] for name in peers}, {name: [] for name in ["mdl", *peers]}
    for table, target, positive in TABLES:
        if options.only and table not in options.only:
            continue
        frame = read(table, target)
        shuffled = {"n_splits": options.folds, "shuffle": True, "random_state": 0}
        folds = StratifiedKFold(**shuffled).split(frame, frame[target]) if positive is not None else KFold(**shuffled).split(frame)
        errors = {name: [] for name in ["mdl", *peers]}
        for number, (train, test) in enumerate(folds, 1):
            train, test = frame.iloc[train], frame.iloc[test]
            for name in errors:
                with tempfile.TemporaryDirectory(prefix="mdl-bench-") as folder:
                    ours = name == "mdl"
                    answers, seconds = mdl(train, test, target, positive, Path(folder), options.set) if ours else peer(name, train, test, target, positive)
                errors[name].append(error_of(test[target], answers, positive))
                times[name].append(seconds)
                say(f"{table}, {target}, fold {number} of {options.folds}: {name} {errors[name][-1]:.4f} in {seconds:.1f} s")
        means = {name: mean(values) for name, values in errors.items()}
        lines.append(f"| {table}, {target} | " + " | ".join(f"{value:.4f}" for value in means.values()) + " |")
        for name in peers:
            ratios[name].append(math.log((means["mdl"] + SHIFT) / (means[name] + SHIFT)))

    print(f"{cpu()}, {len(os.sched_getaffinity(0))} cores, mdl {run([MDL, 'version'])[0].strip().removeprefix('mdl ')}, CatBoost {version('catboost')}, "
          f"LightGBM {version('lightgbm')}, scikit-learn {version('scikit-learn')}, XGBoost {version('xgboost-cpu')}; {options.folds} folds.\n")
    print("| table, target | mdl | " + " | ".join(peers) + " |\n| --- |" + " ---: |" * (len(peers) + 1))
    print("\n".join(lines))
    print("| **mdl's error by theirs** (shifted geometric mean) | | " + " | ".join(f"{math.exp(mean(ratios[name])):.2f}" for name in peers) + " |")
    print("| seconds of a training | " + " | ".join(f"{mean(values):.1f}" for values in times.values()) + " |")


if __name__ == "__main__":
    main()
