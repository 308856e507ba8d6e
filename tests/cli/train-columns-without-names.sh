#!/usr/bin/env bash
# pandas' index has no name in CSV, nor has what stands behind a last comma: training leaves both out, and no command needs them.
. "$ROOT/tests/cli/lib.sh"

small_table | awk -v OFS=, 'NR == 1 { print "," $0 ","; next } { print NR - 2 "," $0 "," }' >table.csv
"$MDL" train table.csv --target status --output run --set model.preset=plain --set "model.hidden=[4]" --set train.epochs=2 >training 2>err
grep -qx "the first column has no name, as the index that pandas writes, and is ignored; to use it, name it in the file" err
grep -qx "what stands behind column 'status' has no name and no values and is ignored; to use it, name it in the file" err
grep -q '60 rows, 3 features' err

"$MDL" evaluate run/model.safetensors table.csv >/dev/null
head -3 table.csv | "$MDL" predict run/model.safetensors | cut -d , -f 1-6 >out
head -3 table.csv | diff - out
small_table | "$MDL" evaluate run/model.safetensors - >/dev/null
"$MDL" init table.csv --target status >config.yaml
"$MDL" train config.yaml --output other "${TINY[@]}" >training

if "$MDL" predict run/model.safetensors table.csv --output rows.parquet 2>/dev/null; then   # where mdl has Arrow
  "$MDL" predict run/model.safetensors table.csv --only >expected
  "$MDL" predict run/model.safetensors rows.parquet --only | diff expected -
fi

printf 'a,,b\n1,2,3\n' >table.csv
expect_exit 1 "$MDL" train table.csv --target b --output third
expect_text err <<'EOT'
mdl: table.csv:1: column 2 has no name; only the first column and trailing ones may have none
EOT
