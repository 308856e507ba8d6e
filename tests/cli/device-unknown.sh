#!/usr/bin/env bash
# A device that does not exist is a wrong command line for every command; one that is not there is told before the table is read.
. "$ROOT/tests/cli/lib.sh"

train_small
for command in "train table.csv --target status --output other" "predict run/model.safetensors table.csv" "evaluate run/model.safetensors table.csv" \
  "explain run/model.safetensors table.csv" "benchmark run/model.safetensors"; do
  # shellcheck disable=SC2086
  expect_exit 2 "$MDL" $command --device gpu
  expect_text err < <(echo "mdl ${command%% *}: --device: expected auto, cpu, cuda or cuda:N, found 'gpu'; see mdl ${command%% *} --help")
done

echo 'a,b' >broken.csv
expect_exit 1 "$MDL" train broken.csv --target status --output other --device cuda:99
grep -q '^mdl: device: cuda:99: ' err
