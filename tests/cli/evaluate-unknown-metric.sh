#!/usr/bin/env bash
# A metric that does not exist is a wrong command line, with a suggestion.
. "$ROOT/tests/cli/lib.sh"

train_small
expect_exit 2 "$MDL" evaluate run/model.safetensors table.csv --fail-under acuracy=0.5
expect_text err <<'EOT'
mdl evaluate: --fail-under 'acuracy=0.5': there is no metric 'acuracy'; did you mean 'accuracy'?
EOT
expect_text out </dev/null
