#!/usr/bin/env bash
# Parquet is read where CSV is, and predictions are written as such, with the types of the input's columns.
. "$ROOT/tests/cli/lib.sh"

python=$ROOT/.deps/bin/python
small_table >table.csv
train_small
"$MDL" predict run/model.safetensors table.csv >scored.csv

if [ ! -e "$(dirname "$MDL")/mdl-arrow.so" ]; then
  expect_exit 1 "$MDL" predict run/model.safetensors table.csv --output scored.parquet
  grep -q -- '--output: for Parquet mdl needs Arrow, which ./scripts/setup fetches before it is built' err
  exit
fi

# Of CSV, what the model takes as numbers becomes numbers.
"$MDL" predict run/model.safetensors table.csv --output scored.parquet
"$MDL" predict run/model.safetensors scored.parquet --only >again.csv
cut -d , -f 5- scored.csv | cmp - again.csv
"$python" - <<'EOT'
import csv
import pyarrow.parquet
rows = list(csv.DictReader(open("scored.csv")))
table = pyarrow.parquet.read_table("scored.parquet")
assert table.column_names == list(rows[0]), table.column_names
types = [str(table.schema.field(name).type) for name in ("age", "home", "income", "status", "prediction", "p_bad", "p_good")]
assert types == ["double", "string", "double", "string", "string", "double", "double"], types
for row, expected in zip(table.to_pylist(), rows, strict=True):
    for name, value in row.items():
        found = "" if value is None else value
        assert expected[name] == found if isinstance(found, str) else float(expected[name]) == found, (name, value, expected[name])
EOT

# Whatever parts its fields.
tr , ';' <table.csv >semicolons.csv
"$MDL" predict run/model.safetensors semicolons.csv --delimiter ';' --output scored.parquet
"$MDL" predict run/model.safetensors scored.parquet --only | cmp - again.csv
expect_exit 1 "$MDL" predict run/model.safetensors table.csv --output scored.parquet --output-format jsonl
expect_text err <<'EOT'
mdl: scored.parquet: is Parquet by its name; omit --output-format
EOT

# Of Parquet, every column keeps its type, and every cell its value.
"$python" - <<'EOT'
import csv, datetime, decimal
import pyarrow as pa
import pyarrow.parquet
rows = list(csv.DictReader(open("table.csv")))
count = range(len(rows))
start = datetime.datetime(2024, 5, 31, 12, 30, 0, 123456)
times = [start + datetime.timedelta(hours=i) for i in count]
table = pa.table({
    "age": pa.array([int(row["age"]) if row["age"] else None for row in rows], pa.int32()),
    "home": pa.array([row["home"] or None for row in rows]).dictionary_encode(),
    "income": pa.array([float(row["income"]) if row["income"] else None for row in rows]),
    "status": [row["status"] for row in rows],
    "id": pa.array([2**63 + i for i in count], pa.uint64()),
    "text": [[None, "", 'a, "b"\nc'][i % 3] for i in count],
    "single": pa.array([i / 7 for i in count], pa.float32()),
    "double": [i / 7 for i in count],
    "flag": [i % 2 == 0 for i in count],
    "price": pa.array([decimal.Decimal(i) / 100 for i in count], pa.decimal128(7, 2)),
    "day": [time.date() for time in times],
    "hour": [time.time() for time in times],
    "time": pa.array(times, pa.timestamp("us")),
    "zoned": pa.array(times, pa.timestamp("ns", "Europe/Zurich")),
})
pyarrow.parquet.write_table(table, "table.parquet", row_group_size=7)
pyarrow.parquet.write_table(table.append_column("list", [[[1, 2] for i in count]]), "list.parquet")
pyarrow.parquet.write_table(table.slice(0, 0), "none.parquet")
EOT
"$MDL" predict run/model.safetensors table.parquet --only | cmp - again.csv
"$MDL" evaluate run/model.safetensors table.parquet --format json --output parquet.json
"$MDL" evaluate run/model.safetensors table.csv --format json --output csv.json
diff <(grep -v '"data\(_sha256\)\?"' parquet.json) <(grep -v '"data\(_sha256\)\?"' csv.json)
"$MDL" train table.parquet --target status --set 'data.ignore=[id, text, single, double, flag, price, day, hour, time, zoned]' --set train.epochs=1 --output again --quiet >/dev/null
"$MDL" predict run/model.safetensors table.parquet --output scored.parquet
"$python" - <<'EOT'
import pyarrow.parquet
before, after = (pyarrow.parquet.read_table(f"{name}.parquet") for name in ("table", "scored"))
assert after.column_names[-3:] == ["prediction", "p_bad", "p_good"]
for name in before.column_names:
    assert before[name].type == after[name].type, (name, before[name].type, after[name].type)
    assert before[name].to_pylist() == after[name].to_pylist(), name
EOT

"$MDL" predict run/model.safetensors none.parquet --output scored.parquet
"$python" -c 'import pyarrow.parquet; assert pyarrow.parquet.read_table("scored.parquet").num_rows == 0'

expect_exit 1 "$MDL" predict run/model.safetensors list.parquet
expect_text err <<'EOT'
mdl: list.parquet: column 'list' holds list<element: int64>, which a table of numbers and texts cannot hold; write the file without it
EOT
# From a pipe, and out of gzip, it is held in memory.
"$MDL" predict run/model.safetensors table.parquet >by_name.csv
"$MDL" predict run/model.safetensors - <table.parquet >piped.csv
cmp by_name.csv piped.csv
"$MDL" keygen --output key.txt >key.pub
"$MDL" encrypt table.parquet --recipients-file key.pub --output encrypted
"$MDL" predict run/model.safetensors encrypted --identity key.txt >decrypted.csv
cmp by_name.csv decrypted.csv
gzip -k table.parquet
"$MDL" predict run/model.safetensors table.parquet.gz >unpacked.csv
cmp by_name.csv unpacked.csv
printf 'age,income,home\n30,5,caf\351\n' >latin.csv
expect_exit 1 "$MDL" predict run/model.safetensors latin.csv --output scored.parquet
expect_text err <<'EOT'
mdl: latin.csv:2: column 'home': 'caf\xe9' is not UTF-8 text
EOT
head -c 2000 table.parquet >cut.parquet
expect_exit 1 "$MDL" predict run/model.safetensors cut.parquet --output scored.parquet
grep -q '^mdl: cut.parquet: ' err
printf 'id,age,home,income\nx7,30,own,5\n' >other.csv
expect_exit 1 "$MDL" predict run/model.safetensors table.parquet other.csv --columns id --output other.parquet
grep -q "^mdl: column 'id', uint64 in table.parquet: .*'x7'" err
[ ! -e other.parquet ]

# A text of half a megabyte, stored once for thousands of rows, is not held a row.
"$python" - <<'EOT'
import os
import pyarrow
import pyarrow.parquet
rows = 4096
table = pyarrow.table({"age": [30] * rows, "income": [1000] * rows, "home": ["x" * 200_000] * rows})
pyarrow.parquet.write_table(table, "long.parquet", compression="zstd", write_statistics=False)
assert os.path.getsize("long.parquet") < 4000, os.path.getsize("long.parquet")
EOT
python3 - "$MDL" <<'EOT'   # a process of its own, whose memory does not count
import resource
import subprocess
import sys
rows = 4096
out = subprocess.run([sys.argv[1], "predict", "run/model.safetensors", "long.parquet", "--only"], stdout=subprocess.PIPE, check=True).stdout
assert out.count(b"\n") == rows + 1, out[:200]
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
assert peak < 400, f"{peak} MiB"
EOT
