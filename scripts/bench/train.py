"""scripts/bench/train, after the set-up: makes the tables, lets the contestants work in turns, prints medians and ratios."""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.metadata import packages_distributions, version
from pathlib import Path
from statistics import median

from contest import HERE, MDL, Contest, run, say, write_table

PARTS = ["step", "command", "sgemm", "threads", "memory"]
KERAS, TORCH, SKLEARN = "Keras 3 on TensorFlow", "PyTorch, fused Adam", "scikit-learn MLPClassifier"

# One thread, the CPU, and the BLAS kernels that OpenBLAS finds best itself.
ONE_THREAD = dict.fromkeys(["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"], "1")
PEER_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
PEER_ENVIRONMENT |= ONE_THREAD | {"CUDA_VISIBLE_DEVICES": "", "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}


def peer(*arguments, **environment):
    return run([sys.executable, HERE / "peers.py", *map(str, arguments)], PEER_ENVIRONMENT | environment)


def peer_step(*arguments, **environment):
    return float(peer(*arguments, **environment)[0].split()[-1])


def free_mkl(folder):
    """A library that, loaded first, lets MKL choose its kernels by what the processor can do, as mdl does (lib/nn/device.cpp)."""
    library = folder / "free_mkl.so"
    source = "int mkl_serv_intel_cpu_true(void) { return 1; }"
    subprocess.run(["cc", "-shared", "-o", library, "-x", "c", "-"], input=source, text=True, check=True)
    return str(library)


class Training(Contest):
    def __init__(self, folder, quick, rounds):
        super().__init__(rounds, quick)
        self.folder = folder
        self.rows, self.wide_rows, self.epochs = (16_000, 8_192, 3) if quick else (160_000, 32_768, 11)
        self.megabytes = 50 if quick else 1000
        self.tables = {}

    def table(self, inputs):
        """The table of so many inputs, and a few rows more that count as validation and cost nothing."""
        if inputs not in self.tables:
            rows = self.rows if inputs == 10 else self.wide_rows
            say(f"making a table of {rows} rows, {inputs} inputs")
            table = write_table(self.folder / f"{inputs}.csv", rows, inputs)
            self.tables[inputs] = table, write_table(self.folder / f"{inputs}-validation.csv", 64, inputs, seed=2)
        return self.tables[inputs]

    def train(self, table, validation, batch, hidden, epochs, threads):
        command = [MDL, "train", table, "--target", "class", "--output", self.folder / "run", "--force", "--quiet", "--device", "cpu"]
        values = {"data.validation": validation, "model.preset": "plain", "model.hidden": hidden, "train.batch_size": batch, "train.epochs": epochs}
        for key, value in values.items():
            command += ["--set", f"{key}={value}"]
        return command + (["--threads", str(threads)] if threads else [])

    def mdl_step(self, batch, widths, threads):
        """Seconds of a step: the whole loop from the end of the first epoch to that of the last."""
        table, validation = self.table(widths[0])
        epochs = self.epochs if batch < 4096 else max(3, self.epochs // 2)
        run(self.train(table, validation, batch, widths[1:-1], epochs, threads))
        epochs = [json.loads(line) for line in (self.folder / "run" / "metrics.jsonl").read_text().splitlines()]
        first, last = epochs[0], epochs[-1]
        return (last["seconds"] - first["seconds"]) / (last["step"] - first["step"])

    def add_ratios(self, what, seconds, unit, scale, asked):
        """asked: contestant to N, for 'at most 1/N'; mdl comes first."""
        for name, values in seconds.items():
            values = [scale * value for value in values]
            if name not in asked:
                self.add(what, name, values, unit)
                continue
            ratio = median(seconds[name]) / median(seconds["mdl"])
            self.add(what, name, values, unit, f"1/{ratio:.1f} of the time", f"at most 1/{asked[name]}", ratio >= asked[name])

    def step(self):
        table, _ = self.table(10)
        what = "a step: 32 rows, 10-10-1"
        seconds = self.in_turns(what, {
            "mdl": lambda: self.mdl_step(32, [10, 10, 1], threads=1),
            KERAS: lambda: peer_step("keras_step", table),
            TORCH: lambda: peer_step("torch_step", table),
            SKLEARN: lambda: peer_step("sklearn_step", table),
        })
        self.add_ratios(what, seconds, "µs", 1e6, {KERAS: 60, TORCH: 30, SKLEARN: 12})

    def command(self):
        table, _ = self.table(10)
        what = "CSV to saved and scored model: 2 epochs of it"
        seconds = self.in_turns(what, {
            "mdl": lambda: run(self.train(table, 0.2, 32, [10], 2, threads=1))[1],
            KERAS: lambda: peer("keras_command", table, self.folder)[1],
            SKLEARN: lambda: peer("sklearn_command", table, self.folder)[1],
        })
        self.add_ratios(what, seconds, "ms", 1e3, {KERAS: 25, SKLEARN: 5})

    def sgemm(self):
        batch, widths = 256, [100, 256, 256, 1]
        what = "a step: 256 rows, 100-256-256-1"
        steps = (self.epochs - 1) * self.wide_rows // batch
        free = free_mkl(self.folder)
        seconds = self.in_turns(what, {
            "mdl": lambda: self.mdl_step(batch, widths, threads=1),
            "its matrix products alone": lambda: peer_step("sgemm", batch, steps, *widths, LD_PRELOAD=free),
        })
        flop = sum(6 * batch * a * b for a, b in zip(widths, widths[1:])) - 2 * batch * widths[0] * widths[1]
        for name, values in seconds.items():
            verdict = []
            if name != "mdl":
                share = median(values) / median(seconds["mdl"])
                verdict = [f"{100 * share:.0f} % of its speed", "at least 85 %", share >= 0.85]
            self.add(what, name, [flop / value / 1e9 for value in values], "GFLOP/s", *verdict)

    def threads(self):
        """Where nothing is won by a second thread, the default must not lose: 5 % are left to noise."""
        for batch, widths, threads, asked in [(4096, [100, 512, 512, 1], 2, 1.7), (256, [100, 256, 256, 1], None, 0.95),
                                              (256, [10, 64, 64, 1], None, 0.95), (32, [10, 10, 1], None, 0.95)]:
            what = f"a step: {batch} rows, {'-'.join(map(str, widths))}"
            many = f"mdl, {threads} threads" if threads else "mdl, threads by the work"
            seconds = self.in_turns(what, {
                many: lambda: self.mdl_step(batch, widths, threads),
                "mdl, 1 thread": lambda: self.mdl_step(batch, widths, threads=1),
            })
            ratio = median(seconds["mdl, 1 thread"]) / median(seconds[many])
            self.add(what, many, [1e6 * value for value in seconds[many]], "µs")
            self.add(what, "mdl, 1 thread", [1e6 * value for value in seconds["mdl, 1 thread"]], "µs", f"{ratio:.2f} times as fast",
                     f"at least {asked}", ratio >= asked)

    def memory(self):
        """Peak resident memory of mdl train on a large table: the same 100,000 rows again and again, which saves making them."""
        inputs, block_rows = 10, 100_000
        say(f"making a table of {self.megabytes} MB")
        header, _, block = Path(write_table(self.folder / "block.csv", block_rows, inputs)).read_bytes().partition(b"\n")
        large, blocks = self.folder / "large.csv", -(-self.megabytes * 1_000_000 // len(block))
        with open(large, "wb") as out:
            out.write(header + b"\n")
            for _ in range(blocks):
                out.write(block)
        start = time.perf_counter()
        process = subprocess.Popen(self.train(large, 0.2, 4096, [10], 1, threads=1), stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(f"mdl train on {self.megabytes} MB: status {status}")
        say(f"memory: trained in {time.perf_counter() - start:.1f} s")
        large.unlink()
        table, peak = blocks * block_rows * inputs * 4 / 1e6, usage.ru_maxrss * 1024 / 1e6
        what = f"peak memory: {self.megabytes} MB of CSV, {blocks * block_rows / 1e6:.1f} million rows"
        self.add(what, "mdl", [peak], "MB", f"encoded table: {table:.0f} MB", f"at most {2 * table + 300:.0f} MB", peak <= 2 * table + 300)


def main():
    options = argparse.ArgumentParser(prog="scripts/bench/train")
    options.add_argument("--quick", action="store_true", help="one round on small tables: whether it works, not how fast it is")
    options.add_argument("--only", action="append", choices=PARTS, help="this part; can be repeated")
    options.add_argument("--memory", action="store_true", help="also train on a table of 1 GB")
    options.add_argument("--rounds", type=int, help="default: 7")
    options = options.parse_args()
    parts = options.only or PARTS[:-1]
    rounds = options.rounds or (1 if options.quick else 7)

    with tempfile.TemporaryDirectory(prefix="mdl-bench-") as folder:
        bench = Training(Path(folder), options.quick, rounds)
        for part in PARTS:
            if part in parts or (part == "memory" and options.memory):
                getattr(bench, part)()

    tensorflow = packages_distributions()["tensorflow"][0]
    bench.show(f"Keras {version('keras')} on TensorFlow {version(tensorflow)}; PyTorch {version('torch')}; scikit-learn {version('scikit-learn')} with "
               f"NumPy {version('numpy')}; one thread where nothing else is said")


if __name__ == "__main__":
    main()
