import pickle
import tempfile
import unittest
import warnings

import numpy as np
import pandas
import polars
from sklearn.base import clone
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

import mdl
from common import QUICK, customers, printed

# So that scikit-learn's small tables are learned.
SMALL = {
    "model": {"preset": "plain", "hidden": [16]},
    "train": {"epochs": 30, "learning_rate": 0.02, "batch_size": 16},
}
EXPECTED = {
    "check_sample_weight_equivalence_on_dense_data": "rows are drawn into batches, and a weight of 2 is not the same draw as two rows",
}


class Estimators(unittest.TestCase):
    def check(self, estimator):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            results = check_estimator(estimator, expected_failed_checks=EXPECTED, on_fail=None, on_skip=None)
        failed = [(result["check_name"], result["exception"]) for result in results if result["status"] == "failed"]
        self.assertEqual(failed, [])
        passed = sum(result["status"] == "passed" for result in results)
        self.assertGreater(passed, 40)

    def test_the_classifier_passes_scikit_learns_checks(self):
        self.check(mdl.MDLClassifier(**SMALL))

    def test_the_regressor_passes_scikit_learns_checks(self):
        self.check(mdl.MDLRegressor(**SMALL))

    def test_columns_of_any_kind_are_learned_from_frames(self):
        frame = customers().to_pandas()
        X, y = frame.drop(columns="status"), frame["status"]
        classifier = mdl.MDLClassifier(**QUICK).fit(X, y)
        rows = printed(classifier.model_.path, customers())
        self.assertEqual(list(classifier.classes_), ["bad", "good"])
        self.assertEqual(classifier.model_.target, "status")
        np.testing.assert_array_equal(classifier.predict_proba(X)[:, 1], [float(row["p_good"]) for row in rows])
        self.assertEqual(list(classifier.predict(X)), [row["prediction"] for row in rows])
        of_polars = mdl.MDLClassifier(**QUICK).fit(polars.from_arrow(customers()).drop("status"), y)
        np.testing.assert_array_equal(of_polars.predict_proba(polars.from_arrow(customers()).drop("status")), classifier.predict_proba(X))

    def test_labels_are_given_back_as_they_are(self):
        X = np.arange(60.0).reshape(-1, 1)
        for low, high in ((0, 1), (-1.0, 1.0), (False, True), ("a", "b"), (10, 9)):
            y = np.where(np.arange(60) < 30, low, high)
            classifier = mdl.MDLClassifier(**SMALL).fit(X, y)
            self.assertEqual(classifier.predict(X).dtype, y.dtype)
            self.assertGreater(classifier.score(X, y), 0.9)
            self.assertGreater(classifier.predict_proba(X)[0, list(classifier.classes_).index(low)], 0.5)
        with self.assertRaisesRegex(ValueError, "contains NaN"):
            mdl.MDLClassifier(**QUICK).fit(X, pandas.Series(["a", None, "b"] * 20))
        with self.assertRaisesRegex(mdl.Error, "blanks around them do not count"):
            mdl.MDLClassifier(**QUICK).fit(X, np.array(["a", " a", "b"] * 20))

    def test_it_works_in_the_tools_of_scikit_learn(self):
        frame = customers().to_pandas()
        X, y = frame.drop(columns="status"), frame["status"]
        self.assertEqual(len(cross_val_score(mdl.MDLClassifier(**QUICK), X, y, cv=3, error_score="raise")), 3)
        scale = make_column_transformer(
            (StandardScaler(), make_column_selector(dtype_include="number")), remainder="passthrough"
        ).set_output(transform="pandas")
        search = GridSearchCV(
            make_pipeline(scale, mdl.MDLClassifier(**QUICK)),
            {"mdlclassifier__train__epochs": [1, 4], "mdlclassifier__model__hidden": [[2], [3]]},
            cv=2,
            n_jobs=2,
            error_score="raise",
        ).fit(X, y)
        self.assertIn(search.best_params_["mdlclassifier__train__epochs"], (1, 4))
        self.assertEqual(len(search.predict(X)), 60)

    def test_parameters_of_a_section_are_set_one_by_one(self):
        first = mdl.MDLRegressor(train={"epochs": 2})
        second = clone(first).set_params(train__seed=3, model__hidden=[4], model={"preset": "plain"})
        self.assertEqual(first.train, {"epochs": 2})
        self.assertEqual(second.train, {"epochs": 2, "seed": 3})
        self.assertEqual(second.model, {"preset": "plain", "hidden": [4]})

    def test_the_same_seed_gives_the_same_model_and_a_pickle_holds_it(self):
        X, y = np.random.default_rng(0).normal(size=(80, 3)), np.arange(80.0)
        fits = [mdl.MDLRegressor(**QUICK, random_state=seed).fit(X, y).predict(X) for seed in (1, 1, 2)]
        np.testing.assert_array_equal(fits[0], fits[1])
        self.assertTrue(np.any(fits[0] != fits[2]))
        fitted = mdl.MDLRegressor(**QUICK, random_state=1).fit(pandas.DataFrame(X, columns=list("abc")), y)
        stored = pickle.dumps(fitted)
        predicted = fitted.predict(pandas.DataFrame(X, columns=list("abc")))
        del fitted
        loaded = pickle.loads(stored)
        np.testing.assert_array_equal(loaded.predict(pandas.DataFrame(X, columns=list("abc"))), predicted)
        with tempfile.TemporaryDirectory() as folder:
            loaded.model_.save(folder + "/model.safetensors")
            self.assertEqual(mdl.load(folder + "/model.safetensors").task, "regression")


if __name__ == "__main__":
    unittest.main()
