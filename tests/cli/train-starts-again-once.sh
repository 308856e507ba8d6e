#!/usr/bin/env bash
# The program that starts again with settings of the allocator does so once, even where the variable that holds them is dropped.
. "$ROOT/tests/cli/lib.sh"

small_table >table.csv
cat >drop.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
int execv(const char* path, char* const arguments[]) {
  FILE* starts = fopen("starts", "a");
  fputs("again\n", starts);
  fclose(starts);
  unsetenv("GLIBC_TUNABLES");
  int (*next)(const char*, char* const[]) = (int (*)(const char*, char* const[]))dlsym(RTLD_NEXT, "execv");
  return next(path, arguments);
}
C
gcc -shared -fPIC drop.c -o drop.so
LD_PRELOAD=$PWD/drop.so "$MDL" train table.csv --target status --output run "${TINY[@]}" >/dev/null
expect_text starts <<'EOT'
again
EOT
env -i "$MDL" train table.csv --target status --output bare "${TINY[@]}" >/dev/null
cmp run/model.safetensors bare/model.safetensors
