#!/usr/bin/env bash
# A secret key where others can read it is refused, and none of it is shown.
. "$ROOT/tests/cli/lib.sh"

train_small
"$MDL" keygen --output key.txt >public.txt
secret=$(grep SECRET key.txt)
"$MDL" encrypt table.csv --recipients-file public.txt --output table.csv.age

for arguments in "decrypt table.csv.age --identity $secret" "encrypt table.csv --recipient $secret" \
  "train table.csv --target status --set protect.recipients=$secret" "${secret,,}"; do
  # shellcheck disable=SC2086
  expect_exit 2 "$MDL" $arguments
  grep -q 'a secret key is among the arguments' err
  [ "$(grep -ci 'secret-key-1' err)" = 0 ]
done

printf 'data: {train: table.csv, target: status}\nprotect: {recipients: [%s]}\n' "$secret" >config.yaml
expect_exit 1 "$MDL" train config.yaml --output run2
expect_text err <<'EOT2'
mdl: config.yaml:2: holds a secret key, which does not belong in a config; keep it in a file of its own that only you can read (chmod 600) and give that with --identity FILE
EOT2
echo "$secret" >recipients.txt
expect_exit 1 "$MDL" encrypt table.csv --recipients-file recipients.txt
[ "$(grep -ci 'secret-key-1' err)" = 0 ]

chmod 640 key.txt
expect_exit 1 "$MDL" predict run/model.safetensors table.csv.age --identity key.txt
expect_text err <<'EOT2'
mdl: key.txt: others than its owner may read or change this key file (mode 0640); chmod 600 key.txt
EOT2
chmod 600 key.txt
ln -s key.txt link.txt
"$MDL" predict run/model.safetensors table.csv.age --identity link.txt >scored.csv
mkdir folder
expect_exit 1 "$MDL" decrypt table.csv.age --identity folder
expect_exit 1 "$MDL" decrypt table.csv.age --identity /dev/zero
expect_exit 1 "$MDL" decrypt table.csv.age --identity none.txt
head -c 100000 /dev/zero | tr '\0' '#' >large.txt
chmod 600 large.txt
expect_exit 1 "$MDL" decrypt table.csv.age --identity large.txt

# The environment's key is wiped before work begins, and the process is kept out of core dumps.
mkfifo pipe
MDL_IDENTITY=$secret "$MDL" predict run/model.safetensors pipe >scored.csv &
exec 3>pipe
head -c 100 table.csv.age >&3
for ((i = 0; i < 500; ++i)); do
  [ "$(tr '\0' '\n' <"/proc/$!/environ" 2>/dev/null | grep -c 'AGE-SECRET')" != 0 ] || break
  sleep 0.01
done
[ "$(tr '\0' '\n' <"/proc/$!/environ" | grep -c 'AGE-SECRET')" = 0 ]
grep -q '^Max core file size *0 *0' "/proc/$!/limits"
exec 3>&-
wait $! || [ $? = 1 ]
