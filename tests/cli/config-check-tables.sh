#!/usr/bin/env bash
# config check holds the config against its tables: every column that it names at once, then cells, target and the other files; what it
# cannot look at it says.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
cat >config.yaml <<'EOT'
data:
  train: table.csv
  target: Status
  weight: wait
  ignore: [Age]
EOT
expect_exit 1 "$MDL" config check config.yaml --set 'data.types={hom: categorical}'
expect_text err <<'EOT'
mdl: config.yaml:3: data.target: table.csv has no column 'Status'; did you mean 'status'?
config.yaml:4: data.weight: table.csv has no column 'wait'
config.yaml:5: data.ignore: table.csv has no column 'Age'; did you mean 'age'?
--set: data.types: table.csv has no column 'hom'; did you mean 'home'?
table.csv: the columns are 'age', 'income', 'home' and 'status'
EOT
expect_text out </dev/null

printf 'data: {train: table.csv, target: status}\n' >config.yaml
expect_exit 0 "$MDL" config check config.yaml
expect_text err <<'EOT'
table.csv: 60 rows, 3 features; target 'status': binary, classes bad and good
EOT
expect_text out <<'EOT'
config.yaml: ok
EOT

expect_exit 1 "$MDL" config check config.yaml --set 'train.class_weights={Bad: 2}'
grep -qx "mdl: train.class_weights: column 'status' has no class 'Bad'; did you mean 'bad'?" err
expect_exit 1 "$MDL" config check config.yaml --set data.target=income --set train.label_smoothing=0.1
grep -qx "mdl: train.label_smoothing is for classes; column 'income' makes this a regression" err
cut -d , -f 2- table.csv >narrow.csv
for key in validation test; do
  expect_exit 1 "$MDL" config check config.yaml --set data.$key=narrow.csv
  grep -qx "mdl: narrow.csv: the model needs column 'age', which is not there; the file has income, home and status" err
done
sed 1s/age/Age/ table.csv >other.csv
expect_exit 1 "$MDL" config check config.yaml --set data.test=other.csv
grep -qx "mdl: other.csv: the model needs column 'age' (is it 'Age'?), which is not there; the file has Age, income, home and status" err

# Not looked at.
expect_exit 0 "$MDL" config check config.yaml --set data.train=- </dev/null
expect_text err <<'EOT'
not looked at: standard input is read in training only; columns and cells are not checked
EOT
expect_exit 0 "$MDL" config check config.yaml --set data.train=nowhere.csv
expect_text err <<'EOT'
not looked at: nowhere.csv: no such file here; columns and cells are not checked
EOT
"$MDL" keygen --output key.txt >key.pub 2>/dev/null
"$MDL" encrypt table.csv --recipients-file key.pub --output table.csv.age
expect_exit 0 "$MDL" config check config.yaml --set data.train=table.csv.age
grep -q '^not looked at: table.csv.age: is encrypted for .*; columns and cells are not checked$' err
expect_exit 0 "$MDL" config check config.yaml --set data.train=table.csv.age --identity key.txt
grep -q '^table.csv.age: 60 rows' err
