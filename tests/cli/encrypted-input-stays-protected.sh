#!/usr/bin/env bash
# What comes from encrypted input is not written to a file in clear unless that is asked for.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" keygen --output key.txt >public.txt
export MDL_IDENTITY_FILE=key.txt
"$MDL" encrypt table.csv --recipients-file public.txt --output table.csv.age
"$MDL" encrypt run/model.safetensors --recipients-file public.txt --output model.age
echo before >old.csv

refused() {
  expect_exit 1 "$MDL" "$@"
  grep -q -- 'would be written in clear, and .* is encrypted; encrypt it to someone with --recipient .* --plaintext-output' err
}
refused predict run/model.safetensors table.csv.age --output old.csv
echo before | cmp - old.csv
refused predict model.age table.csv --output new.csv
refused evaluate run/model.safetensors table.csv.age --output new.html --format html
refused evaluate run/model.safetensors table.csv.age --report new.json
refused explain run/model.safetensors table.csv.age --output new.txt
refused export model.age --output new.onnx
refused train table.csv.age --target status --output new "${TINY[@]}"
[ ! -e new.csv ] && [ ! -e new.html ] && [ ! -e new.json ] && [ ! -e new.txt ] && [ ! -e new.onnx ]
[ ! -e new ] || [ -z "$(ls -A new)" ]

"$MDL" predict run/model.safetensors table.csv >clear.csv
"$MDL" predict run/model.safetensors table.csv.age --output new.csv --plaintext-output
cmp new.csv clear.csv
"$MDL" predict run/model.safetensors table.csv.age | cmp - clear.csv
"$MDL" train table.csv.age --target status --output new "${TINY[@]}" --plaintext-output >training2
cmp new/model.safetensors run/model.safetensors

# Cells are not shown in messages.
{ head -n 3 table.csv; echo 'CANARY,1,own,bad'; } | "$MDL" encrypt --recipients-file public.txt >bad.csv.age
expect_exit 1 "$MDL" predict run/model.safetensors bad.csv.age --output new.csv --plaintext-output
expect_text err <<'EOT2'
mdl: bad.csv.age:4: column 'age': (hidden) is not a number
EOT2
expect_exit 1 "$MDL" predict run/model.safetensors bad.csv.age --on-error skip --rejects rejects.csv
[ ! -e rejects.csv ]

# The name does not decide.
expect_exit 1 "$MDL" predict run/model.safetensors table.csv --output scored.csv.age
expect_text err <<'EOT2'
mdl: scored.csv.age: is named as if it were encrypted; say for whom with --recipient age1..., or name it otherwise
EOT2
cp table.csv.age misnamed.csv
"$MDL" predict run/model.safetensors misnamed.csv | cmp - clear.csv
cp table.csv misnamed.age
"$MDL" predict run/model.safetensors misnamed.age | cmp - clear.csv
