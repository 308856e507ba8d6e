#!/usr/bin/env bash
# A file that is not there, or a folder, is named with the reason.
. "$ROOT/tests/cli/lib.sh"

expect_exit 1 "$MDL" train nowhere.csv --target status
expect_text err <<'EOT'
mdl: nowhere.csv: cannot be opened: No such file or directory
EOT

mkdir folder
expect_exit 2 "$MDL" train folder --target status
expect_text err <<'EOT'
mdl train: 'folder': is a folder; --resume continues the run in it
EOT

expect_exit 1 "$MDL" train nowhere.yaml
expect_text err <<'EOT'
mdl: nowhere.yaml: cannot be opened: No such file or directory
EOT
