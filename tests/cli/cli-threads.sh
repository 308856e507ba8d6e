#!/usr/bin/env bash
# --threads says how many threads compute, in every command that does; answers, scores and members do not depend on it.
. "$ROOT/tests/cli/lib.sh"

cat >count.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
  FILE* threads = fopen("threads", "a");
  fputs("one\n", threads);
  fclose(threads);
  int (*next)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*) = (int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*))dlsym(RTLD_NEXT, "pthread_create");
  return next(thread, attributes, start, argument);
}
C
gcc -shared -fPIC count.c -o count.so
# threads COMMAND...: how many it starts.
threads() {
  rm -f threads
  LD_PRELOAD=$PWD/count.so "$MDL" "$@" >/dev/null 2>err || { cat err >&2; exit 1; }
  wc -l <threads 2>/dev/null || echo 0
}

awk 'NR % 6 == 1' "$ROOT/data/telescope.csv" >table.csv
members=(train table.csv --target class --quiet --set "model.hidden=[8]" --set train.epochs=1)
"$MDL" "${members[@]}" --output run --threads 1 >one
for n in 2 3; do
  "$MDL" "${members[@]}" --output "run$n" --threads $n >out
  cmp "run$n/model.safetensors" run/model.safetensors
  sed "s/^run$n/run/" out | cmp - one
  "$MDL" "${members[@]}" --output run --threads $n --resume >out   # not "the run began otherwise"
done
for command in "predict run/model.safetensors $ROOT/data/telescope.csv" "evaluate run/model.safetensors table.csv" "explain run/model.safetensors table.csv" \
  "${members[*]} --output counted --force"; do
  # shellcheck disable=SC2086
  few=$(threads $command --threads 1) many=$(threads $command --threads 4)
  [ "$many" -ge $((few + 3)) ] || { echo "$command: $few, $many"; exit 1; }
  [ "$few" -le 2 ] || { echo "$command: $few"; exit 1; }   # one reads
done
for command in predict evaluate explain; do
  "$MDL" $command run/model.safetensors table.csv --threads 1 >one 2>/dev/null
  "$MDL" $command run/model.safetensors table.csv --threads 7 2>/dev/null | cmp - one
  expect_exit 2 "$MDL" $command run/model.safetensors table.csv --threads 0
done

# A network by itself rounds by how its sums are shared out.
"$MDL" train table.csv --target class --output single "${TINY[@]}" --threads 1 >out
expect_exit 1 "$MDL" train table.csv --target class --output single "${TINY[@]}" --threads 2 --resume
expect_text err <<'EOT'
mdl: single/last.safetensors: the run began differently: the number of threads was 1, is 2; --allow-changes resumes it anyway, --force starts a new run
EOT
