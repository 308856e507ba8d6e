#!/usr/bin/env bash
# Of two runs that are started in one folder the second one is refused, until the first has ended, even by a kill.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
"$MDL" train table.csv --target status --output run "${TINY[@]}" --set train.epochs=100000000 >first 2>&1 &
wait_for run/config.yaml
for how in "" --force --resume; do
  # shellcheck disable=SC2086
  expect_exit 1 "$MDL" train table.csv --target status --output run "${TINY[@]}" $how
  expect_text err <<'EOT'
mdl: run: is in use by another run; choose another folder with --output
EOT
done
kill -KILL $!
wait $! || true
"$MDL" train table.csv --target status --output run "${TINY[@]}" --force >out
[ -s run/model.safetensors ]
