#!/usr/bin/env bash
# A gate that no score can meet, or that every score meets, is refused before the data is looked at.
. "$ROOT/tests/cli/lib.sh"

train_small
expect_exit 2 "$MDL" evaluate run/model.safetensors missing.csv --fail-under roc_auc=90
expect_text err <<'EOT'
mdl evaluate: --fail-under 'roc_auc=90': roc_auc is from 0 to 1; did you mean 0.9?
EOT
printf 'fail_under:\n  accuracy: -0.1\nmax_drop:\n  f1: 5\n' >gates.yaml
expect_exit 1 "$MDL" evaluate run/model.safetensors missing.csv --gates gates.yaml --baseline missing.safetensors
expect_text err <<'EOT'
mdl: gates.yaml:2:3: 'accuracy=-0.1': accuracy is from 0 to 1
gates.yaml:4:3: 'f1=5': a drop of f1 is from 0 to 1; did you mean 0.05?
EOT
