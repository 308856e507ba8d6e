#!/usr/bin/env bash
# A canary in encrypted data, and the key: neither is in any file, argument, environment or core of a run, and nothing is
# opened for writing but the run's own files.
. "$ROOT/tests/cli/lib.sh"

command -v strace >strace_path || { echo 'strace is missing'; exit 1; }
canary=CANARY-f31b7
small_table | sed "s/own,good/$canary,good/" >table.csv
"$MDL" keygen --output key.txt >public.txt
secret=$(grep SECRET key.txt)
recipient=$(cat public.txt)
"$MDL" encrypt table.csv --recipient "$recipient" --output table.csv.age
mkdir elsewhere
mv table.csv key.txt elsewhere/

ulimit -c unlimited
traced() {
  local name=$1
  shift
  MDL_IDENTITY=$secret strace -f -qq -s 512 -e trace=openat,open,creat,execve,write,pwrite64,writev,linkat,rename,renameat,renameat2 \
    -o "$name.trace" "$@" >"$name.out" 2>"$name.err"
}
traced train "$MDL" train table.csv.age --target status --output run "${TINY[@]:1}" --set "protect.recipients=[$recipient]"
traced predict "$MDL" predict run/model.safetensors.age table.csv.age --recipient "$recipient" --output scored.csv.age
traced evaluate "$MDL" evaluate run/model.safetensors.age table.csv.age --recipient "$recipient" --report report.html.age \
  --output report.json.age --format json --slice home
# A row that is set aside, and a command that fails, are not quoted.
{ echo age,income,home,status; echo "$canary,1,own,bad"; } | "$MDL" encrypt --recipient "$recipient" >bad.csv.age
traced reject "$MDL" predict run/model.safetensors.age bad.csv.age --on-error skip --rejects rejects.csv.age \
  --allow-rejects 5 --recipient "$recipient" --output rejected.csv.age
[ -s rejects.csv.age ]
code=0
traced mistake "$MDL" train bad.csv.age --target age --output mistake "${TINY[@]:1}" --set "protect.recipients=[$recipient]" || code=$?
[ $code -eq 1 ]

# What a kill while rows are predicted leaves, a core among it.
mkfifo pipe
MDL_IDENTITY=$secret "$MDL" predict run/model.safetensors.age pipe --recipient "$recipient" --output killed.csv.age &
exec 3>pipe
cat table.csv.age >&3
sleep 0.3
kill -SEGV $!
exec 3>&-
wait $! || true

for forbidden in "$canary" "$secret" "${secret#AGE-SECRET-KEY-1}"; do
  absent -rlF --exclude-dir=elsewhere --exclude='*.trace' -- "$forbidden" .
done
[ -z "$(compgen -G 'core*')" ]
# The key is in no argument; the environment of the program that starts itself again is the same one.
grep -hF execve ./*.trace >executed
grep -hE 'write|writev' ./*.trace >written
absent -F 'AGE-SECRET' executed
absent -F -e "$canary" -e 'AGE-SECRET' written
# Written are the run's files, by names or as files without one, and what the commands were told to.
grep -hE 'open(at)?\(.*O_(WRONLY|RDWR|CREAT|TMPFILE)' ./*.trace | grep -v ' = -1 ' |
  grep -vE 'O_TMPFILE|"/dev/(null|tty|shm/)|"/proc/|"/sys/' >written || true
[ ! -s written ] || { cat written; exit 1; }
