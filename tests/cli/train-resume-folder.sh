#!/usr/bin/env bash
# --resume takes the folder of a run, and goes on by the config in it.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
train=("$MDL" train table.csv --target status "${TINY[@]}" --set train.epochs=20000)
"${train[@]}" --output broken >out 2>err &
until [ -s broken/config.yaml ]; do sleep 0.01; done
kill -INT $!
wait $! || true
[ ! -e broken/model.safetensors ]
mv broken moved
expect_exit 0 "$MDL" train --resume moved/ --quiet
"${train[@]}" --output whole >out
cmp whole/model.safetensors moved/model.safetensors
expect_exit 0 "$MDL" train moved --resume
grep -q 'already finished' err

expect_exit 2 "$MDL" train moved
expect_text err <<'EOT'
mdl train: 'moved': is a folder; --resume continues the run in it
EOT
mkdir empty
expect_exit 1 "$MDL" train --resume empty
expect_text err <<'EOT'
mdl: empty: holds no run to resume
EOT
