"""scripts/bench/serve, after the set-up: starts the contestants, lets wrk ask them in turns, prints medians and ratios."""
import argparse
import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

from contest import HERE, MDL, Contest, run, say, write_table

PARTS = ["peers", "constant", "batches", "recipe", "startup"]
CONNECTIONS = [1, 8, 64]
INPUTS, BODIES = 10, 64
PEERS = {"FastAPI, PyTorch, 1 worker": ("torch", 1), "FastAPI, PyTorch, 2 workers": ("torch", 2),
         "FastAPI, onnxruntime, 1 worker": ("onnx", 1), "FastAPI, onnxruntime, 2 workers": ("onnx", 2)}

# Of one thread, which asks over N connections at once; other bodies each time.
WRK = """
local requests, at = {}, 0
function init()
  local headers = {["Content-Type"] = os.getenv("TYPE"), ["Authorization"] = "Bearer " .. os.getenv("TOKEN")}
  for line in io.lines(os.getenv("BODIES")) do
    local body = line:gsub("\\\\n", "\\n")
    requests[#requests + 1] = wrk.format(os.getenv("METHOD"), nil, headers, body)
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %f %f %d\\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ask(port, method, path, body=None, token="", content_type="application/json"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body, {"Content-Type": content_type, "Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        sys.exit(f"{path}: {answer.status} {text[:300]}")
    return text


class Target:
    """Where one contestant is asked, and with what."""

    def __init__(self, port, path, bodies, method="POST", token="", content_type="application/json"):
        self.port, self.path, self.bodies, self.method, self.token, self.type = port, path, bodies, method, token, content_type


class Serving(Contest):
    def __init__(self, folder, quick, rounds, seconds):
        super().__init__(rounds, quick)
        self.lines = ["| what | connections | who | requests/s | p50 ms | p99 ms | mdl's requests/s by its | mdl's p99 by its |",
                      "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |"]
        self.notes = []
        self.folder, self.seconds, self.processes = folder, seconds, []
        (folder / "wrk.lua").write_text(WRK)
        self.table = write_table(folder / "table.csv", 20_000, INPUTS)
        self.token = run([MDL, "token", "new", "--tokens", folder / "tokens.yaml", "--scope", "infer:*", "--scope", "metrics"])[0].strip()
        with open(self.table) as table:
            self.header = ",".join(next(table).strip().split(",")[:-1])
            self.rows = [line.strip().split(",")[:-1] for line in table]

    def train(self, name, *settings):
        path = self.folder / name
        if not path.exists():
            say(f"training {name}")
            run([MDL, "train", self.table, "--target", "class", "--output", path, "--quiet", "--device", "cpu", "--set", "train.epochs=2", *settings])
        return path / "model.safetensors"

    def small(self):
        return self.train("small", "--set", "model.preset=plain", "--set", "model.hidden=[64,64]")

    def bodies(self, form, rows):
        """A file with a body a line, line ends in it written as \\n."""
        path = self.folder / f"{form}-{rows}"
        if not path.exists():
            chosen = [[self.rows[(k * rows + i) % len(self.rows)] for i in range(rows)] for k in range(BODIES)]
            names = self.header.split(",")
            write = {
                "v2": lambda some: json.dumps({"outputs": [{"name": "p_1"}], "inputs": [
                    {"name": name, "datatype": "FP64", "shape": [rows], "data": [float(row[k]) for row in some]} for k, name in enumerate(names)]}),
                "lines": lambda some: "\\n".join([*(json.dumps({name: float(cell) for name, cell in zip(names, row)}) for row in some), ""]),
                "rows": lambda some: json.dumps({"rows": [[float(cell) for cell in row] for row in some]}),
                "csv": lambda some: "\\n".join([self.header, *(",".join(row) for row in some), ""]),
                "none": lambda some: "",
            }[form]
            path.write_text("".join(write(some) + "\n" for some in chosen))
        return path

    def start(self, command, ready, environment=None):
        process = subprocess.Popen(list(map(str, command)), env=os.environ | (environment or {}), stdout=subprocess.DEVNULL,
                                   stderr=open(self.folder / "stderr", "w"))
        self.processes.append(process)
        end = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                ready()
                return process
            if process.poll() is not None or time.monotonic() > end:
                sys.exit(f"{command} does not answer: {(self.folder / 'stderr').read_text()[-2000:]}")
            time.sleep(0.05)

    def serve(self, model, *flags):
        port = free_port()
        self.start([MDL, "serve", f"m={model}", "--tokens", self.folder / "tokens.yaml", "--port", port, *flags],
                   lambda: ask(port, "GET", "/v2/health/live"))
        return port

    def peer(self, engine, workers):
        port = free_port()
        body = self.bodies("rows", 1).read_text().splitlines()[0]
        self.start([sys.executable, "-m", "uvicorn", "serve_peers:app", "--app-dir", HERE, "--port", port, "--workers", workers, "--loop", "uvloop",
                    "--http", "httptools", "--no-access-log", "--log-level", "warning"], lambda: ask(port, "POST", "/predict", body),
                   {"ENGINE": engine, "MODEL": str(self.small()), "OMP_NUM_THREADS": "1"})
        return port

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)
        self.processes.clear()

    def measure(self, target, connections):
        """Requests a second, and milliseconds at 50 and 99 percent."""
        environment = os.environ | {"BODIES": str(target.bodies), "METHOD": target.method, "TYPE": target.type, "TOKEN": target.token}
        text, _ = run(["wrk", "-t1", f"-c{connections}", f"-d{self.seconds}s", "-s", self.folder / "wrk.lua",
                       f"http://127.0.0.1:{target.port}{target.path}"], environment)
        requests, duration, p50, p99, errors = map(float, re.search(r"RESULT (.*)", text)[1].split())
        if errors:
            sys.exit(f"{target.path} with {connections} connections: {errors:.0f} of {requests:.0f} requests failed")
        return requests / duration * 1e6, p50 / 1e3, p99 / 1e3

    def in_rounds(self, what, targets, connections):
        results = {name: [] for name in targets}
        for _ in range(self.rounds):
            for name, target in targets.items():
                results[name].append(self.measure(target, connections))
                say(f"{what}, {connections} connections: {name} {results[name][-1][0]:,.0f} requests/s")
        return {name: [median(values) for values in zip(*result)] for name, result in results.items()}

    def show_results(self, what, connections, results):
        mdl = results["mdl"]
        for name, (rate, p50, p99) in results.items():
            against = "| |" if name == "mdl" else f"| {mdl[0] / rate:.2f} | {mdl[2] / p99:.2f}"
            self.lines.append(f"| {what} | {connections} | {name} | {rate:,.0f} | {p50:.3f} | {p99:.3f} {against} |")

    def mdl_target(self, port, rows):
        return Target(port, "/v2/models/m/infer", self.bodies("v2", rows), token=self.token)

    def peers(self):
        ports = {name: self.peer(*peer) for name, peer in PEERS.items()}
        mdl = self.serve(self.small())
        for rows in (1, 100):
            lines = Target(mdl, "/v1/models/m/predict", self.bodies("lines", rows), token=self.token, content_type="application/jsonl")
            targets = {"mdl": self.mdl_target(mdl, rows), "mdl, JSON Lines": lines} | {name: Target(port, "/predict", self.bodies("rows", rows)) for name, port in ports.items()}
            answers = {}
            for name, target in targets.items():
                answer = ask(target.port, "POST", target.path, target.bodies.read_text().splitlines()[0].replace("\\n", "\n"), target.token, target.type)
                read = {"mdl": lambda text: json.loads(text)["outputs"][0]["data"],
                        "mdl, JSON Lines": lambda text: [json.loads(line)["p_1"] for line in text.splitlines()]}
                answers[name] = read.get(name, lambda text: json.loads(text)["probabilities"])(answer)
            for name, answer in answers.items():
                if len(answer) != rows or max(abs(a - b) for a, b in zip(answer, answers["mdl"])) > 1e-5:
                    sys.exit(f"{name} answers otherwise than mdl")
            for connections in CONNECTIONS:
                what = f"10-64-64-1, {rows} row{'s' if rows > 1 else ''}"
                self.show_results(what, connections, self.in_rounds(what, targets, connections))
        self.stop()

    def constant(self):
        port = self.serve(self.small())
        for connections in CONNECTIONS:
            targets = {"mdl": self.mdl_target(port, 1), "mdl, a constant": Target(port, "/v2/health/live", self.bodies("none", 1), "GET")}
            self.show_results("10-64-64-1, 1 row", connections, self.in_rounds("a constant", targets, connections))
        self.stop()

    def batch_counts(self, port):
        text = ask(port, "GET", "/metrics", token=self.token).decode()
        return [sum(float(value) for value in re.findall(rf"^mdl_batch_rows_{of}\S* (\S+)$", text, re.M)) for of in ("sum", "count")]

    def batches(self):
        for name, model in {"10-64-64-1": self.small(), "default recipe": self.train("recipe")}.items():
            ports = {"mdl": self.serve(model), "mdl --batch-rows 1": self.serve(model, "--batch-rows", "1")}
            for connections in CONNECTIONS:
                before = self.batch_counts(ports["mdl"])
                results = self.in_rounds(name, {of: self.mdl_target(port, 1) for of, port in ports.items()}, connections)
                rows, batches = (after - was for after, was in zip(self.batch_counts(ports["mdl"]), before))
                self.show_results(f"{name}, 1 row, {rows / max(batches, 1):.1f} rows a batch", connections, results)
            self.stop()

    def recipe(self):
        """Rows a second as CSV, beside mdl predict on the same rows."""
        model = self.train("recipe")
        count = 20_000 if self.quick else 200_000
        table = self.folder / "long.csv"
        with open(table, "w") as file:
            file.write(self.header + "\n")
            file.writelines(",".join(self.rows[i % len(self.rows)]) + "\n" for i in range(count))
        port = self.serve(model)
        target = Target(port, "/v1/models/m/predict", self.bodies("csv", 100), token=self.token, content_type="text/csv")
        served, predicted = [], []
        for _ in range(self.rounds):
            served.append(100 * self.measure(target, 64)[0])
            predicted.append(count / run([MDL, "predict", model, table, "--output", self.folder / "out.csv"])[1])
            say(f"default recipe: served {served[-1]:,.0f} rows/s, predicted {predicted[-1]:,.0f}")
        share = median(served) / median(predicted)
        self.notes.append(f"Default recipe, CSV, 64 connections, 100 rows a request: {median(served):,.0f} rows/s, {share:.2f} of `mdl predict` "
                          f"({median(predicted):,.0f} rows/s).")
        self.stop()

    def startup(self):
        """From the start of the process to the end of the first answer."""
        body = self.bodies("v2", 1).read_text().splitlines()[0]
        took = []
        for _ in range(10):
            port = free_port()
            begin = time.perf_counter()
            command = [MDL, "serve", f"m={self.small()}", "--tokens", self.folder / "tokens.yaml", "--port", str(port)]
            process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            self.processes.append(process)
            while True:
                with contextlib.suppress(ConnectionRefusedError):
                    ask(port, "POST", "/v2/models/m/infer", body, self.token)
                    break
                time.sleep(0.0005)
            took.append(1e3 * (time.perf_counter() - begin))
            self.stop()
        self.notes.append(f"From the start of the process to its first answer: {median(took):.0f} ms ({min(took):.0f} to {max(took):.0f}).")


def main():
    options = argparse.ArgumentParser(prog="scripts/bench/serve")
    options.add_argument("--quick", action="store_true", help="a second each: whether it works, not how fast it is")
    options.add_argument("--only", action="append", choices=PARTS, help="this part; can be repeated")
    options.add_argument("--rounds", type=int, help="default: 2")
    options.add_argument("--seconds", type=int, help="of load each time; default: 2")
    options = options.parse_args()

    with tempfile.TemporaryDirectory(prefix="mdl-bench-") as folder:
        bench = Serving(Path(folder), options.quick, options.rounds or (1 if options.quick else 2), options.seconds or (1 if options.quick else 2))
        try:
            for part in PARTS:
                if part in (options.only or PARTS):
                    getattr(bench, part)()
        finally:
            bench.stop()
        bench.show(f"FastAPI {version('fastapi')}, uvicorn {version('uvicorn')} with uvloop and httptools, PyTorch {version('torch')}, "
                   f"onnxruntime {version('onnxruntime')}, one thread each worker; wrk with one thread on the same machine")
        print("\n" + "\n".join(bench.notes))


if __name__ == "__main__":
    main()
