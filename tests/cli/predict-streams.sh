#!/usr/bin/env bash
# With --streams a running program answers one Arrow stream after another; what is wrong with one is its answer, and the next is answered.
. "$ROOT/tests/cli/lib.sh"

[ -e "$(dirname "$MDL")/mdl-arrow.so" ] || exit 0
train_small
cat >ask.py <<'EOT'
import csv, subprocess, sys
import pyarrow as pa
rows = list(csv.DictReader(open("table.csv")))
table = pa.table({"age": [int(r["age"]) for r in rows], "income": [float(r["income"]) for r in rows], "home": [r["home"] for r in rows]})
expected = pa.table({"prediction": [r["prediction"] for r in csv.DictReader(open("scored.csv"))],
                     **{n: [float(r[n]) for r in csv.DictReader(open("scored.csv"))] for n in ("p_bad", "p_good")}})
text = [None] * 59 + ["x"]
hopeless = {
    "mdl: no columns": (pa.table({}), "standard input: has no columns"),
    "missing": (table.drop_columns(["income"]), "standard input: the model needs column 'income', which is not there; the file has age and home"),
    "twice": (pa.table([table["age"], table["age"]], names=["age", "age"]), "standard input: two columns are named 'age'"),
    "last row": (table.set_column(1, "income", pa.array(text)), "standard input:61: column 'income': 'x' is not a number"),
    "list": (table.set_column(1, "income", pa.array([[1.0]] * 60)), "standard input: column 'income' holds list<item: double>, "
             "which a table of numbers and texts cannot hold; write the file without it"),
}
def stream(table, rows=7):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=rows)
    return sink.getvalue().to_pybytes()
def answer(reader):
    with pa.ipc.open_stream(reader) as answers:
        return answers.schema.metadata, answers.read_all()
with subprocess.Popen([*sys.argv[1:], "--only"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as mdl:
    def ask(bytes_):
        mdl.stdin.write(bytes_)
        mdl.stdin.flush()
        return answer(mdl.stdout)
    for _ in range(3):
        for rows_ in 7, 1000:
            metadata, answered = ask(stream(table, rows_))
            assert metadata is None and answered.equals(expected), answered
        assert ask(stream(table.slice(0, 0)))[1].num_rows == 0
        assert ask(stream(table.slice(5, 1)))[1].equals(expected.slice(5, 1))
        for what, (wrong, problem) in hopeless.items():
            metadata, answered = ask(stream(wrong))
            assert metadata == {b"mdl.error": problem.encode()}, (what, metadata)
            assert answered.num_columns == 0
    # Sent together, they are answered in their order.
    mdl.stdin.write(stream(table) + stream(hopeless["last row"][0]) + stream(table.slice(1, 2)))
    mdl.stdin.flush()
    assert answer(mdl.stdout)[1].equals(expected)
    assert answer(mdl.stdout)[0]
    assert answer(mdl.stdout)[1].equals(expected.slice(1, 2))
    mdl.stdin.close()
    assert mdl.stdout.read() == b""
assert mdl.returncode == 0
open("stream.arrows", "wb").write(stream(table))
EOT
"$MDL" predict run/model.safetensors table.csv >scored.csv
timeout 60 "$ROOT/.deps/bin/python" ask.py "$MDL" predict run/model.safetensors --streams

# What is none ends it, after the answers before; and so does a stream without an end.
cat stream.arrows table.csv >mixed
expect_exit 1 "$MDL" predict run/model.safetensors --streams --only <mixed
expect_text err <<<'mdl: standard input: an Arrow stream is expected, or the end, and neither comes'
"$MDL" predict run/model.safetensors stream.arrows --only | cmp - out
head -c 2000 stream.arrows >cut
expect_exit 1 "$MDL" predict run/model.safetensors --streams <cut
grep -q '^mdl: standard input: ' err
expect_exit 0 "$MDL" predict run/model.safetensors --streams </dev/null
expect_text out </dev/null
expect_exit 2 "$MDL" predict run/model.safetensors stream.arrows --streams
