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
mdl: old.json: was computed on other data (SHA-256 '$(sha256sum <table.csv | cut -c -12)'..., here '$(sha256sum <other.csv | cut -c -12)'...); give the model instead, to evaluate it on these rows
EOT
echo '{}' >empty.json
expect_exit 1 "$MDL" evaluate run/model.safetensors table.csv --baseline empty.json
expect_text err <<'EOT'
mdl: empty.json: does not say which data it was computed on; give the model instead
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

# What cannot be compared: another positive class, other classes, another task of the same column, another column; as a model and as its report.
train() { "$MDL" train "$1" --target "$2" --output "$3" "${TINY[@]}" "${@:4}" >/dev/null; }
refused() {   # BASELINE MODEL DATA LINE
  "$MDL" evaluate "$1/model.safetensors" "$3" --format json >"$1.json"
  for baseline in "$1/model.safetensors" "$1.json"; do
    expect_exit 1 "$MDL" evaluate "$2/model.safetensors" "$3" --baseline "$baseline" --max-drop f1=0.01
    expect_text err <<<"mdl: $4"
  done
}
train table.csv status good --set data.positive=good
train table.csv status bad --set data.positive=bad
refused good bad table.csv \
  "the baseline's positive class is 'good', the model's is 'bad'; they cannot be compared: retrain one of them with the other's data.positive"
awk -F, -v OFS=, 'NR == 1 { print $0, "plan", "code" } NR > 1 { print $0, NR % 3, NR % 2 }' table.csv >plans.csv
awk -F, '$5 != 2' plans.csv >two.csv
train plans.csv plan three
train two.csv plan two
train two.csv plan number --set data.task=regression
train two.csv code code
awk -F, '$5 != 1' plans.csv >others.csv
train others.csv plan others
refused number two two.csv "the baseline predicts column 'plan' (regression), the model column 'plan' (binary); they cannot be compared"
refused three two two.csv "the baseline predicts column 'plan' (multiclass), the model column 'plan' (binary); they cannot be compared"
refused code two two.csv "the baseline predicts column 'code' (binary), the model column 'plan' (binary); they cannot be compared"
refused others two two.csv "the baseline's classes are '0' and '2', the model's '0' and '1'; they cannot be compared"
sed 's/,1,0$/,1.0,0/; s/,1,1$/,1.0,1/' two.csv >spelled.csv
train spelled.csv plan spelled
expect_exit 0 "$MDL" evaluate two/model.safetensors two.csv --baseline spelled/model.safetensors --max-drop f1=1
sed 's/"rows": 60/"rows": 59/' good.json >fewer.json
expect_exit 1 "$MDL" evaluate good/model.safetensors table.csv --baseline fewer.json
expect_text err <<'EOT'
mdl: fewer.json: is about 59 rows, here are 60 rows; give the model instead
EOT
grep -v '"target":' good.json >older.json
expect_exit 0 "$MDL" evaluate good/model.safetensors table.csv --baseline older.json --max-drop f1=0

expect_exit 2 "$MDL" evaluate run/model.safetensors table.csv --max-drop f1=0.01
expect_text err <<'EOT'
mdl evaluate: a drop needs --baseline, the model, report or predictions to compare with
EOT
