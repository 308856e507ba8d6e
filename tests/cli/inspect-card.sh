#!/usr/bin/env bash
# inspect writes a model card: what the model file knows, with the intervals of its scores, and lines for what only a person can say.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" inspect run/model.safetensors --format card >card.md
# shellcheck disable=SC2016
[ "$(head -n 1 card.md)" = '# Model card: `run/model.safetensors`' ]
grep -qx '48 training rows, 12 validation rows.' card.md
grep -qE '^\| accuracy \| 0\.[0-9]+ \| \[0\.[0-9]+, [01]\.[0-9]+\] \|$' card.md
[ "$(grep -c '^TODO: ' card.md)" -eq 5 ]
