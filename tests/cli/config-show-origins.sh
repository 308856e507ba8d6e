#!/usr/bin/env bash
# config show names the origin of each value.
. "$ROOT/tests/cli/lib.sh"

printf 'data: {train: table.csv, target: status}\ntrain:\n  epochs: 5\n' >config.yaml
"$MDL" config show config.yaml --set train.seed=7 --set model.preset=plain | tr -s ' ' >out
grep -qx ' epochs: 5 # config.yaml:3' out
grep -qx ' seed: 7 # --set' out
grep -qx ' optimizer: adam # preset' out
grep -qx ' momentum: 0.9 # default' out
