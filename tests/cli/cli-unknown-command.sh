#!/usr/bin/env bash
# A wrong command gets a suggestion and 2.
. "$ROOT/tests/cli/lib.sh"

expect_exit 2 "$MDL" trian
expect_text err <<'EOT'
mdl: 'trian' is not a command; did you mean 'train'?
EOT
expect_exit 2 "$MDL" xyzzy
expect_text err <<'EOT'
mdl: 'xyzzy' is not a command; see mdl --help
EOT
