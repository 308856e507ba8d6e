#!/usr/bin/env bash
# With --confidence a gate is undecided (4) where its bound lies within the score's interval; a failure beats it (3).
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" evaluate run/model.safetensors table.csv --format json >report.json
read -r within above below < <(python3 -c '
import json
interval = json.load(open("report.json"))["intervals"]["f1"]
print((interval["low"] + interval["high"]) / 2, interval["high"] + 1e-3, interval["low"] - 1e-3)')
gate() { expect_exit "$1" "$MDL" evaluate run/model.safetensors table.csv --output report.txt "${@:2}"; }
gate 0 --confidence 0.95 --fail-under "f1=$below"
gate 4 --confidence 0.95 --fail-under "f1=$within"
[ -s report.txt ]
gate 3 --confidence 0.95 --fail-under "f1=$above"
gate 3 --confidence 0.95 --fail-under "f1=$within" --fail-under "f1=$above"
gate 4 --confidence 0.95 --fail-under "f1=$below" --fail-under "f1=$within"

expect_exit 2 "$MDL" evaluate run/model.safetensors table.csv --confidence 0.95 --intervals none
expect_text err <<'EOT'
mdl evaluate: --confidence decides by intervals; omit --intervals none
EOT
expect_exit 2 "$MDL" evaluate run/model.safetensors table.csv --confidence 1
expect_text err <<'EOT'
mdl evaluate: --confidence 1: expected a number from 0.5 to 0.9999
EOT
