#!/usr/bin/env bash
# runs/NAME says whose run it is; --force replaces one of the same table and target only, unless --output names the folder; a misspelt target
# is told first.
. "$ROOT/tests/cli/lib.sh"

mkdir one two
small_table >one/train.csv
small_table | sed 's/own/rent/' >two/train.csv
train() { expect_exit "$1" "$MDL" train "${@:2}" "${TINY[@]}"; }
today=$(date +%F)
train 0 one/train.csv --target status
cp runs/train/model.safetensors before
train 1 two/train.csv --target status
expect_text err <<EOT
mdl: runs/train: holds a run of one/train.csv, target 'status', $today; choose another folder with --output (--output runs/train --force replaces that run)
EOT
train 1 one/train.csv --target home --force
expect_text err <<EOT
mdl: runs/train: holds a run of one/train.csv, target 'status', $today, and --force replaces a run of the same table and target only; choose another folder with --output (--output runs/train --force replaces that run)
EOT
train 1 two/train.csv --target status --force
cmp runs/train/model.safetensors before
train 1 one/train.csv --target statsu
expect_text err <<'EOT'
mdl: one/train.csv: has no column 'statsu', as data.target says; did you mean 'status'?
EOT

# The same by path, though it has changed since; by content, wherever it lies.
echo 50,100,own,bad >>one/train.csv
train 0 one/train.csv --target status --force
cp one/train.csv two/train.csv
train 0 "$PWD/two/train.csv" --target status --force
train 0 two/train.csv --target home --output runs/train --force

# Standard input is known by its bytes.
train 0 - --target status <one/train.csv
train 1 - --target status --force < <(small_table)
grep -q "^mdl: runs/stdin: holds a run of standard input, target 'status'" err
train 0 - --target status --force <one/train.csv
