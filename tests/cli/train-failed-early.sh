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
mdl: narrow.csv: the model needs column 'age', which is not there; the file has income, home and status
mdl: unlabelled.csv: has no column 'status', the target
EOT

# A file of ours that was cut off by a kill is removed by the next run that has the folder; what only looks like one stays.
touch run/last.safetensors.mdl-ab3xy1 run/model.safetensors.mdl-000000 run/config.yaml.backup run/notes.txt.mdl-ab3xy1
mkdir run/report.html.mdl-folder
"${train[@]}" --output run --resume >out
[ "$(ls run | xargs)" = "config.yaml config.yaml.backup last.safetensors metrics.jsonl model.safetensors notes.txt.mdl-ab3xy1 report.html report.html.mdl-folder run.json" ]

# Killed at any call of a save, nothing is left.
strace -o trace true || { echo 'skipped: strace is not there, or may not trace'; exit 0; }
train=("$MDL" train table.csv --target status --output run "${TINY[@]}")
for call in write fsync linkat renameat; do
  strace -y -o trace -e trace="$call" "${train[@]}" --force >out
  at=$(awk '/[\/"]run[\/>"]/ && !/^write\(1</ { print NR }' trace)
  [ "$(wc -w <<<"$at")" -ge 5 ]
  for k in $at; do
    strace -o trace -e trace="$call" -e inject="$call:signal=KILL:when=$k" "${train[@]}" --force >out 2>&1 || true
  done
done
"${train[@]}" --resume >out
[ "$(ls run | xargs)" = "config.yaml config.yaml.backup last.safetensors metrics.jsonl model.safetensors notes.txt.mdl-ab3xy1 report.html report.html.mdl-folder run.json" ]
