#!/usr/bin/env bash
# What is not as one would expect of an ONNX file is said at the export, and stands in the graph's doc string: outputs that are renamed since
# a column has their name, dates that go in as days.
. "$ROOT/tests/cli/lib.sh"

small_table | sed '1s/age/label/;1s/home/probabilities/' | awk -F , -v OFS=, '{ print $0, NR == 1 ? "since" : "2024-05-" 1 + NR % 28 " 12:00" }' >table.csv
"$MDL" train table.csv --target status --output run "${TINY[@]}" >training
expect_exit 0 "$MDL" export run/model.safetensors --output model.onnx
cat >notes <<'EOT'
the input 'since' takes days since 1970-01-01 in UTC, the time of day as a fraction: 2024-05-31 12:00 as 19874.5
the output label is called label_, since a column is called label
the output probabilities is called probabilities_, since a column is called probabilities
EOT
expect_text err < <(sed 's|^|mdl: run/model.safetensors: |' notes)
while read -r note; do grep -aqF "$note" model.onnx; done <notes
