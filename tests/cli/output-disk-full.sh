#!/usr/bin/env bash
# A full disk is an error and leaves no half-written file.
. "$ROOT/tests/cli/lib.sh"

train_small
expect_exit 1 "$MDL" predict run/model.safetensors table.csv --output /dev/full
expect_text err <<'EOT'
mdl: /dev/full: cannot be written: No space left on device
EOT

code=0
"$MDL" evaluate run/model.safetensors table.csv >/dev/full 2>err || code=$?
[ "$code" -eq 1 ]
expect_text err <<'EOT'
mdl: standard output: cannot be written: No space left on device
EOT

# A file may not grow over 1 KiB here.
mkdir small
code=0
(trap '' XFSZ; ulimit -f 1; "$MDL" predict run/model.safetensors table.csv --output small/scored.csv) >out 2>&1 || code=$?
[ "$code" -eq 1 ]
expect_text out <<'EOT'
mdl: small/scored.csv: cannot be written: File too large
EOT
[ -z "$(ls -A small)" ]
