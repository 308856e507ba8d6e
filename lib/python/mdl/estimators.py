"""Estimators by scikit-learn's conventions, over the same program and model file."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import assert_all_finite, check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_sample_weight,
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
    validate_data,
)

from mdl.model import train
from mdl.program import Error
from mdl.tables import arrow, to_arrow


def is_frame(X):
    return hasattr(X, "columns") or hasattr(X, "column_names") or hasattr(X, "__arrow_c_stream__")


class Estimator(BaseEstimator):
    """`data`, `model` and `train` are the sections of the config (mdl config reference); set_params takes their keys,
    too, as train__epochs."""

    def __init__(
        self, *, data=None, model=None, train=None, device=None, threads=None, random_state=None, verbose=False
    ):
        self.data = data
        self.model = model
        self.train = train
        self.device = device
        self.threads = threads
        self.random_state = random_state
        self.verbose = verbose

    def set_params(self, **params):
        for name, value in sorted(params.items(), key=lambda param: "__" in param[0]):
            section, _, key = name.partition("__")
            if key and section in ("data", "model", "train"):
                value = {**(getattr(self, section) or {}), key: value}
            super().set_params(**{section if key else name: value})
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _table(self, X, reset):
        """A frame as it is, for columns of any kind; an array of numbers with columns x0, x1, ..."""
        if is_frame(X):
            validate_data(self, X, skip_check_array=True, reset=reset)
            return to_arrow(X)
        X = validate_data(self, X, reset=reset, ensure_all_finite="allow-nan", ensure_min_samples=2 if reset else 1)
        return arrow().table({f"x{i}": np.ascontiguousarray(X[:, i]) for i in range(X.shape[1])})

    def _train(self, table, labels, name, sample_weight, **data):
        check_consistent_length(labels, table)
        target = add(table.column_names, name)
        table = table.append_column(target, arrow().array(labels))
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, np.empty(len(labels)), ensure_non_negative=True)
            data["weight"] = add(table.column_names, "weight")
            table = table.append_column(data["weight"], arrow().array(sample_weight))
        config = {name: getattr(self, name) for name in ("model", "train", "device", "threads")}
        config = {name: value for name, value in config.items() if value is not None}
        if self.random_state is not None:
            config["train"] = {**config.get("train", {}), "seed": seed_of(self.random_state)}
        self.model_ = train(table, target, data={**(self.data or {}), **data}, verbose=self.verbose, **config)
        return self

    def _answers(self, X):
        check_is_fitted(self)
        return self.model_.answers(self._table(X, reset=False))


def add(names, name):
    """A column's name that is none of the others."""
    while name in names:
        name += "_"
    return name


def seed_of(random_state):
    if isinstance(random_state, (int, np.integer)):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))


def name_of(y):
    name = getattr(y, "name", None)
    return name if isinstance(name, str) and name else "target"


class MDLClassifier(ClassifierMixin, Estimator):
    """An ensemble of multilayer perceptrons for classes. `model_` is the mdl.Model."""

    def fit(self, X, y, sample_weight=None):
        table, name = self._table(X, reset=True), name_of(y)
        y = column_or_1d(y, warn=True)
        assert_all_finite(y, input_name="y")
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"the target has one class, {self.classes_[0]!r}; at least two are needed")
        texts = np.array([text_of(label) for label in self.classes_], dtype=object)
        task = "binary" if len(texts) == 2 else "multiclass"
        self._train(table, texts[codes], name, sample_weight, task=task)
        places = {text: place for place, text in enumerate(texts)}
        if len(places) != len(texts) or set(places) != set(self.model_.classes):
            raise Error(
                f"the labels {', '.join(map(repr, texts))} are to mdl the classes {', '.join(self.model_.classes)}: "
                "blanks around them do not count, and words like NA are no labels"
            )
        self._places = np.array([places[text] for text in self.model_.classes])
        return self

    def predict(self, X):
        answer = self._answers(X)["prediction"].combine_chunks().dictionary_encode()
        known = {text: place for text, place in zip(self.model_.classes, self._places)}
        places = np.array([known[text] for text in answer.dictionary.to_pylist()], dtype=np.intp)
        return self.classes_[places[answer.indices.to_numpy()]]

    def predict_proba(self, X):
        answer = self._answers(X)
        probabilities = np.empty((answer.num_rows, len(self.classes_)))
        for text, place in zip(self.model_.classes, self._places):
            probabilities[:, place] = answer[f"p_{text}"].to_numpy()
        return probabilities


class MDLRegressor(RegressorMixin, Estimator):
    """An ensemble of multilayer perceptrons for numbers. `model_` is the mdl.Model."""

    def fit(self, X, y, sample_weight=None):
        table, name = self._table(X, reset=True), name_of(y)
        y = column_or_1d(y, warn=True).astype(np.float64)
        assert_all_finite(y, input_name="y")
        return self._train(table, y, name, sample_weight, task="regression")

    def predict(self, X):
        return self._answers(X)["prediction"].to_numpy()


def text_of(label):
    """A label as mdl's classes spell it."""
    if isinstance(label, (bool, np.bool_)):
        return str(label).lower()
    if isinstance(label, (float, np.floating)):
        return np.format_float_positional(label, trim="-")
    return str(label)
