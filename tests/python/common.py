"""What the tests share: a table, quick configs, the program's own answers."""

import csv
import io
import os
import subprocess

import pyarrow as pa

PROGRAM = os.environ["MDL_PROGRAM"]
QUICK = {"model": {"preset": "plain", "hidden": [4]}, "train": {"epochs": 3}}


def customers(rows=60):
    numbers = range(rows)
    return pa.table(
        {
            "age": pa.array([None if i % 11 == 3 else 20 + i % 59 for i in numbers], pa.int64()),
            "income": [float(i * 37 % 60 * 100) for i in numbers],
            "home": pa.array(["own" if i % 3 else "rent" for i in numbers]).dictionary_encode(),
            "since": pa.array([1_500_000_000 + 86400 * i for i in numbers], pa.timestamp("s")),
            "member": [i % 2 == 0 for i in numbers],
            "status": ["bad" if i * 37 % 60 < 30 else "good" for i in numbers],
        }
    )


def printed(model, table):
    """What mdl predict prints of the table as CSV: the rows, the numbers as text."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    words = [PROGRAM, "predict", str(model), "-", "--only", "--output-format", "csv"]
    done = subprocess.run(words, input=sink.getvalue().to_pybytes(), stdout=subprocess.PIPE, check=True)
    return list(csv.DictReader(io.StringIO(done.stdout.decode())))
