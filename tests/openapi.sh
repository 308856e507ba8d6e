#!/usr/bin/env bash
# Holds the service to its OpenAPI document: schemathesis (PyPI) sends what the document allows and what it does not, with and without a
# token, and wants the statuses, types and bodies that it tells. That a valid request is about rows of the model no document can say: 422.
#
#   tests/openapi.sh [MAX_EXAMPLES]
set -euo pipefail
cd "$(dirname "$0")/.."
./scripts/build >&2
MDL=$PWD/build/mdl
venv=$PWD/.deps/schemathesis
[ -x "$venv/bin/schemathesis" ] || { python3 -m venv "$venv" && "$venv/bin/pip" --disable-pip-version-check install --quiet schemathesis==4.32.5 >&2; }
work=$(mktemp -d)
trap 'kill -KILL $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
. tests/cli/lib.sh
cd "$work"
train_small
"$MDL" token new --tokens tokens.yaml --scope 'infer:*' --scope 'metadata:*' --scope 'details:*' --scope 'explain:*' --scope metrics >token
"$MDL" serve credit=run/model.safetensors --tokens tokens.yaml --port 0 2>served.err &
wait_for served.err
url=http://127.0.0.1:$(sed -n 's/.*:\([0-9]*\)$/\1/p' served.err | head -n 1)

cat >hooks.py <<'EOP'
import schemathesis

@schemathesis.serializer("application/jsonl")
def lines(ctx, value):
    return str(value).encode()
EOP
cat >schemathesis.toml <<'EOP'
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "422", "429", "503"]
EOP
SCHEMATHESIS_HOOKS=hooks "$venv/bin/schemathesis" --config-file schemathesis.toml run "$url/openapi.json" --no-color --max-examples "${1:-50}" \
  --header "Authorization: Bearer $(cat token)"
[ "$(wc -l <served.err)" = 1 ] || { cat served.err; exit 1; }
