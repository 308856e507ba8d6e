#!/usr/bin/env bash
# An empty input is an error; a header alone gives a header.
. "$ROOT/tests/cli/lib.sh"

train_small
: >empty.csv
expect_exit 1 "$MDL" predict run/model.safetensors empty.csv
expect_text err <<'EOT'
mdl: empty.csv: is empty; a header line is expected
EOT
echo age,income,home | "$MDL" predict run/model.safetensors >out
expect_text out <<'EOT'
age,income,home,prediction,p_bad,p_good
EOT
