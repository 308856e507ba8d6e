#!/usr/bin/env bash
# mdl config tells what it was not asked right.
. "$ROOT/tests/cli/lib.sh"

expect_exit 2 "$MDL" config chek config.yaml
expect_text err <<'EOT'
mdl config: there is no action 'chek'; did you mean 'check'?
EOT
expect_exit 2 "$MDL" config show
expect_text err <<'EOT'
mdl config: no config is given; see mdl config --help
EOT
expect_exit 2 "$MDL" config reference config.yaml
expect_text err <<'EOT'
mdl config: the reference takes no config and no --set
EOT

expect_exit 2 "$MDL" config show --set foo
expect_text err <<'EOT'
mdl config: --set: expected KEY=VALUE, found 'foo'; see mdl config --help
EOT
expect_exit 2 "$MDL" train table.csv --target status --set foo
expect_text err <<'EOT'
mdl train: --set: expected KEY=VALUE, found 'foo'; see mdl train --help
EOT

printf 'data: {train: table.csv, target: status}\ntrain: {epochs: 0}\n' >config.yaml
expect_exit 1 "$MDL" config check config.yaml --set train.sed=1
expect_text out </dev/null
expect_text err <<'EOT'
mdl: config.yaml:2:9: train.epochs: expected auto, or a whole number from 1 to 1000000000, found '0'
--set train.sed=1: unknown key 'train.sed'; did you mean 'train.seed'?
EOT
