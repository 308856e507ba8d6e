#!/usr/bin/env bash
# A table that nothing can be learned from is refused with the reason, and leaves no run.
. "$ROOT/tests/cli/lib.sh"

refused() {
  expect_exit 1 "$MDL" train table.csv --target status --output run
  expect_text err
  [ ! -e run ]
}

: >table.csv
refused <<'EOT'
mdl: table.csv: is empty; a header line is expected
EOT

echo 'age,status' >table.csv
refused <<'EOT'
mdl: table.csv: has a header but no rows
EOT

printf 'age,status\n31,good\n47,good\n' >table.csv
refused <<'EOT'
mdl: table.csv: target column 'status': is 'good' in every row; a classifier needs two classes
EOT

printf 'age,state\n31,good\n47,bad\n' >table.csv
refused <<'EOT'
mdl: table.csv: has no column 'status', as data.target says; did you mean 'state'?
EOT

printf 'age,status\n31,good\n47\n' >table.csv
refused <<'EOT'
mdl: table.csv:3: 1 field, the header has 2
EOT

printf 'age,status\n31,\n47,NA\n' >table.csv
refused <<'EOT'
mdl: table.csv: target column 'status': is missing in every row
EOT

printf 'age,status\n31,good\n47,bad\n' >table.csv
refused <<'EOT'
mdl: table.csv: 2 rows are too few for train.folds: 5
EOT

printf 'age,status\n31,1\n47,2.5\n48,3.5\n49,4.5\n52,5.5\n50,1e39\n' >table.csv
refused <<'EOT'
mdl: column 'status': 1e+39 is too large to be predicted; predictions go up to 3.4e+38
EOT

printf '{"age": 31, "status": "good"}\n{"age": 47}\n' >table.csv
refused <<'EOT'
mdl: table.csv:2: has no 'status'; where a value is missing, null is expected
EOT

printf 'age,home\n31,caf\xe9\n47,own\n' >table.csv
refused <<'EOT'
mdl: table.csv:2: column 'home': 'caf\xe9' is not UTF-8 text; set data.format.encoding (--encoding), to windows-1252 or latin1 for most such files
EOT
