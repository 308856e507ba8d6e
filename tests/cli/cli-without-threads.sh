#!/usr/bin/env bash
# Where the system starts no more threads the program does with fewer: the same bytes, or a line that says so, never an abort.
. "$ROOT/tests/cli/lib.sh"

cat >refuse.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
  static int left = -1;
  if (left < 0) left = atoi(getenv("THREADS"));
  if (left-- <= 0) return left = 0, EAGAIN;
  int (*next)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*) = (int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*))dlsym(RTLD_NEXT, "pthread_create");
  return next(thread, attributes, start, argument);
}
C
gcc -shared -fPIC refuse.c -o refuse.so
awk 'NR % 4 == 1' "$ROOT/data/telescope.csv" >table.csv   # large enough for LibTorch to share work out
members=(--quiet --set "model.hidden=[8]" --set train.epochs=1)
"$MDL" train table.csv --target class --output run "${members[@]}" >scores
run() { LD_PRELOAD=$PWD/refuse.so "$MDL" "$@"; }
for THREADS in 0 1 2; do   # that it may start, one after the other
  export THREADS
  there=$((THREADS > 0 ? THREADS : 1))   # the first one reads
  run train table.csv --target class --output few "${members[@]}" --force --threads 3 >out
  cmp few/model.safetensors run/model.safetensors
  sed 's/^few/run/' out | cmp - scores
  run predict run/model.safetensors table.csv --threads 4 | cmp - <("$MDL" predict run/model.safetensors table.csv)
  run evaluate run/model.safetensors table.csv --threads 4 | cmp - <("$MDL" evaluate run/model.safetensors table.csv)
  run explain run/model.safetensors table.csv --threads 4 2>/dev/null | cmp - <("$MDL" explain run/model.safetensors table.csv 2>/dev/null)
  expect_exit 1 run train table.csv --target class --output one "${TINY[@]}" --threads 4
  expect_text err <<EOT
mdl: 4 threads cannot be started here, only $there; a limit on processes (ulimit -u) or memory prevents more; use --threads $there
EOT
done
