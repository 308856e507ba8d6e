#!/usr/bin/env bash
# Every command that reads rows ends with a line on stderr where cells are categories that training did not see; reports have a table.
. "$ROOT/tests/cli/lib.sh"

train_small
model=run/model.safetensors
sed '2,7s/own\|rent/lease/; 3s/,lease/, LEASE/' table.csv >new.csv
sed 's/,[a-z]*$//' new.csv >rows.csv

expect_exit 0 "$MDL" predict $model rows.csv
expect_text err <<'EOT'
home: 6 of 60 cells are categories that training did not see
EOT
expect_exit 0 "$MDL" predict $model rows.csv rows.csv table.csv --columns age --on-error skip
expect_text err <<'EOT'
home: 12 of 180 cells are categories that training did not see
EOT
printf 'age,income,home\n1,2,lease\n' >one.csv
expect_exit 0 "$MDL" predict $model one.csv
expect_text err <<'EOT'
home: 1 of 1 cell is a category that training did not see
EOT
expect_exit 0 "$MDL" predict $model table.csv
expect_text err </dev/null

expect_exit 0 "$MDL" evaluate $model new.csv --intervals none
expect_text err <<'EOT'
home: 6 of 60 cells are categories that training did not see
EOT
sed -n '/^Categories/,/^$/p' out | sed '/^$/d' >told
expect_text told <<'EOT'
Categories not seen in training
column  cells  unseen  rare in training
home       60       6                 -
EOT
"$MDL" evaluate $model new.csv --intervals none --format json 2>/dev/null >report.json
python=/usr/bin/python3   # scripts/setup installs the system's package
[ -x "$python" ] || python=python3
"$python" - "$ROOT" <<'EOT'
import json, sys
import jsonschema
report = json.load(open("report.json"))
jsonschema.validate(report, json.load(open(sys.argv[1] + "/configs/report.schema.json")))
assert report["unseen"] == [{"column": "home", "cells": 60, "unseen": 6, "rare_training_rows": 0}], report["unseen"]
EOT
expect_exit 0 "$MDL" explain $model new.csv
expect_text err <<'EOT'
home: 6 of 60 cells are categories that training did not see
EOT

# The validation and the test rows of a training.
expect_exit 0 "$MDL" train table.csv --target status --output files "${TINY[@]}" --set data.validation=new.csv --set data.test=new.csv
expect_text err <<'EOT'
new.csv: home: 6 of 60 cells are categories that training did not see
new.csv: home: 6 of 60 cells are categories that training did not see
EOT

# A category that was rare in training cannot be told from one that it did not see.
awk -F, 'NR > 1 && NR % 15 == 0 { sub(/own|rent/, "boat") } { print }' table.csv >rare.csv
expect_exit 0 "$MDL" train rare.csv --target status --output rare "${TINY[@]/--quiet/--force}" --set data.validation=table.csv
grep '^rare categories' err >told
expect_text told <<'EOT'
rare categories, in fewer than 5 rows, treated as unknown: 'home' (1, 6.7 % of the rows)
EOT
expect_exit 0 "$MDL" predict rare/model.safetensors rare.csv
expect_text err <<'EOT'
home: 4 of 60 cells are categories that training did not see or saw too rarely (4 of its 60 rows)
EOT
if grep -q boat rare/model.safetensors; then exit 1; fi
expect_exit 0 "$MDL" train rare.csv --target status --output all "${TINY[@]}" --set data.min_category_rows=1
expect_text err </dev/null
grep -q boat all/model.safetensors
