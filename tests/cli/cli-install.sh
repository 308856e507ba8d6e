#!/usr/bin/env bash
# Installed, the program finds the module that computes, and that LibTorch.
. "$ROOT/tests/cli/lib.sh"

cmake --install "$(dirname "$MDL")" --prefix "$PWD/installed" >/dev/null
small_table >table.csv
installed/bin/mdl train table.csv --target status --set train.epochs=1 --output run >/dev/null 2>&1
installed/bin/mdl predict run/model.safetensors table.csv | head -n 1 | grep -q prediction
