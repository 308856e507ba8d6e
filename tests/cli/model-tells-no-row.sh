#!/usr/bin/env bash
# What a single training row holds does not stand in the model file: no name, no exact number.
. "$ROOT/tests/cli/lib.sh"

awk 'BEGIN {
  print "name,mail,dept,salary,bonus,level"
  for (i = 0; i < 240; ++i) {
    dept = i % 37 == 0 ? "secret" i : i % 3 ? "sales" : "lab"
    printf "Person %03d,p%03d@example.org,%s,%.2f,%d,%s\n", i, i, dept, 30000 + i * 271.83, 1000 + i * 7 % 240 * 13, i % 2 ? "junior" : "senior"
  }
}' >people.csv
expect_exit 0 "$MDL" train people.csv --target level --output run "${TINY[@]/--quiet/--force}"
grep 'identify rows\|^rare categories' err >told
expect_text told <<'EOT'
column 'name': 192 distinct texts in 192 rows; ignored, since they identify rows
column 'mail': 192 distinct texts in 192 rows; ignored, since they identify rows
rare categories, in fewer than 5 rows, treated as unknown: 'dept' (6, 3.1 % of the rows)
EOT
expect_exit 0 "$MDL" train people.csv --target salary --output pay "${TINY[@]}" --set model.clamp=true

for run in run pay; do
  python3 - $run/model.safetensors <<'EOT'
import csv, json, struct, sys
data = open(sys.argv[1], "rb").read()
size = struct.unpack("<Q", data[:8])[0]
header, body = json.loads(data[8:8 + size]), data[8 + size:]
about = json.loads(header.pop("__metadata__")["mdl.model"])
numbers = {about.get("low"), about.get("high")}
for name, entry in header.items():
    if entry["dtype"] == "F64":
        begin, end = entry["data_offsets"]
        numbers |= set(struct.unpack(f"<{(end - begin) // 8}d", body[begin:end]))
rows = list(csv.DictReader(open("people.csv")))
for row in rows:
    for column in ("name", "mail"): assert row[column].encode() not in data, row
    for column in ("salary", "bonus"): assert float(row[column]) not in numbers, (column, row)
    assert not row["dept"].startswith("secret") or row["dept"].encode() not in data, row
EOT
done
