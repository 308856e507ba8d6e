#!/usr/bin/env bash
# A module of another build than the program is refused, and so is a LibTorch of another version than the module was built with, before
# anything of either is used.
. "$ROOT/tests/cli/lib.sh"

unset MDL_LIBTORCH
build=$(dirname "$MDL")
small_table >table.csv
mkdir here
cp "$MDL" here/mdl
mdl=$PWD/here/mdl
train=("$mdl" train table.csv --target status --output run "${TINY[@]}")

# A module that does not say which build it is of, and one that says another.
for answer in '' 'const char* mdl_module_build(void) { return "0.0.1-abc"; }'; do
  echo "$answer" >module.c
  gcc -shared -fPIC module.c -o here/mdl-compute.so
  expect_exit 1 "${train[@]}"
  sed -E 's/mdl of build [^;]*/mdl of build OWN/' err >said
  if [ -z "$answer" ]; then what='an unknown build'; else what='build 0.0.1-abc'; fi
  expect_text said <<<"mdl: mdl-compute.so is of $what, mdl of build OWN; build or install both together"
done

# One that misses a function of the program.
echo 'void gone(void); void* mdl_compute(void) { gone(); return gone; }' >module.c
gcc -shared -fPIC -Wl,-z,now module.c -o here/mdl-compute.so
expect_exit 1 "${train[@]}"
sed -E "s|$PWD/||; s/mdl is of build [^,]*/mdl is of build OWN/" err >said
expect_text said <<<"mdl: mdl-compute.so cannot be loaded: here/mdl-compute.so: undefined symbol: gone; mdl is of build OWN, build or install both together"

# A LibTorch 2.1.2.

cp "$build/mdl-compute.so" here/
echo /nowhere/libtorch_cpu.so >here/mdl-compute.libraries
echo 'unsigned long long aoti_torch_abi_version(void) { return 2ull << 56 | 1ull << 48 | 2ull << 40; }' >torch.c
gcc -shared -fPIC torch.c -o here/libtorch_cpu.so
expect_exit 1 "${train[@]}"
needed=$(sed -nE 's/.*needs LibTorch ([0-9]+\.[0-9]+\.x), .*/\1/p' err)
[ -n "$needed" ]
expect_text err <<EOT
mdl: mdl-compute.so needs LibTorch $needed, with which it was built, and found 2.1.2; ./scripts/setup and ./scripts/build make them fit, MDL_LIBTORCH=/path/to/libtorch before both takes the one that is there
EOT
