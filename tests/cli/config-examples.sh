#!/usr/bin/env bash
# The configs of the project are right, and reference.yaml is what the program prints.
. "$ROOT/tests/cli/lib.sh"

for config in "$ROOT"/configs/*.yaml; do expect_exit 0 "$MDL" config check "$config"; done
"$MDL" config reference | diff -u - "$ROOT/configs/reference.yaml"
