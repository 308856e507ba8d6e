#!/usr/bin/env bash
# Where columns have the names of an ONNX file's outputs, the export says how these are called.
. "$ROOT/tests/cli/lib.sh"

small_table | sed '1s/age/label/;1s/home/probabilities/' >table.csv
"$MDL" train table.csv --target status --output run "${TINY[@]}" >training
expect_exit 0 "$MDL" export run/model.safetensors --output model.onnx
expect_text err <<'EOT'
mdl: run/model.safetensors: the output label is called label_, since a column is called label
mdl: run/model.safetensors: the output probabilities is called probabilities_, since a column is called probabilities
EOT
