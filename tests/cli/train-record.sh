#!/usr/bin/env bash
# run.json says what a run was made of and what it made; the same run gives the same record, but for what tells its duration.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
small_table | head -n 21 >more.csv
small_table | tail -n +2 | head -n 9 | sed '1i age,income,home,status' | gzip >test.csv.gz
cat >config.yaml <<'EOT'
data: {train: [table.csv, more.csv], target: status, test: test.csv.gz}
model: {version: 4, preset: plain, hidden: [4]}
train: {epochs: 3, seed: 3}
output: one
EOT
"$MDL" train config.yaml --quiet >out
cp -r one first
"$MDL" train config.yaml --quiet --force >out

python3 - <<'EOT'
import hashlib, json

def digest(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()

record = json.load(open("one/run.json"))
assert record["mdl.run"] == "1" and record["model_version"] == 4 and record["seed"] == 3
assert "parent" not in record and record["changes"] == []
assert record["inputs"] == [
    {"key": "data.train", "path": "table.csv", "sha256": digest("table.csv"), "rows": 60},
    {"key": "data.train", "path": "more.csv", "sha256": digest("more.csv"), "rows": 20},
    {"key": "data.test", "path": "test.csv.gz", "sha256": digest("test.csv.gz"), "rows": 9}], record["inputs"]
assert record["rows"]["training"] + record["rows"]["validation"] == 80
assert {o["file"]: o["sha256"] for o in record["outputs"]} == {
    name: digest("one/" + name) for name in ["model.safetensors", "config.yaml", "report.html", "metrics.jsonl"]}
assert record["config"] == open("one/config.yaml").read()
assert set(record["versions"]) == {"mdl", "libtorch", "build"}

first = json.load(open("first/run.json"))
for one in record, first:
    one["outputs"] = [o for o in one["outputs"] if o["file"] not in ("report.html", "metrics.jsonl")]
assert record == first
EOT

# A resumed run names the state that it went on from.
parent=$(sha256sum one/last.safetensors | cut -d ' ' -f 1)
"$MDL" train config.yaml --quiet --resume --allow-changes --set train.epochs=5 >out
grep -qF "\"parent\": \"$parent\"" one/run.json
grep -q '"train.epochs was 3, is 5 (from step' one/run.json
