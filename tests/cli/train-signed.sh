#!/usr/bin/env bash
# A signed run is followed from its data to its model, and a change anywhere on the way is found.
. "$ROOT/tests/cli/lib.sh"

signing_keys
small_table >table.csv
train=("$MDL" train table.csv --target status --output run "${TINY[@]}")
"${train[@]}" --signing-key private.pem >out
"$MDL" verify run/model.safetensors --key public.pem >out
expect_exit 0 "$MDL" verify run --key public.pem
expect_text out <<'EOT'
run/run.json: as signed
table.csv: as recorded, 60 rows of data.train
run/model.safetensors: as recorded
run/config.yaml: as recorded
run/report.html: as recorded
run/metrics.jsonl: as recorded
EOT

expect_exit 1 "$MDL" verify run --key other-public.pem
expect_text err <<'EOT'
mdl: run/run.json.sig: is not a signature that is trusted: it names another key than other-public.pem
EOT

# Data that are elsewhere are not checked, and that is said; changed ones are found, though nobody reads the lines.
mv table.csv moved.csv
expect_exit 0 "$MDL" verify run --key public.pem
grep -qx 'table.csv: not checked, as it is not there; 60 rows of data.train' out
sed 's/own/rent/' moved.csv >table.csv
code=0
"$MDL" verify run --key public.pem 2>err | true || code=$?
[ $code -eq 1 ]
expect_text err <<<'mdl: run: differs from its record: table.csv'
mv moved.csv table.csv

cp run/model.safetensors model
printf 'x' >>run/model.safetensors
rm run/report.html
expect_exit 1 "$MDL" verify run --key public.pem
grep -qx 'run/model.safetensors: DIFFERS from the record' out
grep -qx 'run/report.html: MISSING' out
expect_text err <<<'mdl: run: differs from its record: run/model.safetensors and run/report.html'
sed -i 's/"seed": 0/"seed": 1/' run/run.json
expect_exit 1 "$MDL" verify run --key public.pem
expect_text err <<<'mdl: run/run.json: is not what was signed; run/run.json.sig is about other bytes'

# A run that takes its place unsigned leaves no signature that would be another's; a key that is of no use costs no training.
cp model run/model.safetensors
"${train[@]}" --force >out
[ -s run/run.json ] && [ ! -e run/run.json.sig ] && [ ! -e run/model.safetensors.sig ]
chmod 644 private.pem
rm run/model.safetensors
expect_exit 1 "${train[@]}" --force --signing-key private.pem
grep -q 'others than its owner may read' err
[ ! -e run/model.safetensors ]
