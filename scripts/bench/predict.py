"""scripts/bench/predict, after the set-up: makes tables and models, lets the contestants work in turns, prints medians and ratios."""
import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from importlib.metadata import packages_distributions, version
from pathlib import Path
from statistics import median

from contest import HERE, MDL, Contest, run, say, write_table

PARTS = ["command", "network", "cores", "latency", "memory"]
LIGHTGBM = os.environ.get("LIGHTGBM", "")
KERAS, SKLEARN, ONNX = "Keras 3 on TensorFlow, pandas", "scikit-learn, pandas", "onnxruntime, pandas"
TREES = f"LightGBM's command line, {Path(LIGHTGBM).parent.name.rpartition('-')[2]}, 100 trees, probabilities alone"

# As a user would run them: with all cores.
PEER_ENVIRONMENT = os.environ | {"CUDA_VISIBLE_DEVICES": "", "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
INPUTS = 10


def cpu_seconds(command):
    """Of the thread that cuts blocks, which is the first, and of the others."""
    process = subprocess.Popen(list(map(str, command)))
    seconds = {}
    while process.poll() is None:
        try:
            for thread in os.listdir(f"/proc/{process.pid}/task"):
                seconds[int(thread)] = 1e-9 * int(Path(f"/proc/{process.pid}/task/{thread}/schedstat").read_text().split()[0])
        except (OSError, IndexError):  # it ends
            pass
        time.sleep(0.002)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit code {process.returncode}")
    first = seconds.pop(process.pid)
    return first, sum(seconds.values())


def seconds_to_write(path):
    """As many bytes as a file has, as one thread after another writes those of a block, to a new one."""
    size, block = path.stat().st_size, path.read_bytes()[:330_000]
    copy = path.with_name("copy.csv")
    start = time.perf_counter()
    with open(copy, "wb", buffering=0) as file:
        for _ in range(-(-size // len(block))):
            file.write(block)
    seconds = time.perf_counter() - start
    copy.unlink()
    return seconds


class Prediction(Contest):
    def __init__(self, folder, quick, rounds, gigabytes):
        super().__init__(rounds, quick)
        self.folder, self.gigabytes = folder, gigabytes
        self.rows = 50_000 if quick else 1_000_000
        self.latency_rows = 50 if quick else 500
        say(f"making a table of {self.rows} rows, {INPUTS} inputs")
        self.table = write_table(folder / "table.csv", self.rows, INPUTS)
        self.training = write_table(folder / "training.csv", 20_000, INPUTS, seed=2)

    def model(self, hidden):
        path = self.folder / ("x".join(map(str, hidden)) or "none")
        if not path.exists():
            run([MDL, "train", self.training, "--target", "class", "--output", path, "--quiet", "--device", "cpu", "--set", "model.preset=plain",
                 "--set", f"model.hidden={hidden}", "--set", "train.epochs=2"])
        return path / "model.safetensors"

    def predict(self, hidden, table, output):
        return run([MDL, "predict", self.model(hidden), table, "--output", output])[1]

    def command(self):
        output = self.folder / "out.csv"
        peer = [sys.executable, HERE / "predict_peers.py"]
        say("training the peers' models")
        run([*peer, "train", self.training, self.folder], PEER_ENVIRONMENT)
        run([LIGHTGBM, "task=train", "objective=binary", f"data={self.training}", "header=true", f"label_column={INPUTS}", "num_iterations=100",
             f"output_model={self.folder / 'trees.txt'}", "verbosity=-1"])
        trees = [LIGHTGBM, "task=predict", f"data={self.table}", "header=true", f"label_column={INPUTS}", f"input_model={self.folder / 'trees.txt'}",
                 f"output_result={output}", "verbosity=-1"]
        what = f"{self.rows:,} rows of {INPUTS} numbers, 10-10-1, CSV to CSV"
        seconds = self.in_turns(what, {
            "mdl": lambda: self.predict([10], self.table, output),
            KERAS: lambda: run([*peer, "keras", self.folder, self.table, output], PEER_ENVIRONMENT)[1],
            SKLEARN: lambda: run([*peer, "sklearn", self.folder, self.table, output], PEER_ENVIRONMENT)[1],
            ONNX: lambda: run([*peer, "onnx", self.folder, self.table, output], PEER_ENVIRONMENT)[1],
            TREES: lambda: run(trees)[1],
        })
        asked = {KERAS: 30, SKLEARN: 8, ONNX: 1, TREES: 1}
        for name, values in seconds.items():
            if name not in asked:
                self.add(what, name, values, "s")
                continue
            ratio = median(values) / median(seconds["mdl"])
            goal = f"at least {asked[name]} times" if asked[name] > 1 else "faster"
            self.add(what, name, values, "s", f"{ratio:.1f} times as fast", goal, ratio >= asked[name])

    def network(self):
        """The same program on a model without hidden layers reads, encodes and writes the same."""
        output = self.folder / "out.csv"
        what = f"{self.rows:,} rows of {INPUTS} numbers, CSV to CSV"
        seconds = self.in_turns(what, {
            "mdl, 10-64-64-1": lambda: self.predict([64, 64], self.table, output),
            "mdl, no hidden layer": lambda: self.predict([], self.table, output),
        })
        share = median(seconds["mdl, no hidden layer"]) / median(seconds["mdl, 10-64-64-1"])
        self.add(what, "mdl, 10-64-64-1", seconds["mdl, 10-64-64-1"], "s")
        self.add(what, "mdl, no hidden layer", seconds["mdl, no hidden layer"], "s", f"{100 * share:.0f} % of its speed", "at least 60 %", share >= 0.6)

    def cores(self):
        """Threads against one core; what of the work one thread does after another, and from that what more cores would give."""
        output = self.folder / "out.csv"
        command = [MDL, "predict", self.model([10]), self.table, "--output", output, "--threads"]
        core = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))]
        what = f"{self.rows:,} rows of {INPUTS} numbers, 10-10-1, CSV to CSV"
        one, pair, two = "mdl, one core", "mdl, --threads 1: one reads, one scores and writes", "mdl, --threads 2: blocks"
        seconds = self.in_turns(what, {
            one: lambda: run([*core, *command, "1"])[1],
            pair: lambda: run([*command, "1"])[1],
            two: lambda: run([*command, "2"])[1],
        })
        best = {name: min(values) for name, values in seconds.items()}
        self.add(what, one, seconds[one], "s")
        self.add(what, pair, seconds[pair], "s", f"best of each: {best[one] / best[pair]:.2f} times one core")
        self.add(what, two, seconds[two], "s", f"best of each: {best[one] / best[two]:.2f} times one core", "at least 1.7", best[one] / best[two] >= 1.7)

        cut, total = min((cpu_seconds([*command, "2"]) for _ in range(self.rounds)), key=sum)
        total += cut
        written = min(seconds_to_write(output) for _ in range(self.rounds))
        serial = (cut + written) / total
        self.lines.append(f"| serial share | mdl | start and cutting {1e3 * cut:.0f} ms, writing {1e3 * written:.0f} ms, of {total:.2f} s of all threads: "
                          f"s = {100 * serial:.1f} % | | | |")
        for cores in (2, 4, 16):
            amdahl, overlapping = 1 / (serial + (1 - serial) / cores), min(cores, total / max(cut, written))
            self.lines.append(f"| {cores} cores, computed | mdl | {amdahl:.1f} times one by Amdahl; at most {overlapping:.1f} where the serial parts overlap with "
                              "all else | | | |")

    def latency(self):
        """A row every 10 ms: when is it answered? And from the start of the program to the first answer, its input waiting."""
        with open(self.table) as table:
            header = next(table)
            rows = [next(table) for _ in range(self.latency_rows)]
        process = subprocess.Popen([MDL, "predict", self.model([64, 64])], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        sent, waits = [], []

        def answer():
            answers = os.fdopen(process.stdout.fileno(), "rb", closefd=False)
            answers.readline()
            for number, _ in enumerate(answers):
                waits.append(1e3 * (time.perf_counter() - sent[number]))

        reader = threading.Thread(target=answer)
        process.stdin.write(header.encode())
        reader.start()
        time.sleep(0.5)
        for row in rows:
            sent.append(time.perf_counter())
            process.stdin.write(row.encode())
            time.sleep(0.01)
        process.stdin.close()
        reader.join()
        late = sum(wait >= 10 for wait in waits)
        waits = sorted(waits)
        self.lines.append(f"| a row every 10 ms, 10-64-64-1 | mdl | answered after {median(waits):.2f} ms (99 %: {waits[int(0.99 * len(waits))]:.2f}, last "
                          f"{waits[-1]:.2f}) | | before the next row | {'yes' if late == 0 else f'**{late} were not**'} |")
        one = self.folder / "one.csv"
        one.write_text(header + rows[0])
        starts = [1e3 * self.predict([64, 64], one, "-") for _ in range(20)]
        self.add("start to the end of a table of one row", "mdl", starts, "ms")

    def memory(self):
        """Peak resident memory with so much of the same rows through a pipe."""
        header, _, block = Path(self.table).read_bytes()[:4_000_000].rpartition(b"\n")[0].partition(b"\n")
        block += b"\n"
        for size in (10_000_000, int(self.gigabytes * 1e9)):
            process = subprocess.Popen([MDL, "predict", self.model([64, 64])], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            start = time.perf_counter()
            process.stdin.write(header + b"\n")
            blocks = -(-size // len(block))
            for _ in range(blocks):
                process.stdin.write(block)
            process.stdin.flush()
            peak = next(int(line.split()[1]) for line in open(f"/proc/{process.pid}/status") if line.startswith("VmHWM"))
            process.stdin.close()
            if process.wait() != 0:
                sys.exit(f"mdl predict on {size} bytes: exit code {process.returncode}")
            seconds = time.perf_counter() - start
            self.lines.append(f"| peak memory, {blocks * len(block) / 1e6:,.0f} MB through a pipe | mdl | {peak * 1024 / 1e6:.1f} MB; "
                              f"{blocks * len(block) / seconds / 1e6:.0f} MB/s | | the same for all sizes | |")


def main():
    options = argparse.ArgumentParser(prog="scripts/bench/predict")
    options.add_argument("--quick", action="store_true", help="one round on a small table: whether it works, not how fast it is")
    options.add_argument("--only", action="append", choices=PARTS, help="this part; can be repeated")
    options.add_argument("--rounds", type=int, help="default: 5")
    options.add_argument("--gigabytes", type=float, help="through the pipe for the peak of memory; default: 1")
    options = options.parse_args()
    rounds = options.rounds or (1 if options.quick else 5)

    with tempfile.TemporaryDirectory(prefix="mdl-bench-") as folder:
        bench = Prediction(Path(folder), options.quick, rounds, options.gigabytes or (0.1 if options.quick else 1))
        for part in PARTS:
            if part in (options.only or PARTS):
                getattr(bench, part)()

    versions = ""
    if "command" in (options.only or PARTS):
        tensorflow = packages_distributions()["tensorflow"][0]
        versions = (f"Keras {version('keras')} on TensorFlow {version(tensorflow)}; scikit-learn {version('scikit-learn')}; onnxruntime "
                    f"{version('onnxruntime')}; pandas {version('pandas')}; ")
    bench.show(f"{versions}all cores")


if __name__ == "__main__":
    main()
