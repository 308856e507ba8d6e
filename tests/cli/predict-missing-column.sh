#!/usr/bin/env bash
# A feature that the input lacks is named.
. "$ROOT/tests/cli/lib.sh"

train_small
cut -d , -f 1,3 table.csv >narrow.csv
expect_exit 1 "$MDL" predict run/model.safetensors narrow.csv
expect_text err <<'EOT'
mdl: narrow.csv: the model needs column 'income', which is not there; the file has age and home
EOT
expect_text out </dev/null
