#!/usr/bin/env bash
# --baseline compares with another model on the same rows, or with its report of the same data.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" train table.csv --target status --output worse "${TINY[@]}" --set train.learning_rate=0.00001 --set train.epochs=1 >/dev/null
"$MDL" evaluate run/model.safetensors table.csv --format json >old.json
grep -q "\"data_sha256\": \"$(sha256sum <table.csv | cut -d ' ' -f 1)\"" old.json

for baseline in run/model.safetensors old.json; do
  expect_exit 0 "$MDL" evaluate run/model.safetensors table.csv --baseline $baseline --max-drop log_loss=0
  expect_exit 3 "$MDL" evaluate worse/model.safetensors table.csv --baseline $baseline --max-drop log_loss=0.001
done
expect_exit 0 "$MDL" evaluate run/model.safetensors table.csv --baseline run/model.safetensors --max-drop f1=0 --confidence 0.95
expect_exit 4 "$MDL" evaluate run/model.safetensors table.csv --baseline old.json --max-drop f1=0.01 --confidence 0.95

head -n 50 table.csv >other.csv
expect_exit 1 "$MDL" evaluate run/model.safetensors other.csv --baseline old.json --max-drop f1=0.01
expect_text err <<EOT
mdl: old.json: is about other data (its SHA-256 begins with '$(sha256sum <table.csv | cut -c -12)', here with '$(sha256sum <other.csv | cut -c -12)'); give the model instead, which is then scored on the rows here
EOT
echo '{}' >empty.json
expect_exit 1 "$MDL" evaluate run/model.safetensors table.csv --baseline empty.json
expect_text err <<'EOT'
mdl: empty.json: does not say which data it is about; give the model instead
EOT
expect_exit 1 "$MDL" evaluate run/model.safetensors table.csv --baseline table.csv.json
echo nonsense >nonsense.json
expect_exit 1 "$MDL" evaluate run/model.safetensors table.csv --baseline nonsense.json
expect_text err <<'EOT'
mdl: nonsense.json: is not a report of mdl evaluate --format json: it is not JSON, at byte 2
EOT
head -c 5000000 /dev/zero | tr '\0' '[' >deep.json
(ulimit -v 400000; expect_exit 1 "$MDL" evaluate run/model.safetensors table.csv --device cpu --baseline deep.json; cp err deep.err)
expect_text deep.err <<'EOT'
mdl: deep.json: is not a report of mdl evaluate --format json: it is nested too deeply
EOT
"$MDL" train table.csv --target age --output ages "${TINY[@]}" >/dev/null
expect_exit 1 "$MDL" evaluate run/model.safetensors table.csv --baseline ages/model.safetensors
expect_text err <<'EOT'
mdl: the baseline predicts column 'age' (regression), the model column 'status' (binary); they cannot be compared
EOT
expect_exit 2 "$MDL" evaluate run/model.safetensors table.csv --max-drop f1=0.01
expect_text err <<'EOT'
mdl evaluate: a drop needs --baseline, the model or report to compare with
EOT
