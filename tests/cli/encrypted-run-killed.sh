#!/usr/bin/env bash
# Killed at any open, write, sync, link, rename or unlink, an encrypted run leaves no plaintext, and goes on.
. "$ROOT/tests/cli/lib.sh"

canary=CANARY-f31b7
small_table | sed "s/own,good/$canary,good/" | head -n 31 >table.csv
"$MDL" keygen --output key.txt >public.txt
"$MDL" encrypt table.csv --recipients-file public.txt --output table.csv.age
mkdir elsewhere work
mv table.csv elsewhere/
export MDL_IDENTITY_FILE=$PWD/key.txt
export GLIBC_TUNABLES=  # so that the program does not start itself again
train=("$MDL" train table.csv.age --target status --output work/run "${TINY[@]}"
  --set train.max_minutes=1 --set "protect.recipients=[$(cat public.txt)]")

# The system calls of one run, with how often each is made behind the reading of the data.
strace -f -qq -e trace=openat,write,fsync,linkat,renameat,unlinkat -o calls "${train[@]}" >whole.out 2>&1
for call in openat write fsync linkat renameat unlinkat; do
  count=$(grep -c " $call(" calls || true)
  # Of opens most are of libraries, before there is anything to tell.
  first=1
  [ "$call" != openat ] || first=$((count - 40 > 1 ? count - 40 : 1))
  for ((k = first; k <= count; k += 1 + (count - first) / 8)); do
    rm -rf work/run
    strace -f -qq -e trace="$call" -e inject="$call":signal=SIGKILL:when="$k" -o /dev/null "${train[@]}" >killed.out 2>&1 || true
    absent -rlF "$canary" work killed.out
  done
  if [ -e work/run ] && [ ! -e work/run/model.safetensors.age ]; then
    "${train[@]}" --resume >resumed.out 2>&1
    [ -e work/run/model.safetensors.age ]
  fi
done
