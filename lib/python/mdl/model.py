"""Models: trained, loaded, and what can be asked of them."""

import contextlib
import html
import json
import os
import pathlib
import shutil
import tempfile
import threading
import weakref

from mdl.program import Error, Worker, run
from mdl.tables import arrow, column_like, frame_like, from_stream, is_path, to_arrow, to_stream, with_labels

REPORTED = (0, 3, 4)  # exit codes of mdl evaluate that come with a report
MODELS = weakref.WeakSet()


def flags(options):
    """Those of the command line, by their names: threshold=0.3, drift=True, slice=["Home"], fail_under={"f1": 0.8}."""
    words = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is True:
            words.append(flag)
        elif isinstance(value, dict):
            words += [f"{flag}={key}={item}" for key, item in value.items()]
        elif isinstance(value, (list, tuple)):
            words += [f"{flag}={item}" for item in value]
        elif value is not None and value is not False:
            words.append(f"{flag}={value}")
    return words


def source(data):
    """What a command is told of its table, and what comes on its standard input."""
    return (os.fspath(data), b"") if is_path(data) else ("-", to_stream(to_arrow(data)))


class Report(dict):
    """A report of mdl evaluate: its JSON, which shows itself as the page. `exit_code` is 3 where a gate was not met, 4
    where one could not be decided."""

    def __init__(self, values, page, exit_code):
        super().__init__(values)
        self.page = page
        self.exit_code = exit_code

    def _repr_html_(self):
        return in_frame(self.page)


def in_frame(page):
    return f'<iframe srcdoc="{html.escape(page)}" style="border: 0; width: 100%; height: 40em"></iframe>'


class Model:
    """A model file, and a program that is kept running for its predictions. Threads may share it; it can be pickled."""

    def __init__(self, path, identity=None):
        self.path = pathlib.Path(path).absolute()
        self.identity = identity
        self.bytes = self.path.read_bytes() if self.path.is_file() else None
        with self.file() as (model, files):
            described = json.loads(run(["inspect", model, "--format=json", *self.keys()], files=files)[0])
        self.task = described["task"]
        self.target = described["target"]
        self.classes = described.get("classes", [])
        self.begin()

    def begin(self):
        self.lock = threading.Lock()
        self.worker = None
        MODELS.add(self)

    def __repr__(self):
        return f"<mdl.Model {self.path.name}: {self.task} of {self.target!r}>"

    def __getstate__(self):
        kept = ("path", "identity", "task", "target", "classes", "bytes")
        return {name: getattr(self, name) for name in kept}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.begin()

    def _repr_html_(self):
        """The run's report, or the model's description where that is gone."""
        report = self.path.with_name("report.html")
        with self.file() as (path, files):
            if path == str(self.path) and report.is_file():
                return in_frame(report.read_text("utf-8"))
            return f"<pre>{html.escape(run(['inspect', path, *self.keys()], files=files)[0].decode())}</pre>"

    @contextlib.contextmanager
    def file(self, shown=True):
        """A path of the model for the program, and the descriptors that it needs for it: of these bytes in memory, or,
        where the path is shown, of the file, as long as it is the same."""
        if self.bytes is None or (shown and self.path.is_file() and self.path.read_bytes() == self.bytes):
            yield str(self.path), ()
            return
        descriptor = os.memfd_create("model")
        try:
            with open(descriptor, "wb", closefd=False) as held:
                held.write(self.bytes)
            yield f"/proc/self/fd/{descriptor}", (descriptor,)
        finally:
            os.close(descriptor)

    def keys(self):
        return flags({"identity": self.identity})

    def save(self, path):
        """Writes the model file."""
        pathlib.Path(path).write_bytes(self.bytes)

    def answers(self, data, **options):
        """The new columns of mdl predict, as a table of Arrow."""
        arrow()
        if not options and not is_path(data):
            return self.ask(to_arrow(data))
        words = ["--only", "--output-format=arrow", *self.keys(), *flags(options)]
        path, stream = source(data)
        with self.file(shown=False) as (model, files):
            return from_stream(run(["predict", model, path, *words], stream, files)[0])

    def ask(self, table):
        stream = to_stream(table)
        with self.lock:
            if self.worker is None or self.worker.ended():
                with self.file(shown=False) as (model, files):
                    self.worker = Worker(["predict", model, "--only", *self.keys()], files)
                weakref.finalize(self, self.worker.end, 1)
            answer = self.worker.ask(stream, from_stream)
        if isinstance(answer, Error):
            raise answer
        return answer

    def predict(self, data, **options):
        """The prediction of each row: a series of pandas or polars, or a column of Arrow, as the table is; with options
        of mdl predict, as explain=True, a frame of all new columns. Classes that are numbers come as numbers."""
        answer = self.answers(data, **options)
        if self.classes:
            answer = with_labels(answer, self.classes)
        return frame_like(data, answer) if options else column_like(data, answer, "prediction")

    def predict_proba(self, data):
        """The probability of each class, in columns that are called p_<class>."""
        if not self.classes:
            raise Error(f"probabilities are of classes, and the task is {self.task}")
        return frame_like(data, self.answers(data).select([f"p_{name}" for name in self.classes]))

    def evaluate(self, data, **options):
        """The report of mdl evaluate on a table with the target; options are its flags, as fail_under={"f1": 0.8}."""
        path, stream = source(data)
        with tempfile.TemporaryDirectory() as folder, self.file() as (model, files):
            page, values = os.path.join(folder, "report.html"), os.path.join(folder, "report.json")
            words = ["--report", page, "--report", values, *self.keys(), *flags(options)]
            _, code = run(["evaluate", model, path, *words], stream, files, REPORTED)
            return Report(json.loads(pathlib.Path(values).read_bytes()), pathlib.Path(page).read_text("utf-8"), code)

    def explain(self, data, **options):
        """The importance of each feature, as mdl explain measures it on a table with the target."""
        path, stream = source(data)
        with self.file() as (model, files):
            words = ["--format=json", *self.keys(), *flags(options)]
            return json.loads(run(["explain", model, path, *words], stream, files)[0])


def load(path, identity=None):
    """A model from its file; `identity` is a file with the key that opens it, where it is encrypted."""
    return Model(os.fspath(path), identity)


def train(data, /, target, *, output=None, resume=False, force=False, verbose=True, identity=None, **config):
    """Trains a model on a table, or a file, as mdl train does.

    The keys of the config are as in YAML (mdl config reference), in dictionaries or joined by two underscores:
    train={"epochs": 20}, train__epochs=20. What a run leaves goes into the folder `output`, else is gone with the model.
    Ctrl-C saves the run's state; with the same arguments and resume=True it goes on.
    """
    where, stream = source(data)
    folder = os.fspath(output) if output else tempfile.mkdtemp(prefix="mdl-")
    words = {"target": target, "output": folder, "set": settings(config), "identity": identity}
    words |= {"quiet": not verbose, "resume": resume, "force": force}
    try:
        run(["train", where, *flags(words)], stream)
        model = load(find_model(folder), identity)
    except Exception:  # what an interrupted run has saved stays
        if not output:
            remove(folder, os.getpid())
        raise
    if not output:
        weakref.finalize(model, remove, folder, os.getpid())
    return model


def settings(config):
    """As --set takes them: KEY=VALUE, each value as JSON, which is YAML."""
    keys = {}
    for section, value in config.items():
        inside = isinstance(value, dict) and "__" not in section
        keys |= {f"{section}__{key}": item for key, item in value.items()} if inside else {section: value}
    return [f"{key.replace('__', '.')}={json.dumps(value, ensure_ascii=False, default=plain)}" for key, value in keys.items()]


def remove(folder, owner):
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def plain(value):
    """Of numpy's numbers and arrays, and of paths."""
    return os.fspath(value) if isinstance(value, os.PathLike) else value.tolist()


def find_model(folder):
    """The run's model, which is encrypted where the config says so."""
    path = os.path.join(folder, "model.safetensors")
    return path if os.path.exists(path) else path + ".age"


def forget_workers():
    for model in list(MODELS):
        model.lock = threading.Lock()
        if model.worker is not None:
            model.worker.forget()
            model.worker = None


os.register_at_fork(after_in_child=forget_workers)
