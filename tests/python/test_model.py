import contextlib
import gc
import io
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import pandas
import polars
import pyarrow as pa

import mdl
from common import PROGRAM, QUICK, customers, printed


def quiet_train(*arguments, **options):
    return mdl.train(*arguments, **{"verbose": False, **QUICK, **options})


class OfOneModel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.table = customers()
        cls.model = quiet_train(cls.table, target="status")
        cls.printed = printed(cls.model.path, cls.table)

    def test_probabilities_are_the_doubles_that_the_program_prints(self):
        answers = self.model.predict_proba(self.table)
        self.assertEqual(answers.column_names, ["p_bad", "p_good"])
        for name in answers.column_names:
            self.assertEqual(answers[name].to_pylist(), [float(row[name]) for row in self.printed])
        self.assertEqual(self.model.predict(self.table).to_pylist(), [row["prediction"] for row in self.printed])

    def test_a_frame_gets_a_frame_of_its_kind_and_index(self):
        proba = self.model.predict_proba(self.table)
        frame = self.table.to_pandas()
        frame.index = pandas.Index([f"row {i}" for i in range(len(frame))], name="customer")
        answer = self.model.predict_proba(frame)
        self.assertIsInstance(answer, pandas.DataFrame)
        self.assertTrue(answer.index.equals(frame.index))
        self.assertEqual(answer["p_bad"].tolist(), proba["p_bad"].to_pylist())
        predicted = self.model.predict(frame[frame.age > 40])
        self.assertIsInstance(predicted, pandas.Series)
        self.assertTrue(predicted.index.equals(frame.index[frame.age > 40]))
        answer = self.model.predict_proba(polars.from_arrow(self.table))
        self.assertIsInstance(answer, polars.DataFrame)
        self.assertEqual(answer["p_bad"].to_list(), proba["p_bad"].to_pylist())
        self.assertIsInstance(self.model.predict(polars.from_arrow(self.table)), polars.Series)
        self.assertTrue(self.model.predict_proba(self.table.combine_chunks().to_batches()[0]).equals(proba))

        class Capsule:
            def __arrow_c_stream__(capsule, requested_schema=None):
                return self.table.__arrow_c_stream__(requested_schema)

        self.assertTrue(self.model.predict_proba(Capsule()).equals(proba))

    def test_of_no_rows_there_are_no_answers(self):
        answer = self.model.predict_proba(self.table.to_pandas().iloc[:0])
        self.assertEqual((len(answer), list(answer.columns)), (0, ["p_bad", "p_good"]))

    def test_options_are_those_of_the_command(self):
        answer = self.model.predict(self.table.to_pandas(), explain=True, round=3)
        self.assertIn("contribution_income", answer.columns)
        self.assertEqual(set(self.model.predict(self.table, threshold=1.0)["prediction"].to_pylist()), {"bad"})

    def test_rows_that_cannot_be_scored_are_blank_where_that_is_asked(self):
        frame = self.table.to_pandas().astype({"income": object})
        frame.loc[3, "income"] = "much"
        frame["income"] = frame["income"].astype(str)
        answer = self.model.predict(frame, on_error="blank", allow_rejects=1)
        self.assertEqual(answer["prediction"].isna().tolist(), [row == 3 for row in range(60)])
        with self.assertRaisesRegex(mdl.Error, "1 of 60 rows could not be scored; the first: standard input:5: column 'income'"):
            self.model.predict(frame, on_error="blank")
        with self.assertRaisesRegex(mdl.Error, "on_error='blank' keeps them"):
            self.model.predict(frame, on_error="skip", allow_rejects=1)

    def test_an_error_is_the_programs_line(self):
        with self.assertRaises(mdl.Error) as raised:
            self.model.predict(self.table.drop_columns(["age", "income"]))
        self.assertTrue(str(raised.exception).startswith("standard input: the model needs columns 'age' and 'income'"))
        self.assertEqual(pickle.loads(pickle.dumps(raised.exception)).exit_code, 1)
        self.assertEqual(len(self.model.predict(self.table)), 60)
        with self.assertRaises(mdl.Error) as raised:
            self.model.predict(self.table, colums=["age"])
        self.assertIn("--colums", str(raised.exception))
        with self.assertRaises(mdl.Error) as raised:
            mdl.load("/nowhere.safetensors")
        self.assertIn("/nowhere.safetensors: cannot be opened", str(raised.exception))
        with self.assertRaises(TypeError):
            self.model.predict([[1, 2]])
        for frame in pandas.DataFrame({"age": [1, "x", {}]}), pandas.DataFrame([[1, 2]], columns=["age", "age"]):
            with self.assertRaisesRegex(mdl.Error, "cannot be made one of Arrow"):
                self.model.predict(frame)

    def test_a_program_that_was_killed_is_started_again(self):
        self.model.predict(self.table)
        self.model.worker.process.kill()
        self.model.worker.process.wait()
        self.assertEqual(len(self.model.predict(self.table)), 60)

    def test_threads_share_a_model(self):
        expected, wrong = self.model.predict_proba(self.table), []

        def ask(place):
            for _ in range(30):
                rows = self.table.slice(place, 7)
                if not self.model.predict_proba(rows).equals(expected.slice(place, 7)):
                    wrong.append(place)

        threads = [threading.Thread(target=ask, args=(place,)) for place in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_after_a_fork_each_process_has_a_program_of_its_own(self):
        expected = self.model.predict_proba(self.table)
        own = self.model.worker.process.pid
        children = []
        for _ in range(3):
            child = os.fork()
            if child == 0:
                same = self.model.predict_proba(self.table).equals(expected) and self.model.worker.process.pid != own
                os._exit(0 if same else 1)
            children.append(child)
            self.assertTrue(self.model.predict_proba(self.table).equals(expected))
        self.assertEqual([os.waitpid(child, 0)[1] for child in children], [0, 0, 0])
        self.assertEqual(self.model.worker.process.pid, own)
        self.assertTrue(self.model.predict_proba(self.table).equals(expected))

    def test_pickled_it_is_the_same_model(self):
        copy = pickle.loads(pickle.dumps(self.model))
        copy.path = pathlib.Path("/gone")
        self.assertTrue(copy.predict_proba(self.table).equals(self.model.predict_proba(self.table)))
        self.assertIn("status", copy._repr_html_())
        with tempfile.TemporaryDirectory() as folder:
            copy.save(folder + "/saved.safetensors")
            self.assertEqual(mdl.load(folder + "/saved.safetensors").bytes, self.model.bytes)

    def test_it_stays_the_same_when_its_file_is_replaced(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "model.safetensors")
            self.model.save(path)
            loaded = mdl.load(path)
            path.write_bytes(b"another")
            self.assertTrue(loaded.predict_proba(self.table).equals(self.model.predict_proba(self.table)))
            self.assertEqual(loaded.evaluate(self.table)["metrics"], self.model.evaluate(self.table)["metrics"])

    def test_it_shows_itself_as_the_page_of_its_run(self):
        self.assertTrue(self.model._repr_html_().startswith('<iframe srcdoc="&lt;!DOCTYPE html&gt;'))
        self.assertEqual(repr(self.model), "<mdl.Model model.safetensors: binary of 'status'>")

    def test_evaluation_is_the_programs_report(self):
        report = self.model.evaluate(self.table, fail_under={"accuracy": 1.1 - 0.1, "roc_auc": 0.01}, slice=["home"])
        self.assertEqual(report["rows"], 60)
        self.assertEqual([gate["verdict"] for gate in report["gates"]], ["fail", "pass"])
        self.assertEqual(report.exit_code, 3)
        self.assertIn("srcdoc", report._repr_html_())
        right = sum(row["prediction"] == status for row, status in zip(self.printed, self.table["status"].to_pylist()))
        self.assertEqual(report["metrics"]["accuracy"], right / 60)
        with self.assertRaises(mdl.Error):
            self.model.evaluate(self.table.drop_columns(["status"]))

    def test_importance_is_the_programs(self):
        importance = self.model.explain(self.table, repeats=2)["importance"]
        self.assertEqual({item["feature"] for item in importance["features"]}, {"age", "income", "home", "since", "member"})


class Training(unittest.TestCase):
    def test_a_file_and_a_frame_make_the_same_model(self):
        table = customers().select(["income", "home", "status"])
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "table.csv")
            table.to_pandas().to_csv(path, index=False)
            of_file = quiet_train(path, target="status", output=pathlib.Path(folder, "run"))
            self.assertTrue(pathlib.Path(folder, "run", "report.html").exists())
            of_frame = quiet_train(polars.from_arrow(table), "status")
            self.assertTrue(of_file.predict_proba(table).equals(of_frame.predict_proba(table)))
            # As the command line trains it.
            words = ["train", str(path), "--target=status", "--output", folder + "/own", "--quiet", "--set=train.epochs=3"]
            words += ["--set=model.preset=plain", "--set=model.hidden=[4]"]
            subprocess.run([PROGRAM, *words], stdout=subprocess.DEVNULL, check=True)
            self.assertEqual(pathlib.Path(folder, "own", "model.safetensors").read_bytes(), of_file.bytes)

    def test_keys_of_the_config_are_nested_or_joined(self):
        mine = {"positive": "bad"}
        model = mdl.train(customers(), target="status", verbose=False, data=mine, model__preset="plain", train__epochs=2)
        self.assertEqual(mine, {"positive": "bad"})
        text = model.path.with_name("config.yaml").read_text()
        self.assertIn("epochs: 2", text)
        model = quiet_train(customers(), target="status", data__format__decimal=",", data={"ignore": ["since"]})
        self.assertIn('decimal: ","', model.path.with_name("config.yaml").read_text())
        self.assertIn("positive: bad", text)
        with self.assertRaises(mdl.Error) as raised:
            quiet_train(customers(), target="status", model__learning_rate=1, train__epoch=3)
        self.assertIn("--set model.learning_rate=1: unknown key 'model.learning_rate'; did you mean 'train.learning_rate'?", str(raised.exception))
        self.assertIn("--set train.epoch=3: unknown key 'train.epoch'; did you mean 'train.epochs'?", str(raised.exception))

    def test_classes_that_are_numbers_come_as_numbers(self):
        table = customers()
        for classes, kind in (([0, 1], pa.int64()), ([0.5, 1.5], pa.float64()), ([False, True], pa.bool_()), (["01", "02"], pa.string())):
            target = pa.array([classes[status == "good"] for status in table["status"].to_pylist()])
            model = quiet_train(table.set_column(5, "status", target), target="status", data__task="binary")
            predicted = model.predict(table)
            self.assertEqual(predicted.type, kind)
            self.assertLessEqual(set(predicted.to_pylist()), set(classes))

    def test_numbers(self):
        table = customers()
        model = quiet_train(table.select(["age", "home", "income"]), target="income")
        self.assertEqual(model.task, "regression")
        self.assertEqual(model.predict(table).to_pylist(), [float(row["prediction"]) for row in printed(model.path, table)])
        with self.assertRaises(mdl.Error):
            model.predict_proba(table)

    def test_the_version_is_the_programs(self):
        self.assertEqual("mdl " + mdl.__version__, subprocess.run([PROGRAM, "version"], stdout=subprocess.PIPE, text=True).stdout.strip())

    def test_progress_is_shown_and_can_be_quiet(self):
        for verbose in True, False:
            with contextlib.redirect_stderr(io.StringIO()) as shown:
                quiet_train(customers(), target="status", verbose=verbose)
            self.assertEqual("epoch 3/3" in shown.getvalue(), verbose)

    def test_what_a_run_left_is_gone_with_the_model(self):
        model = quiet_train(customers(), target="status")
        folder = model.path.parent
        model.predict(customers())
        process = model.worker.process
        self.assertTrue(folder.is_dir())
        del model
        gc.collect()
        self.assertFalse(folder.exists())
        self.assertIsNotNone(process.poll())

    def test_an_encrypted_model_is_opened_by_its_key(self):
        with tempfile.TemporaryDirectory() as folder:
            keys = subprocess.run([PROGRAM, "keygen", "--output", folder + "/key"], stdout=subprocess.PIPE, text=True, check=True)
            recipient = keys.stdout.split()[-1]
            model = quiet_train(
                customers(), target="status", identity=folder + "/key", protect={"recipients": [recipient]}, output=folder + "/run"
            )
            self.assertEqual(model.path.name, "model.safetensors.age")
            self.assertEqual(len(pickle.loads(pickle.dumps(model)).predict(customers())), 60)
            with self.assertRaises(mdl.Error):
                mdl.load(model.path)

    def test_ctrl_c_saves_the_run_and_leaves_python_usable(self):
        script = """if True:
            import os, signal, sys, threading, time
            import mdl
            from common import customers
            options = dict(target="status", output=sys.argv[1], model__preset="plain", model__hidden=[64, 64])
            def interrupt():
                while not os.path.exists(sys.argv[1] + "/metrics.jsonl") or not os.path.getsize(sys.argv[1] + "/metrics.jsonl"):
                    time.sleep(0.01)
                os.kill(os.getpid(), signal.SIGINT)
            threading.Thread(target=interrupt).start()
            try:
                mdl.train(customers(), train__epochs=1000000, verbose=False, **options)
                sys.exit("not interrupted")
            except KeyboardInterrupt:
                pass
            try:
                os.waitpid(-1, os.WNOHANG)
                sys.exit("a child is left")
            except ChildProcessError:
                pass
            assert os.path.exists(sys.argv[1] + "/last.safetensors")
            try:
                mdl.train(customers(), train__epochs=2, resume=True, verbose=False, **options)
                sys.exit("resumed with another config")
            except mdl.Error as problem:
                assert "train.epochs" in str(problem), problem
            model = mdl.train(customers(), train__epochs=2, verbose=False, force=True, **options)
            assert len(model.predict(customers())) == 60
        """
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-c", script, folder + "/run"], timeout=60)
        self.assertEqual(done.returncode, 0)

    def test_ctrl_c_in_a_prediction_ends_it_alone(self):
        model = quiet_train(customers(), target="status", model__hidden=[512, 512])
        many = pa.concat_tables([customers()] * 20000)
        timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
        timer.start()
        began = time.monotonic()
        with self.assertRaises(KeyboardInterrupt):
            model.predict(many)
        self.assertLess(time.monotonic() - began, 30)
        self.assertEqual(len(model.predict(customers())), 60)
        # A program that waits for its answer to be read.
        threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        with self.assertRaises(KeyboardInterrupt):
            model.predict(many, round=9)


if __name__ == "__main__":
    unittest.main()
