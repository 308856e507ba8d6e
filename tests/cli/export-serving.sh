#!/usr/bin/env bash
# A model exported for serving predicts the same, bit by bit, and holds no category, exact value, histogram, score, config or count of rows;
# what needs them says so.
. "$ROOT/tests/cli/lib.sh"

# Categories in other spellings, a boolean, numbers as categories, many categories, codes with a value embedding, a date, a weight.
table() {
  python3 - "$1" <<'EOT'
import sys
other = sys.argv[1] == "other"
cities = ["K\u00f6ln", "Canary Wharf", "1", "2", "2.50"]
if other: cities = ["Ko\u0308ln ", " Canary Wharf", "1.0", "2.00", "2.50"]
print("city,flag,shop,code,day,size,weight,level,grade,price")
for i in range(1200):
    city = "Ulm" if other and i % 40 == 7 else cities[i // 3 % 5]
    flag = ["True", "False"][i // 2 % 2]
    if other: flag = [flag, flag.lower(), flag.upper()][i % 3]
    shop = "" if i % 31 == 5 else f"shop-canary-{i * 13 % 301 % 150}"
    code = "" if i % 31 == 30 else f"{i % 30 * 1.5 - 4.5 + (0.25 if other and i % 50 == 3 else 0):g}"
    if other and code == "0": code = "-0"
    day = "NA" if i % 23 == 3 else f"20{20 + i % 4}-{1 + i % 12:02}-{1 + i % 28:02}"
    if other and i % 29 == 4: day = "NA "
    y = i % 30 * 7 % 11 * 10 + i % 3 + (i // 3 % 5) * 4 + 0.12345 * (i % 7)
    print(f"{city},{flag},{shop},{code},{day},{i * 37 % 601 / 7:.4f},{1 + i % 3},{'high' if y > 60 else 'low'},{'abc'[int(y) % 3]},{y:.5f}")
EOT
}
table same >table.csv
table other >other.csv
json_lines() {
  python3 - "$1" <<'EOT'
import csv, json, sys
for row in csv.DictReader(open(sys.argv[1], newline="")):
    for name in ("city", "code", "size"):
        try: row[name] = float(row[name])
        except ValueError: pass
    row["flag"] = {"true": True, "false": False}.get(row["flag"].lower())
    print(json.dumps(row))
EOT
}
json_lines other.csv >other.jsonl

train() {  # NAME TARGET FLAG...
  local name=$1 target=$2
  shift 2
  "$MDL" train table.csv --target "$target" --output "$name" --quiet --set train.epochs=2 --set 'model.hidden=[8]' "$@" >training
}
train binary level --set 'data.ignore=[grade, price]' --set data.weight=weight --set train.threshold=f1
train classes grade --set 'data.ignore=[level, price, weight]' --set model.one_hot_categories=3
train number price --set 'data.ignore=[level, grade, weight]' --set model.clamp=true
train plain level --set 'data.ignore=[grade, price, weight]' --set model.preset=plain

for run in binary classes number plain; do
  full=$run/model.safetensors
  expect_exit 0 "$MDL" export $full --serving --output $run.safetensors
  expect_text err </dev/null
  for input in "table.csv --output-format csv" "other.csv --output-format csv" "other.csv --output-format jsonl" "other.jsonl --input-format jsonl"; do
    # shellcheck disable=SC2086
    "$MDL" predict $full $input >wanted 2>wanted.err
    # shellcheck disable=SC2086
    expect_exit 0 "$MDL" predict $run.safetensors $input
    cmp out wanted
    sed 's/that training did not see.*/that the model does not know/' wanted.err | cmp - err
  done
  [ "$(wc -c <$run.safetensors)" -lt "$(wc -c <$full)" ]
  expect_exit 0 "$MDL" evaluate $run.safetensors table.csv --format json --threads 1
  mv out lean.json
  expect_exit 0 "$MDL" evaluate $full table.csv --format json --threads 1
  python3 -c 'import json; a, b = (json.load(open(f)) for f in ("lean.json", "out")); assert a["metrics"] == b["metrics"]; assert a["intervals"] == b["intervals"]'
done
grep -q 'city: .* cells are categories' err || "$MDL" predict plain.safetensors other.csv 2>&1 >/dev/null | grep -qx 'city: 30 of 1,200 cells are categories that the model does not know'

# Parquet and Arrow, where there is a module for them.
if "$MDL" predict binary/model.safetensors other.csv --output-format arrow >wanted 2>/dev/null; then
  "$MDL" predict binary.safetensors other.csv --output-format arrow 2>/dev/null | cmp - wanted
fi

# What is in the file, and what is not.
"$MDL" export number/model.safetensors --serving --output again.safetensors
python3 - <<'EOT'
import json, struct
def read(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    return data, header.pop("__metadata__"), {name: data[8 + size + t["data_offsets"][0]:8 + size + t["data_offsets"][1]] for name, t in header.items()}
data, about, tensors = read("number.safetensors")
assert set(about) == {"mdl.format", "mdl.model"} and about["mdl.format"] == "2", about
for word in (b"canary", b"Canary", "K\u00f6ln".encode(), b"Wharf", b"2.50", b"histogram", b"training", b"epoch", b"rows", b"versions", b"config"):
    assert word not in data, word
full, _, full_tensors = read("number/model.safetensors")
assert b"shop-canary-7" in full and "encoder.values" in full_tensors and "histogram.counts" in full_tensors
values = struct.unpack(f"<{len(full_tensors['encoder.values']) // 8}d", full_tensors["encoder.values"])
assert len(values) >= 30
# Of a small number in an exact place chance could make the same 8 bytes, not of all.
assert sum(struct.pack("<d", value) in data for value in values if value not in (0, 1)) <= 2, values
kept = {name for name in tensors if not name.startswith(("encoder.hashes", "encoder.spellings", "text."))}
assert all(tensors[name] == full_tensors[name] for name in kept)
# Another export has other keys: not one hash in common.
again, _, again_tensors = read("again.safetensors")
assert len(again) == len(data)
pieces = lambda t: {t["encoder.hashes"][i:i + 16] for i in range(0, len(t["encoder.hashes"]), 16)}
assert len(pieces(tensors)) * 16 == len(tensors["encoder.hashes"]) and not pieces(tensors) & pieces(again_tensors)
EOT
cmp <("$MDL" predict number.safetensors other.csv 2>&1) <("$MDL" predict again.safetensors other.csv 2>&1)

# What it is, and what it cannot do.
"$MDL" inspect plain.safetensors >described
sed -n '1,4p;/shop/p;/^network/,$p' described >some
expect_text some <<'EOT'
model         plain.safetensors
              for serving: holds what predictions need, its values by hashes
task          binary
target        level
  shop  categorical  136, hashed
network       150-8-1, relu
parameters    1,217
EOT
"$MDL" inspect number.safetensors --format json | python3 -c '
import json, sys
about = json.load(sys.stdin)
assert about["serving"] is True and "config" not in about and "training_rows" not in about and "validation" not in about
assert [f["hashed_categories"] for f in about["features"] if f["name"] == "city"] == [5], about["features"]'
refused() {  # MESSAGE COMMAND...
  local wanted=$1
  shift
  expect_exit 1 "$@"
  expect_text err <<<"mdl: $wanted"
}
refused 'plain.safetensors: is a serving model, which holds nothing of how it was trained; use the model that it was exported from' \
  "$MDL" inspect plain.safetensors --format card
refused 'plain.safetensors: is a serving model, which has no histograms, against which drift is measured; use the model that it was exported from' \
  "$MDL" evaluate plain.safetensors table.csv --drift
for format in onnx pytorch; do
  refused 'plain.safetensors: cannot be exported: it is a serving model, which holds its categories and exact values by hashes only; use the model that it was exported from' \
    "$MDL" export plain.safetensors --format $format --output there
done
refused 'plain.safetensors: cannot be exported: it is a serving model already' "$MDL" export plain.safetensors --serving --output there
[ ! -e there ]
expect_exit 2 "$MDL" export plain/model.safetensors --serving --format onnx --output there
"$MDL" evaluate plain.safetensors table.csv --intervals none | grep -qx 'The baseline is not known, since a serving model holds no class shares.'
expect_exit 0 "$MDL" explain plain.safetensors table.csv
expect_exit 0 "$MDL" benchmark plain.safetensors --seconds 0.01 --batch 1 --threads 1
