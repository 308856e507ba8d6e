#!/usr/bin/env bash
# benchmark tells rows a second and latencies for each number of threads and rows, as a table and as JSON.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" benchmark run/model.safetensors --device cpu --batch 1,300 --threads 1,2 --seconds 0.02 --output table 2>err
expect_text err </dev/null
awk '{ print $1, $2, NF }' table >shape
expect_text shape <<'EOT'
run/model.safetensors on 3
  0
threads batch 9
1 1 6
1 300 6
2 1 6
2 300 6
EOT
"$MDL" benchmark run/model.safetensors --device cpu --batch 7 --threads 1 --seconds 0.02 --format json >report.json
python3 - <<'EOF_PYTHON'
import json
report = json.load(open("report.json"))
assert report["model"] == "run/model.safetensors" and report["device"] == "cpu", report
(result,) = report["results"]
assert result["threads"] == 1 and result["batch"] == 7 and result["calls"] >= 3, result
latency = result["latency_ms"]
assert 0 < latency["p50"] <= latency["p90"] <= latency["p99"], result
assert 0 < result["rows_per_second"] <= 7 * result["calls"] / 0.02, result
EOF_PYTHON

expect_exit 2 "$MDL" benchmark run/model.safetensors --batch 0
expect_text err <<'EOT'
mdl benchmark: --batch takes whole numbers from 1 to 1000000
EOT
expect_exit 2 "$MDL" benchmark run/model.safetensors --threads 1,5000
expect_text err <<'EOT'
mdl benchmark: --threads takes whole numbers from 1 to 1024
EOT
expect_exit 2 "$MDL" benchmark run/model.safetensors --seconds 0
expect_text err <<'EOT'
mdl benchmark: --seconds takes a number above 0 and at most 3600
EOT
expect_exit 2 "$MDL" benchmark run/model.safetensors --batch many
expect_text err <<'EOT'
mdl benchmark: Could not convert: --batch = many; see mdl benchmark --help
EOT
expect_exit 1 "$MDL" benchmark table.csv
expect_text err <<'EOT'
mdl: table.csv: is not a usable model file: its header would be 8026380358899820385 bytes long, more than 16 MiB; is it a safetensors file?
EOT

# A model with tables of values, whose rows have indices of numbers, too.
"$MDL" benchmark "$ROOT/tests/fixtures/format-1/values.safetensors" --device cpu --batch 3 --threads 1 --seconds 0.02 >table
grep -c '^ *1 *3 ' table >rows
expect_text rows <<'EOT'
1
EOT
