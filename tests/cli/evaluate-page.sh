#!/usr/bin/env bash
# The page tells what it is about and shows the cells of the rows with the largest errors; other forms, and pages of encrypted data, do not.
. "$ROOT/tests/cli/lib.sh"

train_small
awk -F, -v OFS=, 'NR > 1 && NR % 3 == 0 { $3 = "CANARY & co" } 1' table.csv >data.csv
expect_exit 0 "$MDL" evaluate run/model.safetensors data.csv --worst 30 --report page.html --report report.json --report report.md
[ "$(grep -c '<h1>status: binary classification</h1>' page.html)" -eq 1 ]
[ "$(grep -c '<dt>3 features</dt><dd>2 numeric: age and income; 1 categorical (with number of categories): home (2)</dd>' page.html)" -eq 1 ]
[ "$(grep -c '>CANARY &amp; co</td>' page.html)" -gt 0 ]
[ "$(grep -c CANARY out report.json report.md | grep -vc ':0')" -eq 0 ]

"$MDL" keygen --output key.txt >public.txt
"$MDL" encrypt data.csv --recipients-file public.txt --output data.csv.age
expect_exit 0 "$MDL" evaluate run/model.safetensors data.csv.age --identity key.txt --plaintext-output --report page.html
[ "$(grep -c CANARY page.html)" -eq 0 ]
[ "$(grep -c 'Their cells are not shown, as the data is encrypted.' page.html)" -eq 1 ]

# What was chosen on the rows of a training report.
"$MDL" train table.csv --target status --output chosen "${TINY[@]}" --set train.threshold=f1 >out
[ "$(grep -c '^These rows also chose the epoch and threshold: slightly optimistic.' out)" -eq 1 ]
[ "$(grep -c 'These rows also chose the epoch and threshold: slightly optimistic.' chosen/report.html)" -eq 1 ]
[ "$(grep -c '<dt>trained on</dt><dd>table.csv: 48 rows</dd>' chosen/report.html)" -eq 1 ]
