#!/usr/bin/env bash
# The wheel installs under a path with a space, by pip into an environment and into a prefix, and by uv as a tool; alone it does all but
# train and read Parquet, and says what to install for these; beside LibTorch and Arrow it does them; and nothing of it stays.
#
#   tests/package/wheel.sh      prints 'skipped: ...' where pip has no index
set -euo pipefail
ROOT=$(realpath "$(dirname "$0")/../..")
. "$ROOT/tests/cli/lib.sh"
unset MDL_LIBTORCH
cd "$ROOT"

if ! .deps/bin/pip download --quiet --no-deps --dest "$(mktemp -d)" scikit-build-core >/dev/null 2>&1; then
  echo 'skipped: pip finds no scikit-build-core, which the wheel is built with'
  exit
fi
./scripts/package wheel
wheel=$(realpath dist/*.whl)
packages=$(echo "$ROOT"/.deps/lib/python3*/site-packages)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/a folder"
cd "$work/a folder"
small_table >table.csv
cut -d , -f 1-3 table.csv | head -n 3 >new.csv
with_torch() { ln -s "$packages/torch" "$1"/lib/python3*/site-packages/; }
with_arrow() { ln -s "$packages/pyarrow" "$1"/lib/python3*/site-packages/; }
contents() { find "$1" -name __pycache__ -prune -o ! -type d -print | sort; }

# What it holds and needs: the C and C++ libraries, and no path of the machine that built it.
"$ROOT/.deps/bin/python" -m venv environment
contents environment >before
environment/bin/pip install --quiet --no-index "$wheel"
mdl=environment/bin/mdl
cmp -n 4 $mdl "$ROOT/build/mdl"   # the program itself, no script that starts it
for file in $mdl environment/lib/mdl/*.so; do
  if readelf -d "$file" | grep -E 'NEEDED.*(fmt|yaml|zstd|libz|utf8proc|crypto|ssl)|R(UN)?PATH'; then exit 1; fi
done
if grep -H "$ROOT" environment/lib/mdl/*.libraries; then exit 1; fi
[ "$(wc -c <"$wheel")" -lt 10000000 ]
grep -q '^Requires-Dist: torch<2.14,>=2.13; extra == .train' environment/lib/python3*/site-packages/mdl-*.dist-info/METADATA

# Alone.
model=$ROOT/tests/fixtures/format-1/binary.safetensors
rows=$ROOT/tests/fixtures/format-1/binary.csv
"$ROOT/build/mdl" predict "$model" "$rows" >expected.csv
$mdl predict "$model" "$rows" | cmp - expected.csv
$mdl inspect "$model" >/dev/null
expect_exit 1 $mdl train table.csv --target status --output run "${TINY[@]}"
grep -qE '^mdl: mdl-compute.so needs LibTorch 2[.][0-9]+[.]x, which is not there; pip install "mdl\[train\]" installs it, beside mdl \(libtorch_cpu.so' err
expect_exit 1 $mdl predict "$model" "$rows" --output scored.parquet
grep -q '^mdl: --output: for Parquet mdl needs pyarrow of the version that pip install "mdl\[parquet\]" installs beside it: ' err

# With what the extras bring; by a variable, LibTorch from elsewhere.
MDL_LIBTORCH=$packages/torch $mdl train table.csv --target status --output run "${TINY[@]}" >/dev/null
with_torch environment
with_arrow environment
$mdl train table.csv --target status --output run --force "${TINY[@]}" >/dev/null
$mdl predict run/model.safetensors new.csv | head -n 1 | grep -qx 'age,income,home,prediction,p_bad,p_good'
$mdl predict run/model.safetensors new.csv --output scored.parquet
$mdl predict run/model.safetensors scored.parquet --only --output-format csv | cmp - <($mdl predict run/model.safetensors new.csv --only)
$mdl evaluate run/model.safetensors table.csv --fail-under accuracy=0.1 >/dev/null
$mdl explain run/model.safetensors table.csv >/dev/null
for variable in /nowhere torch; do
  expect_exit 1 env MDL_LIBTORCH=$variable $mdl train table.csv --target status --output other "${TINY[@]}"
  grep -E '^mdl: MDL_LIBTORCH: (/nowhere/lib holds no such libraries|expected an absolute path, found .torch.)' err
done

# The module finds the program that it came with, and says what it lacks.
environment/bin/python - <<'EOT'
import pyarrow
import mdl
table = pyarrow.table({"x": [float(i) for i in range(60)], "y": ["no", "yes"] * 30})
model = mdl.train(table, target="y", verbose=False, model__preset="plain", train__epochs=1)
assert set(model.predict(table).to_pylist()) <= {"no", "yes"}
EOT
rm environment/lib/python3*/site-packages/pyarrow
environment/bin/python -c 'import mdl; mdl.load("run/model.safetensors").predict({})' 2>err || true
grep -q '^mdl.program.Error: tables of Python go to mdl as Arrow has them; pip install "mdl\[python\]" installs pyarrow' err

# The continuous integration of others installs it, and evaluates.
PIP_NO_INDEX=1 PYTHONPATH=$ROOT/tests PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 - "$wheel" <<'EOP'
import sys
from forges import Forge, expect, github, gitlab

for code, printed, *_ in (github(Forge(), "push", {"package": sys.argv[1], "model": "run/model.safetensors", "data": "table.csv"}),
                          gitlab(Forge(), {"MDL_PACKAGE": sys.argv[1], "MDL_MODEL": "run/model.safetensors", "MDL_DATA": "table.csv"})):
    expect(0, code, printed)
EOP

# Uninstalled: pip leaves no file, though empty folders under share/.
rm environment/lib/python3*/site-packages/torch
environment/bin/pip uninstall --quiet --yes mdl
contents environment | diff before -

# Another LibTorch than the one that it is built for.
"$ROOT/.deps/bin/python" -m venv --without-pip other
environment/bin/pip --python other/bin/python install --quiet --no-index "$wheel"
torch=$(echo other/lib/python3*/site-packages)/torch/lib
mkdir -p "$torch"
echo 'unsigned long long aoti_torch_abi_version(void) { return 2ull << 56 | 12ull << 48 | 1ull << 40; }' >torch.c
gcc -shared -fPIC torch.c -o "$torch/libc10.so"
expect_exit 1 other/bin/mdl train table.csv --target status --output run --force "${TINY[@]}"
sed -E 's/2[.][0-9]+[.]x/2.N.x/' err >seen
expect_text seen <<'EOT'
mdl: mdl-compute.so needs LibTorch 2.N.x, with which it was built, and found 2.12.1; pip install "mdl[train]" installs it, beside mdl
EOT

# Into a prefix, and by uv.
environment/bin/pip install --quiet --no-index --prefix prefix "$wheel"
prefix/bin/mdl predict "$model" "$rows" | cmp - expected.csv
with_torch prefix
prefix/bin/mdl train table.csv --target status --output run --force "${TINY[@]}" >/dev/null
if environment/bin/pip install --quiet uv 2>/dev/null; then
  uv() { UV_TOOL_DIR=$PWD/tools UV_TOOL_BIN_DIR=$PWD/bin UV_CACHE_DIR=$PWD/cache environment/bin/uv --quiet --offline "$@"; }
  uv tool install --python "$ROOT/.deps/bin/python" "$wheel"
  bin/mdl predict "$model" "$rows" | cmp - expected.csv
  with_torch tools/mdl
  bin/mdl train table.csv --target status --output run --force "${TINY[@]}" >/dev/null
  uv tool uninstall mdl
  [ ! -e bin/mdl ] && [ ! -e tools/mdl ]
else
  echo 'skipped: pip finds no uv'
fi
