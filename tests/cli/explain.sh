#!/usr/bin/env bash
# explain tells what each feature is worth, in four forms; the same seed gives the same report.
. "$ROOT/tests/cli/lib.sh"

train_small
expect_exit 0 "$MDL" explain run/model.safetensors table.csv
expect_text err </dev/null
cp out first
expect_exit 0 "$MDL" explain run/model.safetensors table.csv --seed 0 --output again
expect_text out </dev/null
cmp first again
[ "$(sed -n '/^feature /,$p' first | wc -l)" -eq 4 ]
expect_exit 0 "$MDL" explain run/model.safetensors - --format json --metric log_loss <table.csv
python3 - <<'EOT'
import json
report = json.load(open("out"))
assert (report["data"], report["rows"], report["importance"]["metric"]) == ("-", 60, "log_loss"), report
features = report["importance"]["features"]
assert sorted(one["feature"] for one in features) == ["age", "home", "income"], features
for one in features:
    assert one["interval"]["low"] <= one["drop"] <= one["interval"]["high"], one
EOT
expect_exit 0 "$MDL" explain run/model.safetensors table.csv --format html --repeats 1
grep -q 'Importance: how much worse accuracy becomes when a column is shuffled' out
expect_exit 0 "$MDL" explain run/model.safetensors table.csv --format markdown --repeats 1
grep -q 'Importance' out

expect_exit 0 "$MDL" explain run/model.safetensors table.csv --rows 40 --format json
grep -q '"rows": 40,' out
expect_text err <<'EOT'
table.csv: a random sample of 40 of 60 rows; --rows takes more
EOT
