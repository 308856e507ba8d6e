#!/usr/bin/env bash
# No library comes from the current directory: no program or module of ours, built or installed, has the loader search relative folders.
. "$ROOT/tests/cli/lib.sh"

build=$(dirname "$MDL")
cmake --install "$build" --prefix "$PWD/installed" >/dev/null
programs=()
for file in "$build"/* $(find installed -type f); do
  [ -f "$file" ] && [ "$(head -c 4 "$file" | tr -d '\0')" = $'\x7fELF' ] && programs+=("$file")
done
[ "${#programs[@]}" -ge 4 ]
for file in "${programs[@]}"; do
  paths=$(readelf -d "$file" | sed -n 's/.*R\(UN\)\?PATH.*\[\(.*\)\]/\2/p')
  case "$file $paths" in
    *unit_tests\ * | *tensor_tests\ * | *fuzz_*) ;;   # these stay where they are built
    *) [ -z "$paths" ] || { echo "$file: looks for libraries in $paths"; exit 1; } ;;
  esac
  [ -z "$paths" ] || tr : '\n' <<<"$paths" | { ! grep -v '^/'; } || { echo "$file: relative: $paths"; exit 1; }
done

# Libraries that say so when they are loaded, by the name of each that is needed, and of each module.
echo '__attribute__((constructor)) static void taken() { __builtin_printf("taken\n"); }' >taken.c
gcc -shared -fPIC taken.c -o taken.so
mkdir here
for library in $(readelf -d "${programs[@]}" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | sort -u) mdl-compute.so mdl-arrow.so libgomp.so.1; do
  cp taken.so "here/$(basename "$library")"
done
small_table >here/table.csv
cd here
for mdl in "$MDL" ../installed/bin/mdl; do
  "$mdl" version >>out 2>&1
  "$mdl" train table.csv --target status --output run --force "${TINY[@]}" >>out 2>&1
  if [ -e "$build/mdl-arrow.so" ]; then "$mdl" predict run/model.safetensors table.csv --output out.parquet >>out 2>&1; fi
done
if grep taken out; then exit 1; fi
