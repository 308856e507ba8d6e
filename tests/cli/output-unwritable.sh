#!/usr/bin/env bash
# An output that cannot be written is named with the reason.
. "$ROOT/tests/cli/lib.sh"

train_small
expect_exit 1 "$MDL" predict run/model.safetensors table.csv --output nowhere/scored.csv
expect_text err <<'EOT'
mdl: nowhere/scored.csv: cannot be written: No such file or directory
EOT

expect_exit 1 "$MDL" evaluate run/model.safetensors table.csv --output run
expect_text err <<'EOT'
mdl: run: is a folder; a file is expected
EOT

expect_exit 1 "$MDL" train table.csv --target status --output table.csv --quiet
expect_text err <<'EOT'
mdl: table.csv: cannot be created: Not a directory
EOT
