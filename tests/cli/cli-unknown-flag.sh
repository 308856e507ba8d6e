#!/usr/bin/env bash
# A wrong flag gets a suggestion and 2, before anything is read.
. "$ROOT/tests/cli/lib.sh"

expect_exit 2 "$MDL" train nowhere.csv --target status --focre
expect_text err <<'EOT'
mdl train: there is no flag '--focre'; did you mean --force?
EOT
expect_exit 2 "$MDL" inspect model one-more
expect_text err <<'EOT'
mdl inspect: 'one-more' is one argument too many; see mdl inspect --help
EOT
expect_exit 2 "$MDL" predict
expect_text err <<'EOT'
mdl predict: model is required; see mdl predict --help
EOT
