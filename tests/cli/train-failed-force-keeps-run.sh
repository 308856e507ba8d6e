#!/usr/bin/env bash
# A run that --force would replace stays whole when the new training fails.
. "$ROOT/tests/cli/lib.sh"

train_small
cp -r run before
echo 'age,income,home,status' >empty.csv
expect_exit 1 "$MDL" train empty.csv --target status --output run --force
diff -r run before
