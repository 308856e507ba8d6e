#!/usr/bin/env bash
# Arrow's streams and files go in and out: columns pass through as they are, predictions stand beside them.
. "$ROOT/tests/cli/lib.sh"

python=$ROOT/.deps/bin/python
small_table >table.csv
train_small
model=run/model.safetensors
"$MDL" predict $model table.csv >scored.csv
"$MDL" predict $model table.csv --only >only.csv

if [ ! -e "$(dirname "$MDL")/mdl-arrow.so" ]; then
  expect_exit 1 "$MDL" predict $model table.csv --output-format arrow
  grep -q -- '--output: for Arrow mdl needs Arrow, which ./scripts/setup fetches before it is built' err
  exit
fi

# Columns of every type, in batches of 7 rows; of the model's own `home` is a dictionary that changes from batch to batch.
cat >make.py <<'EOT'
import csv, datetime, decimal, sys
import pyarrow as pa
rows = list(csv.DictReader(open("table.csv")))
count = range(len(rows))
start = datetime.datetime(2024, 5, 31, 12, 30, 0, 123456)
times = [start + datetime.timedelta(hours=i) for i in count]
columns = {
    "list": [[1, 2], None] * (len(rows) // 2),
    "age": pa.array([int(row["age"]) if row["age"] else None for row in rows], pa.int64()),
    "home": pa.array([row["home"] or None for row in rows]),
    "income": pa.array([float(row["income"]) if row["income"] else None for row in rows], pa.float32()),
    "status": pa.array([row["status"] for row in rows], pa.large_string()),
    "id": pa.array([2**63 + i for i in count], pa.uint64()),
    "signed": pa.array([2**53 + 1 + i for i in count], pa.int64()),
    "text": pa.array([[None, "", 'a, "b"\nc'][i % 3] for i in count]),
    "view": pa.array(["a text of more than twelve bytes" if i % 2 else None for i in count], pa.string_view()),
    "half": pa.array([float(i) for i in count], pa.float64()).cast(pa.float16()),
    "single": pa.array([i / 7 for i in count], pa.float32()),
    "double": [[i / 7, float("nan"), None][i % 3] for i in count],
    "flag": [[True, False, None][i % 3] for i in count],
    "price": pa.array([decimal.Decimal(i) / 100 for i in count], pa.decimal128(38, 2)),
    "day": [time.date() for time in times],
    "day64": pa.array([time.date() for time in times], pa.date64()),
    "hour": [time.time() for time in times],
    "second": pa.array([i for i in count], pa.int32()).cast(pa.time32("s")),
    "time": pa.array(times, pa.timestamp("us")),
    "zoned": pa.array(times, pa.timestamp("ns", "Europe/Zurich")),
    "took": pa.array([i for i in count], pa.duration("ms")),
    "bytes": pa.array([b"x"] * len(rows), pa.binary()),
    "none": pa.nulls(len(rows)),
}
table = pa.table(columns).replace_schema_metadata({"kept": "yes"})
batches = []
for batch in table.to_batches(max_chunksize=7):
    home = batch.schema.get_field_index("home")
    batches.append(batch.set_column(home, "home", batch.column(home).dictionary_encode()))
schema = batches[0].schema
EOT
cat >write.py <<'EOT'
from make import *
for name, options in (("table.arrows", {}), ("packed.arrows", {"options": pa.ipc.IpcWriteOptions(compression="zstd")})):
    with pa.OSFile(name, "wb") as sink, pa.ipc.new_stream(sink, schema, **options) as writer:
        for batch in batches:
            writer.write_batch(batch)
with pa.OSFile("table.arrow", "wb") as sink, pa.ipc.new_file(sink, batches[0].drop_columns(["home"]).schema) as writer:
    for batch in batches:
        writer.write_batch(batch.drop_columns(["home"]))
plain = pa.table(columns).drop_columns(["list"])
with pa.OSFile("plain.arrow", "wb") as sink, pa.ipc.new_file(sink, plain.schema) as writer:
    writer.write_table(plain, max_chunksize=7)
with pa.OSFile("schema.arrows", "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
    pass
EOT
"$python" write.py

# A stream on standard input is answered by one on standard output: batch for batch, every type as it was.
"$MDL" predict $model - <table.arrows >scored.arrows
"$MDL" predict $model table.arrows | cmp - scored.arrows
cat >same.py <<'EOT'
import csv, sys
from make import *
answers = list(csv.DictReader(open("scored.csv")))
new = ["prediction", "p_bad", "p_good"]
for path in sys.argv[1:]:
    reader = pa.ipc.open_stream(path)
    assert reader.schema.metadata == {b"kept": b"yes"}, reader.schema.metadata
    found = list(reader)
    assert [b.num_rows for b in found] == [b.num_rows for b in batches], [b.num_rows for b in found]
    for before, after in zip(batches, found, strict=True):
        assert after.schema.names == before.schema.names + new, after.schema.names
        for name in before.schema.names:
            assert before.schema.field(name).equals(after.schema.field(name)), (name, after.schema.field(name))
            one, other = before[name], after[name]
            if pa.types.is_floating(one.type):
                one, other = one.to_pylist(), other.to_pylist()
                assert str(one) == str(other), (name, one, other)
            else:
                assert one.equals(other), (path, name, one, other)
    table = pa.Table.from_batches(found)
    assert [str(table.schema.field(name).type) for name in new] == ["string", "double", "double"]
    for row, answer in zip(table.select(new).to_pylist(), answers, strict=True):
        assert row["prediction"] == answer["prediction"]
        assert row["p_bad"] == float(answer["p_bad"]) and row["p_good"] == float(answer["p_good"]), (row, answer)
EOT
"$python" same.py scored.arrows

# By its first bytes, whatever it is packed in or called.
gzip <table.arrows >table.arrows.gz
"$MDL" predict $model table.arrows.gz --output scored.arrows
"$MDL" predict $model packed.arrows --output packed.out --output-format arrow
cp table.arrows table.txt
"$MDL" predict $model table.txt --input-format arrow --output named.arrows
"$python" same.py scored.arrows packed.out named.arrows
"$MDL" predict $model table.arrows --output scored.arrows.gz
gzip -dc scored.arrows.gz | cmp - scored.arrows

# The same answers as of CSV, to text of any form.
for input in table.arrows packed.arrows plain.arrow; do
  "$MDL" predict $model $input --only --output-format csv | cmp - only.csv
done
"$MDL" predict $model - --only --output-format csv <plain.arrow | cmp - only.csv
"$MDL" predict $model plain.arrow --columns id,signed,text,view,single,double,flag,price,day,time,zoned --output-format csv >text.csv
head -n 2 text.csv | cut -d , -f 1-12 >head.csv
expect_text head.csv <<'EOT'
id,signed,text,view,single,double,flag,price,day,time,zoned,prediction
9223372036854775808,9007199254740993,,,0,0,true,0.00,2024-05-31,2024-05-31 12:30:00.123456,2024-05-31 12:30:00.123456000Z,good
EOT
grep -q '^9223372036854775809,9007199254740994,"",a text of more than twelve bytes,0.14285715,NaN,false,0.01,' text.csv
"$MDL" predict $model table.arrows --columns id,text,double --output-format jsonl | sed -n 2p >line.json
grep -q '^{"id":"9223372036854775809","text":"","double":null,"prediction":' line.json
expect_exit 1 "$MDL" predict $model table.arrows --output-format csv
expect_text err <<'EOT'
mdl: table.arrows: column 'list' holds list<item: int64>, which a table of numbers and texts cannot hold; write the file without it
EOT

# Text becomes columns: what the model takes as numbers double, all else text; an empty field is null.
printf '{"age":30,"income":null,"home":null}\n{"age":31,"income":5,"home":"own"}\n' >rows.jsonl
"$MDL" predict $model table.csv --output-format arrow >text.arrows
"$MDL" predict $model table.csv --output text.feather
"$MDL" predict $model rows.jsonl --columns age,income,home --output json.arrows --round 2
"$MDL" predict $model table.arrows --only --top 1 --round 1 >top.arrows
"$python" - <<'EOT'
import csv, pyarrow as pa, pyarrow.feather
table = pa.ipc.open_stream("text.arrows").read_all()
assert table.equals(pyarrow.feather.read_table("text.feather"))
assert [str(t) for t in table.schema.types] == ["double", "double", "string", "string", "string", "double", "double"], table.schema
for row, answer in zip(table.to_pylist(), csv.DictReader(open("scored.csv")), strict=True):
    for name, value in row.items():
        assert answer[name] == value if isinstance(value, str) else float(answer[name]) == value, (name, value)
rows = pa.ipc.open_stream("json.arrows").read_all().to_pylist()
assert [(r["age"], r["income"], r["home"]) for r in rows] == [(30, None, None), (31, 5, "own")], rows
assert all(r["p_bad"] == round(r["p_bad"], 2) for r in rows), rows
top = pa.ipc.open_stream("top.arrows").read_all()
assert top.schema.names == ["prediction", "top_1", "p_top_1"], top.schema
assert all(r["prediction"] == r["top_1"] and r["p_top_1"] == round(r["p_top_1"], 1) for r in top.to_pylist())
EOT

# Chosen columns; rows that cannot be scored.
cat >bad.py <<'EOT'
import pyarrow as pa
table = pa.table({"age": ["30", "x", "31", "y"], "income": [1.0, 2.0, float("inf"), 4.0], "home": ["own"] * 4, "id": [1, 2, 3, 4]})
with pa.OSFile("bad.arrows", "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
    writer.write_table(table)
EOT
"$python" bad.py
expect_exit 1 "$MDL" predict $model bad.arrows
expect_text err <<'EOT'
mdl: bad.arrows:3: column 'age': 'x' is not a number
EOT
"$python" -c 'import pyarrow as pa; assert pa.ipc.open_stream("out").read_all()["id"].to_pylist() == [1]'
expect_exit 1 "$MDL" predict $model bad.arrows --columns id --on-error skip --rejects bad.csv --output skip.arrows
expect_text bad.csv <<'EOT'
file,line,reason,row
bad.arrows,3,column 'age': 'x' is not a number,"x,2,own,2"
bad.arrows,4,column 'income': 'inf' is not a number,"31,inf,own,3"
bad.arrows,5,column 'age': 'y' is not a number,"y,4,own,4"
EOT
"$MDL" predict $model bad.arrows --columns id --on-error blank --allow-rejects 3 --output blank.arrow 2>/dev/null
"$python" - <<'EOT'
import pyarrow as pa
skip, blank = pa.ipc.open_stream("skip.arrows").read_all().to_pylist(), pa.ipc.open_file("blank.arrow").read_all().to_pylist()
assert [row["id"] for row in skip] == [1], skip
assert [row["id"] for row in blank] == [1, 2, 3, 4], blank
assert blank[0] == skip[0] and all(row["prediction"] is row["p_bad"] is None for row in blank[1:]), blank
EOT

# A batch is answered when it comes.
cat >slow.py <<'EOT'
import io, subprocess, sys
from make import *
class Taken(io.BytesIO):
    def take(self):
        taken = self.getvalue()
        self.seek(0)
        self.truncate()
        return taken
with subprocess.Popen([sys.argv[1], "predict", sys.argv[2]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as mdl:
    start = schema.serialize().to_pybytes()
    mdl.stdin.write(start)
    reader = pa.ipc.open_stream(mdl.stdout)   # the schema, before any batch
    out = Taken()
    writer = pa.ipc.new_stream(out, schema)
    for i, batch in enumerate(batches):
        writer.write_batch(batch)
        mdl.stdin.write(out.take()[len(start) if i == 0 else 0:])
        answer = reader.read_next_batch()
        assert answer["id"].equals(batch["id"]) and answer["prediction"].null_count == 0
    writer.close()
    mdl.stdin.write(out.take())
    assert list(reader) == []   # the end of the stream is the end, though the pipe stays open
assert mdl.returncode == 0
EOT
timeout 60 "$python" slow.py "$MDL" $model

# No rows; no columns that the model needs; a name twice; nothing; another file.
"$MDL" predict $model - <schema.arrows >none.arrows
"$python" - <<'EOT'
import pyarrow as pa
from make import schema
none = pa.ipc.open_stream("none.arrows").read_all()
assert none.num_rows == 0 and none.schema.names == schema.names + ["prediction", "p_bad", "p_good"], none.schema
for name, fields in ("lacks", [("age", pa.int8())]), ("twice", [("age", pa.int8()), ("age", pa.int8())]), ("empty", []):
    with pa.OSFile(name + ".arrows", "wb") as sink, pa.ipc.new_stream(sink, pa.schema(fields)):
        pass
EOT
expect_exit 1 "$MDL" predict $model lacks.arrows
expect_text err <<'EOT'
mdl: lacks.arrows: the model needs columns 'income' and 'home', which are not there; the file has age
EOT
expect_exit 1 "$MDL" predict $model twice.arrows
expect_text err <<'EOT'
mdl: twice.arrows: two columns are named 'age'
EOT
expect_exit 1 "$MDL" predict $model empty.arrows
expect_text err <<'EOT'
mdl: empty.arrows: has no columns
EOT
expect_exit 1 "$MDL" predict $model - --input-format arrow </dev/null
expect_text err <<'EOT'
mdl: standard input: is empty; an Arrow stream is expected
EOT
expect_exit 1 "$MDL" predict $model table.csv --input-format arrow
expect_text err <<'EOT'
mdl: table.csv: begins as neither an Arrow stream nor an Arrow file does; --input-format says what else it is
EOT

# Files of several forms, of the types of the first.
"$MDL" predict $model plain.arrow table.csv --columns age,home --output both.arrows
"$python" - <<'EOT'
import pyarrow as pa
both = pa.ipc.open_stream("both.arrows").read_all()
assert [str(t) for t in both.schema.types[:2]] == ["int64", "string"], both.schema
rows = both.to_pylist()
assert len(rows) == 120 and rows[:60] == rows[60:]
EOT

# A dictionary of string views goes into Parquet as one of strings.
"$python" - <<'EOT'
from make import *
home = batches[0]["home"]
views = pa.DictionaryArray.from_arrays(home.indices, home.dictionary.cast(pa.string_view()))
batch = batches[0].set_column(batches[0].schema.get_field_index("home"), "home", views).select(["age", "income", "home"])
with pa.OSFile("views.arrows", "wb") as sink, pa.ipc.new_stream(sink, batch.schema) as writer:
    writer.write_batch(batch)
EOT
"$MDL" predict $model views.arrows --output views.parquet
"$MDL" predict $model views.parquet --columns home --output-format csv | cut -d , -f 1 | diff - <(head -n 8 table.csv | cut -d , -f 3)

# Damaged files are refused by a line, whatever byte of theirs is.
head -c 3000 table.arrows >cut.arrows
expect_exit 1 "$MDL" predict $model cut.arrows --output cut.out
grep -q '^mdl: cut.arrows: ' err
[ ! -e cut.out ]
"$python" - "$MDL" $model <<'EOT'
import random, subprocess, sys
random.seed(1)
sound = open("packed.arrows", "rb").read()
for i in range(40):
    bytes_ = bytearray(sound)
    for _ in range(1 + i % 4):
        bytes_[random.randrange(4, len(bytes_))] = random.randrange(256)
    run = subprocess.run([sys.argv[1], "predict", sys.argv[2], "-"], input=bytes(bytes_), capture_output=True, timeout=30)
    assert run.returncode in (0, 1), (i, run.returncode, run.stderr)
    assert run.stderr.count(b"\n") == run.returncode, run.stderr
EOT

# Training, evaluation and explanation read it as CSV.
expect_same() {   # COMMAND... of a table gives the same of both
  "$@" table.csv --format json --output csv.json
  "$@" plain.arrow --format json --output arrow.json
  diff <(grep -v '"data\(_sha256\)\?"' arrow.json) <(grep -v '"data\(_sha256\)\?"' csv.json)
}
expect_same "$MDL" evaluate $model
expect_same "$MDL" explain $model
grep -q "\"data_sha256\": \"$(sha256sum plain.arrow | cut -d ' ' -f 1)\"" arrow.json
cut=$(sed -n 1p text.csv | cut -d , -f 1-10)
"$MDL" train plain.arrow --target status --set "data.ignore=[$cut, zoned, half, day64, hour, second, took, bytes, none]" --output again "${TINY[@]}" >again.txt
sed 's:^again/:run/:' again.txt | diff - training
"$MDL" predict again/model.safetensors table.csv --only | cmp - only.csv
"$MDL" init plain.arrow --target status | grep -q '^# Target status'
