#!/usr/bin/env bash
# A device that does not exist is refused in the same words by every command.
. "$ROOT/tests/cli/lib.sh"

train_small
for command in "train table.csv --target status --output other" "predict run/model.safetensors table.csv" "evaluate run/model.safetensors table.csv"; do
  # shellcheck disable=SC2086
  expect_exit 1 "$MDL" $command --device gpu
  expect_text err <<'EOT'
mdl: --device: expected auto, cpu, cuda or cuda:N, found 'gpu'
EOT
done
