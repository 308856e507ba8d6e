#!/usr/bin/env bash
# MODEL and DATA in the wrong order are told as such, whatever the command.
. "$ROOT/tests/cli/lib.sh"

train_small
cp run/model.safetensors renamed
for command in evaluate explain predict; do
  for model in run/model.safetensors run renamed; do
    expect_exit 2 "$MDL" $command table.csv $model
    expect_text err < <(echo "mdl $command: MODEL and DATA are swapped: '$model' is the model, and comes before 'table.csv'")
  done
  expect_exit 2 "$MDL" $command run/model.safetensors renamed
  expect_text err < <(echo "mdl $command: 'renamed': is a model, where a table is expected")
done
expect_exit 0 "$MDL" predict run/model.safetensors - <table.csv
expect_exit 0 "$MDL" evaluate run/model.safetensors <(cat table.csv)
