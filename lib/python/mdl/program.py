"""The program: where it is, one run of it, and one that is kept running to answer tables."""

import functools
import importlib.metadata
import importlib.util
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import threading

PROBLEM = b"mdl.error"  # in the metadata of an answer's schema: why there is none
COMPLAINT = re.compile(rb"mdl( [a-z-]+)?: ")


class Error(Exception):
    """What the program says is wrong. `exit_code` is the program's."""

    def __init__(self, message, exit_code=1):
        super().__init__(message)
        self.exit_code = exit_code

    def __reduce__(self):
        return Error, (str(self), self.exit_code)


@functools.cache
def installed_program():
    """The program that this package was installed with, or None."""
    try:
        files = importlib.metadata.distribution("mdl").files or []
    except importlib.metadata.PackageNotFoundError:
        return None
    found = [str(file.locate().resolve()) for file in files if file.name == "mdl" and file.parent.name == "bin"]
    return next((path for path in found if os.access(path, os.X_OK)), None)


def program():
    """The path of the program: $MDL_PROGRAM, else the one of this package, else as a shell finds it."""
    path = os.environ.get("MDL_PROGRAM") or installed_program() or shutil.which("mdl")
    if path is None:
        raise Error("the program mdl is not there; pip install mdl installs it, MDL_PROGRAM=/path/to/mdl names it")
    return path


def environment():
    """Where LibTorch is as this Python finds it, which may not be where the program is installed."""
    variables = dict(os.environ)
    if program() == installed_program() and not variables.get("MDL_LIBTORCH"):
        torch = importlib.util.find_spec("torch")
        if torch is not None and torch.submodule_search_locations:
            variables["MDL_LIBTORCH"] = os.path.abspath(torch.submodule_search_locations[0])
    return variables


def start(arguments, files=()):
    """Ctrl-C is for Python, which tells the program."""
    return subprocess.Popen(
        [program(), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env=environment(),
        pass_fds=files,
        start_new_session=True,
    )


def show(line):
    print(line.decode(errors="replace"), end="", file=sys.stderr, flush=True)


def feed(pipe, data):
    try:
        with pipe:
            view = memoryview(data)
            while len(view) > 0:
                view = view[pipe.write(view) :]
    except BrokenPipeError:
        pass  # the program says why


def run(arguments, data=b"", files=(), accepted=(0,)):
    """Runs it with `data` on standard input; returns standard output and the exit code. What it tells on the way is
    shown, what it complains of raised, unless the exit code is accepted."""
    complaint = []

    def listen(pipe):
        with io.BufferedReader(pipe) as lines:
            for line in lines:
                if complaint or COMPLAINT.match(line):
                    complaint.append(line)
                else:
                    show(line)

    process = start(arguments, files)
    threads = [
        threading.Thread(target=feed, args=(process.stdin, data), daemon=True),
        threading.Thread(target=listen, args=(process.stderr,), daemon=True),
    ]
    try:
        for thread in threads:
            thread.start()
        output = process.stdout.read()
        threads[1].join()
        code = process.wait()
    except BaseException:
        stop(process)
        raise
    finally:
        process.stdout.close()
    if code not in accepted:
        said = b"".join(complaint).decode(errors="replace").strip()
        raise Error(said.removeprefix("mdl: ") or f"mdl {arguments[0]} ended with exit code {code}", code)
    for line in complaint:
        show(line)
    return output, code


def stop(process):
    """Interrupts it, so that a run saves its state; a second Ctrl-C ends it at once."""
    try:
        process.stdout.close()  # it may wait for a reader
        process.send_signal(signal.SIGINT)
        process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise


class Worker:
    """A program that answers one Arrow stream after another."""

    def __init__(self, arguments, files=()):
        self.owner = os.getpid()
        self.process = start([*arguments, "--streams"], files)
        self.answers = io.BufferedReader(self.process.stdout, 1 << 20)
        self.said = []
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()

    def listen(self):
        with io.BufferedReader(self.process.stderr) as lines:
            for line in lines:
                if COMPLAINT.match(line):
                    self.said.append(line)
                else:
                    show(line)

    def ask(self, stream, read):
        """`read` reads an answer from a file. Raises Error where the answer is one."""
        try:
            view = memoryview(stream)
            while len(view) > 0:
                view = view[self.process.stdin.write(view) :]
            answer = read(self.answers)
        except (OSError, ValueError) as problem:  # Arrow's errors are of these
            self.end(patience=5)
            said = b"".join(self.said).decode(errors="replace").strip().removeprefix("mdl: ")
            raise Error(said or f"mdl predict ended with exit code {self.process.returncode}") from problem
        except BaseException:
            self.end()
            raise
        return answer

    def ended(self):
        return self.process.poll() is not None

    def end(self, patience=0):
        """At the end of its input it ends by itself. In a child of a fork it is the parent's, and goes on."""
        if self.owner != os.getpid():
            return
        self.process.stdin.close()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.listener.join()
        self.process.stdout.close()

    def forget(self):
        """In a child of a fork: its ends of the pipes are closed, the program is the parent's."""
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()
        self.process.returncode = 0
