"""What spark_predict.py, ray_predict.py and dask_predict.py share: tables of Arrow go through a program on the task's machine."""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

import pyarrow as pa


@contextlib.contextmanager
def predictor(model, *flags):
    """A function from a table, or a batch, to a table with the columns that `mdl predict` adds. `model` is what the model file holds,
    so that all machines have the same. One program, in the environment of this Python or on the PATH, answers all tables of a task."""
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as told:
        file.write(model)
        file.flush()
        program = subprocess.Popen(
            [shutil.which("mdl", path=path), "predict", f"/proc/self/fd/{file.fileno()}", "--streams", "--threads=1", *flags],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=told, pass_fds=[file.fileno()],
        )

        def predict(table):
            try:
                with pa.ipc.new_stream(program.stdin, table.schema) as stream:
                    stream.write(table)
                program.stdin.flush()
                with pa.ipc.open_stream(program.stdout) as answer:
                    problem = (answer.schema.metadata or {}).get(b"mdl.error")
                    scored = answer.read_all()
            except (OSError, pa.ArrowException) as ended:
                program.kill()
                program.wait()
                told.seek(0)
                raise RuntimeError(told.read().decode() or "mdl predict has ended") from ended
            if problem:
                raise RuntimeError(problem.decode())
            return scored

        try:
            yield predict
        finally:
            with contextlib.suppress(BrokenPipeError):
                program.stdin.close()   # which ends it
            program.wait()
            told.seek(0)
            sys.stderr.write(told.read().decode())


@contextlib.contextmanager
def whole(folder):
    """The name under which the folder is to be written; it gets its own when nothing has failed. Machines share the file system."""
    if os.path.exists(folder):
        sys.exit(f"{folder}: exists already")
    unfinished = os.path.abspath(folder) + ".unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    yield unfinished
    os.rename(unfinished, folder)
