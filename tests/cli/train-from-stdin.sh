#!/usr/bin/env bash
# A table on standard input makes the same model as the file.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" train - --target status --output piped "${TINY[@]}" <table.csv
cmp run/model.safetensors piped/model.safetensors
