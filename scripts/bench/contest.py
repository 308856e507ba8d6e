"""What the benchmarks share: commands, tables, and rounds in which the contestants work in turns."""
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import numpy

HERE = Path(__file__).resolve().parent
MDL = os.environ.get("MDL", HERE.parent.parent / "build" / "mdl")


def say(text):
    print(text, file=sys.stderr, flush=True)


def write_table(path, rows, inputs, seed=0):
    """Numbers and a class that a small network can learn in part; the same bytes every time."""
    random = numpy.random.default_rng(seed)
    x = random.standard_normal((rows, inputs)).astype("float32")
    weights = numpy.random.default_rng(1).standard_normal(inputs) / inputs**0.5
    classes = x @ weights + 0.5 * x[:, 0] * x[:, 1] + 0.5 * random.standard_normal(rows) > 0
    header = ",".join([f"x{i}" for i in range(inputs)] + ["class"])
    numpy.savetxt(path, numpy.column_stack([x, classes]), fmt=["%.6g"] * inputs + ["%d"], delimiter=",", header=header, comments="")
    return str(path)


def run(command, environment=None):
    """Runs a command; its output, and its time from start to end."""
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, text=True, capture_output=True)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout, seconds


def cpu():
    names = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    return names[0] if names else platform.machine()


class Contest:
    """Gathers the lines of the table that a benchmark prints."""

    def __init__(self, rounds, quick):
        self.rounds, self.quick, self.load = rounds, quick, os.getloadavg()[0]
        self.lines = ["| what | who | median (lowest to highest) | mdl against it | asked | met |", "| --- | --- | --- | --- | --- | --- |"]

    def in_turns(self, what, contestants):
        """Every round runs each contestant once, which tells its seconds."""
        seconds = {name: [] for name in contestants}
        for number in range(1, self.rounds + 1):
            for name, work in contestants.items():
                seconds[name].append(work())
                say(f"{what}, round {number} of {self.rounds}: {name} {1e3 * seconds[name][-1]:.4g} ms")
        return seconds

    def add(self, what, who, values, unit, against="", asked="", met=None):
        digits = 2 if median(values) < 10 else 1 if median(values) < 100 else 0
        values = f"{median(values):.{digits}f} {unit} ({min(values):.{digits}f} to {max(values):.{digits}f})"
        self.lines.append(f"| {what} | {who} | {values} | {against} | {asked} | {'' if met is None else 'yes' if met else '**no**'} |")

    def show(self, versions):
        """The machine, the versions of what ran on it, and the table."""
        print(f"{cpu()}, {len(os.sched_getaffinity(0))} cores, {platform.system()} {platform.release()}, load {self.load:.1f} at the start. "
              f"{run([MDL, 'version'])[0].strip()}; {versions}; Python {platform.python_version()}. "
              f"{self.rounds} round{'s' if self.rounds > 1 else ''}, all contestants in turns"
              f"{'; a quick run: the numbers mean nothing' if self.quick else ''}.\n")
        print("\n".join(self.lines))
