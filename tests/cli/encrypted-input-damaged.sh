#!/usr/bin/env bash
# An encrypted table that was cut off, changed or continued: exit 1 and no file; a pipe gets rows of authenticated chunks
# alone. Training saves nothing of it.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" keygen --output key.txt >public.txt
export MDL_IDENTITY_FILE=key.txt
refused() {
  expect_exit 1 "$MDL" predict run/model.safetensors "$1" --plaintext-output --output scored.csv --on-error skip \
    --rejects rejects.csv
  [ ! -e scored.csv ] && [ ! -e rejects.csv ]
}
"$MDL" encrypt table.csv --recipients-file public.txt --output whole.age
size=$(stat -c %s whole.age)
for length in 0 1 20 21 22 60 150 168 184 185 200 $((size - 1)); do
  head -c "$length" whole.age >cut.age
  # What is too short to be known for an age file is a table with nothing in it, or with an odd header.
  refused cut.age
done
for at in 30 100 170 190 400 $((size - 1)); do
  cp whole.age changed.age
  byte=$(od -An -tu1 -j "$at" -N 1 whole.age)
  printf "$(printf '\\%03o' $((byte ^ 1)))" | dd of=changed.age bs=1 seek="$at" conv=notrunc status=none
  refused changed.age
done
{ cat whole.age; echo more; } >continued.age
refused continued.age

# Several chunks, of which the last is forged.
awk 'NR == 1 { print; next } { row[NR] = $0 } END { for (k = 0; k < 200; ++k) for (i = 2; i <= NR; ++i) print row[i] }' table.csv >long.csv
"$MDL" encrypt long.csv --recipients-file public.txt --output long.age
size=$(stat -c %s long.age)
printf '\377\377\377\377' | dd of=long.age bs=1 seek=$((size - 20)) conv=notrunc status=none
refused long.age
expect_exit 1 "$MDL" predict run/model.safetensors long.age
grep -q 'long.age: ' err
"$MDL" predict run/model.safetensors long.csv >clear.csv
head -c "$(stat -c %s out)" clear.csv | cmp - out
expect_exit 1 "$MDL" train long.age --target status --output tail "${TINY[@]}" --set "protect.recipients=[$(cat public.txt)]"
[ ! -e tail/last.safetensors.age ] && [ ! -e tail/model.safetensors.age ]

# Packed twice in one way.
"$MDL" encrypt whole.age --recipients-file public.txt --output twice.age
refused twice.age
grep -q 'is encrypted twice' err
gzip -c table.csv | gzip -c >twice.csv.gz
refused twice.csv.gz
grep -q 'is compressed twice' err

# Compressed outside or inside, text outside or inside.
"$MDL" predict run/model.safetensors table.csv >clear.csv
gzip -c whole.age | "$MDL" predict run/model.safetensors - | cmp - clear.csv
gzip -c table.csv | "$MDL" encrypt --armor --recipients-file public.txt | "$MDL" predict run/model.safetensors - | cmp - clear.csv
