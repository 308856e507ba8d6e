#!/usr/bin/env bash
# A run that ends before its first state is simply started again; one that ends after it goes on; and nothing is left lying about.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
train=("$MDL" train table.csv --target status "${TINY[@]}")
"${train[@]}" --output whole >out

"${train[@]}" --output run --set train.epochs=100000000 >out &
wait_for run/config.yaml
kill -KILL $!
wait $! || true
[ ! -e run/model.safetensors ]
cp -r run resumed
"${train[@]}" --output run >out
cmp run/model.safetensors whole/model.safetensors
"${train[@]}" --output resumed --resume >out
cmp resumed/model.safetensors whole/model.safetensors

# Between its model and its last state: the test table has a row that cannot be scored.
sed '30s/^[0-9]*/old/' table.csv >test.csv
expect_exit 1 "${train[@]}" --output late --set data.test=test.csv
expect_text err <<'EOT'
mdl: test.csv:30: column 'age': 'old' is not a number
EOT
[ -s late/model.safetensors ] && [ -s late/report.html ]
expect_exit 1 "${train[@]}" --output late --set data.test=test.csv --resume
"${train[@]}" --output late --set data.test=table.csv --resume >out
grep -q 'table.csv' out
"${train[@]}" --output late --set data.test=table.csv --resume >out
expect_text out </dev/null

# What is wrong with the name or the columns of the test table is said before the first step.
cut -d , -f 2- table.csv >narrow.csv
cut -d , -f -3 table.csv >unlabelled.csv
for test in nowhere.csv narrow.csv unlabelled.csv; do
  expect_exit 1 "${train[@]}" --output never --set data.test=$test --set train.epochs=100000000
  cat err >>errors
  rm -rf never
  expect_exit 1 "${train[@]}" --output never --set data.test=$test --dry-run
done
expect_text errors <<'EOT'
mdl: nowhere.csv: cannot be opened: No such file or directory
mdl: narrow.csv: has no column 'age', which the model was trained on
mdl: unlabelled.csv: has no column 'status', which the model predicts
EOT

# A file of ours that was cut off by a kill is removed by the next run that has the folder; what only looks like one stays.
touch run/last.safetensors.aB3xYz run/model.safetensors.000000 run/config.yaml.backup run/notes.txt.aB3xYz
mkdir run/report.html.abcdef
"${train[@]}" --output run --resume >out
[ "$(ls run | xargs)" = "config.yaml config.yaml.backup last.safetensors metrics.jsonl model.safetensors notes.txt.aB3xYz report.html report.html.abcdef" ]
