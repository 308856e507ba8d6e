#!/usr/bin/env bash
# The config that init prints trains as it stands.
. "$ROOT/tests/cli/lib.sh"

small_table >customers.csv
"$MDL" init customers.csv --target status >customers.yaml
grep -q '^  # activation: .* one of relu, gelu, silu, tanh, selu and mish$' customers.yaml
expect_exit 0 "$MDL" config check customers.yaml
expect_text out <<'EOT'
customers.yaml: ok
EOT
"$MDL" train customers.yaml "${TINY[@]}" >out
[ -s runs/customers/model.safetensors ]
