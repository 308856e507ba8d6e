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
  grep -q -- '--output: for Arrow mdl must be built where Arrow is (./scripts/setup fetches it)' err
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
