"""Trains, evaluates and applies multilayer perceptrons on tables.

    model = mdl.train(frame, target="Status")
    model.predict_proba(new)

Everything is done by the native program mdl; what its command line does, the functions of the same names do here.
"""

from mdl.model import Model, Report, load, train
from mdl.program import Error, run

__all__ = ["Error", "MDLClassifier", "MDLRegressor", "Model", "Report", "load", "train"]


def __getattr__(name):
    # scikit-learn is needed for these alone.
    if name in ("MDLClassifier", "MDLRegressor"):
        from mdl import estimators

        return getattr(estimators, name)
    if name == "__version__":
        return run(["version"])[0].decode().split()[-1]
    raise AttributeError(f"module 'mdl' has no attribute {name!r}")
