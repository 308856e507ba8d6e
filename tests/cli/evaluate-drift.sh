#!/usr/bin/env bash
# --drift compares the rows with the training rows; --fail-on-drift makes a gate of it, and the report is written all the same.
. "$ROOT/tests/cli/lib.sh"

awk 'BEGIN {
  print "age,income,home,status"
  for (i = 0; i < 2000; ++i) printf "%d,%d,%s,%s\n", 20 + i * 7 % 41, i * 37 % 601 * 10, i % 3 ? "own" : "rent", i * 37 % 601 < 300 ? "bad" : "good"
}' >table.csv
"$MDL" train table.csv --target status --output run "${TINY[@]}" >training
awk 'NR == 1 || NR % 2' table.csv >half.csv
awk -F, -v OFS=, 'NR > 1 { $1 += 12 } 1' half.csv >older.csv
awk -F, -v OFS=, 'NR > 1 && NR % 4 == 1 { $3 = "castle" } NR > 1 && NR % 3 == 0 { $2 = "" } 1' half.csv >other.csv

# The columns of the report in the file out, and what is said of each.
columns() {
  python3 -c 'import json; [print(c["column"], c["kind"], "drifted" if c["drifted"] else "the same") for c in json.load(open("out"))["drift"]["columns"]]'
}

expect_exit 0 "$MDL" evaluate run/model.safetensors half.csv --fail-on-drift --format json
expect_text <(columns | sort) <<'EOT'
age numeric the same
home categorical the same
income numeric the same
EOT
expect_exit 0 "$MDL" evaluate run/model.safetensors half.csv --format json
[ "$(grep -c drift out)" -eq 0 ]
expect_exit 0 "$MDL" evaluate run/model.safetensors older.csv --drift --format json
expect_text <(columns | sort) <<'EOT'
age numeric drifted
home categorical the same
income numeric the same
EOT
expect_exit 3 "$MDL" evaluate run/model.safetensors older.csv --fail-on-drift --output report.txt
[ "$(grep -c 'age .*DRIFTED' report.txt)" -eq 1 ]
expect_exit 3 "$MDL" evaluate run/model.safetensors other.csv --fail-on-drift --fail-under log_loss=0 --format json
expect_text <(columns) <<'EOT'
income numeric drifted
home categorical drifted
age numeric the same
EOT

# A model of before there were histograms.
python3 - <<'EOT'
import json, struct
data = open("run/model.safetensors", "rb").read()
size = struct.unpack("<Q", data[:8])[0]
header, body = json.loads(data[8 : 8 + size]), data[8 + size :]
document = json.loads(header["__metadata__"]["mdl.model"])
for feature in document["features"]:
    feature.pop("edges", None)
header["__metadata__"]["mdl.model"] = json.dumps(document)
kept, place = b"", 0
for name, tensor in list(header.items()):
    if name == "__metadata__":
        continue
    if name.startswith("histogram."):
        del header[name]
        continue
    begin, end = tensor["data_offsets"]
    tensor["data_offsets"] = [len(kept), len(kept) + end - begin]
    kept += body[begin:end]
text = json.dumps(header).encode()
open("old.safetensors", "wb").write(struct.pack("<Q", len(text)) + text + kept)
EOT
expect_exit 0 "$MDL" evaluate old.safetensors half.csv
expect_exit 1 "$MDL" evaluate old.safetensors half.csv --drift
expect_text err <<'EOT'
mdl: old.safetensors: has no feature histograms, against which drift is measured; retrain it with this version of mdl
EOT
